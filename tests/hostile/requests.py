"""Requests made from messages.def: good ones, and ones in which anything may stand."""
import struct

import peer as P
from peer import ipc

NUMBERS = (0, 1, 2, 3, 7, 64, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63,
           2**64 - 1)
TEXTS = (b"", b"\0", b"INBOX", b"inbox", b"Things", b"Things/Deeper/Still", b"/", b"//", b"a/" * 200, b"../../etc/passwd",
         b"%s%n%n%n%s", b"\xff\xfe\x80", b"e\xcc\x81", b"x\0y", b"a\r\nb", b"*", b"%", b"owner@victim.test", b"victim",
         b"owner@victim.test:Place", b"evil@evil.test", b"@", b"a@", b"@evil.test", b"x" * 70000, b"{999999999999}",
         b"\\Seen", b"$Label1", b"evil", b"\0owner@victim.test\0guess", b"user=owner@victim.test\x01auth=Bearer x\x01\x01")
GOOD_TEXTS = {"mailbox": b"INBOX", "to": b"Things", "mechanism": b"PLAIN", "data": b"\0evil@evil.test\0wrong",
              "address": b"evil@evil.test", "return_path": b"a@example.net", "listener": b"test", "peer": b"127.0.0.1",
              "local": b"127.0.0.1", "keywords": b"$Label1", "name": b"$Label2", "selector": b"evil"}
GOOD_NUMBERS = {"handle": 1, "body": 1, "major": 1, "first": 1, "last": 2**32 - 1, "uid": 1, "octets": 1000, "want": 127}
WIDTHS = {"U8": 8, "U16": 16, "U32": 32, "U64": 64, "I64": 64, "HANDLE": 32, "BODY": 16}


def good(layout):
    """A request that a real peer might send, one row in each of its rows."""
    out = {}
    for kind, name, *record in layout:
        if kind == "SINCE":
            continue
        if kind in ipc.INTEGERS:
            out[name] = GOOD_NUMBERS.get(name, 0)
        elif kind == "ROWS":
            out[name] = [good(ipc.RECORDS[record[0]])]
        else:
            out[name] = GOOD_TEXTS.get(name, b"victim" if kind == "TENANT" else b"owner@victim.test")
    return out


def rows_that_lie(rng, octets):
    """Rows whose lengths do not fit, or many of one."""
    how = rng.randrange(6)
    if how == 0:
        return struct.pack("<I", len(octets) + rng.choice((1, 4, 2**31, 2**32 - 1 - len(octets)))) + octets
    if how == 1 and len(octets) >= 4:
        return struct.pack("<I", len(octets)) + struct.pack("<I", rng.choice((2**32 - 1, 2**32 - 4, 0, 1))) + octets[4:]
    if how == 2:
        return struct.pack("<I", max(0, len(octets) - 1)) + octets[:-1]
    if how == 3:
        most = 60000 // max(1, len(octets)) if octets else 0
        return struct.pack("<I", len(octets) * most) + octets * most
    if how == 4:
        return struct.pack("<I", 0)
    return struct.pack("<I", len(octets)) + octets


def odd(rng, layout, badly):
    """Octets of a request: of each field the good value, an odd one, or none that can be."""
    out = b""
    for kind, name, *record in layout:
        if kind == "SINCE":
            continue
        take_good = rng.random() < 0.6
        if kind in ipc.INTEGERS:
            value = GOOD_NUMBERS.get(name, 0) if take_good else rng.choice(NUMBERS)
            out += (value % 2**WIDTHS[kind]).to_bytes(WIDTHS[kind] // 8, "little")
        elif kind == "ROWS":
            octets = b""
            for _ in range(rng.choice((0, 1, 1, 2, 9))):
                row = odd(rng, ipc.RECORDS[record[0]], badly)
                octets += struct.pack("<I", len(row)) + row
            out += rows_that_lie(rng, octets) if rng.random() < badly else struct.pack("<I", len(octets)) + octets
        else:
            text = GOOD_TEXTS.get(name, rng.choice(TEXTS)) if take_good else rng.choice(TEXTS)
            length = rng.choice((2**32 - 1, 2**31, len(text) + 1)) if rng.random() < badly / 4 else len(text)
            out += struct.pack("<I", length) + text
    return out[:P.FRAME_MAX]


def ranges(count, make):
    """Rows of ranges: make(i) -> (first, last)."""
    rows = b"".join(struct.pack("<III", 8, *make(i)) for i in range(count))
    return struct.pack("<I", len(rows)) + rows


def ends(layout):
    """Octets of the good request without what came with later minors, for each of these."""
    older = (layout[:i] for i, (kind, *_) in enumerate(layout) if kind == "SINCE")
    return {len(ipc.encode(part, good(part))) for part in older}
