"""Frames that are none, or say what no peer may say."""
import struct

import peer as P
import requests as R
from peer import Failure, Peer, expect, frame, ipc

OPS = (*range(0, 256), 256, 999, 9999, 32768, 65535)
SESSIONS = (0, 1, 2, 77, 2**31, 2**32 - 1)
FLAGS = (0, 1, 2, 4, 8, 15, 0x8000, 0xffff)
STREAMS = (0, 1, 77, 65535)
STATUSES = (0, 1, 65535)


def phases(world):
    """Links of every role, as far as they get."""
    for roles, service in ((0, "none"), (1, "anon"), (2, "session"), (3, "imap"), (4, "mx"), (8, "relay"), (16, "job"),
                           (32, "pkctl"), (0x100, "submission")):
        for announced in (False, True):
            p = Peer(world.store, roles, service)
            p.sessions.update(SESSIONS)
            if announced:
                p.announce(1)
            yield p
            p.close()
    p = Peer(world.store)
    p.sessions.update(SESSIONS)
    p.login(1)
    yield p
    p.close()


def heads(world):
    """Every op at every session, the other fields of the head at random."""
    sent = 0
    for p in phases(world):
        batch = b""
        for op in OPS:
            for session in SESSIONS:
                if (op, session) == (P.NUMBER["hello"], 0):
                    continue
                batch += frame(op, session, world.rng.choice((0, 0, 2**64 - 1)), world.rng.choice((b"", b"\0" * 40)),
                               world.rng.choice(FLAGS), world.rng.choice(STREAMS), world.rng.choice(STATUSES))
                sent += 1
        if not p.send(batch) or not p.sync():
            raise Failure("a frame of good form ended the link")
    return f"{sent} frames"


def reserved_flags(world):
    """What a peer says in flags and status changes nothing: a request is one."""
    p = Peer(world.store)
    p.login(1)
    for flags in FLAGS:
        for status in STATUSES:
            expect(f"flags {flags:x}", 0, p.ask(1, "list", P.request("list"), flags=flags, status=status, stream=9))
    p.close()


def lengths(world):
    """A length beyond 256 KiB ends the link, at once; up to it nothing does."""
    for length in (P.FRAME_MAX + 1, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 0x47455420, 0x16030100):
        p = Peer(world.store)
        p.send(frame("list", 1, 1, b"x" * 100, length=length))
        while p.hear(P.WAIT):
            pass
        if not p.gone:
            raise Failure(f"a frame of {length} octets was waited for")
        p.close()
    p = Peer(world.store)
    p.login(1)
    for n in (0, 1, P.FRAME_MAX - 1, P.FRAME_MAX):
        if p.ask(1, 9999, b"y" * n) is None:
            raise Failure(f"{n} octets ended the link")
    p.close()


def before_hello(world):
    """No session before hello; of a wrong version nothing comes."""
    p = Peer(world.store, hello=False)
    p.send(frame("announce", 1, 1, P.request("announce", listener="x")), {1})
    while p.hear(P.WAIT):
        pass
    expect("closed", True, p.gone)
    p = Peer(world.store, hello=False)
    for major in (0, 2, 65535):
        expect(f"version {major}", "PK_ENOTSUP", "PK_" + ipc.STATUSES[p.hello(major)].removeprefix("PK_"))
    p.send(frame("announce", 1, 1, P.request("announce", listener="x")), {1})
    while p.hear(P.WAIT):
        pass
    expect("closed", True, p.gone)
    p = Peer(world.store)
    for _ in range(1000):
        expect("again", 0, p.hello())
    p.close()


def cuts(world):
    """Each request cut at each octet, but where an older peer ends: refused, never an end."""
    n = 0
    own = [op for op, (_, roles, *_) in ipc.CALLS.items() if "SESSION" in roles and op != "announce"]
    admin = [op for op, (_, roles, *_) in ipc.CALLS.items() if "ADMIN" in roles and op not in ("announce", "bye")]
    deliver = ["recipient", "deliver"]
    for ops, p in ((own, Peer(world.store)), (admin, Peer(world.store, sock=P.admin_socket(world.store))),
                   (deliver, Peer(world.store, 4, "mx"))):
        if ops is own:
            p.login(1)
            p.call(1, "open", mailbox="INBOX", mode=1)
        else:
            p.announce(1)
        for op in ops:
            layout = ipc.CALLS[op][2]
            octets = ipc.encode(layout, R.good(layout))
            tags = []
            for cut in range(len(octets)):
                if cut in R.ends(layout):
                    continue
                tags.append((cut, p.start(1, op, octets[:cut])))
                if len(tags) == 8:
                    n += finish_cuts(p, op, tags)
            n += finish_cuts(p, op, tags)
        p.close()
    return f"{n} cuts"


def finish_cuts(p, op, tags):
    n = len(tags)
    for cut, tag in tags:
        status = p.finish(1, tag)
        if status != 1:  # PK_EPROTO
            raise Failure(f"{op} of {cut} octets was answered {status}")
        p.grant(1, len(p.answers.pop((1, tag))[1]))
    tags.clear()
    return n


def garbage(world):
    """Octets at random, and good streams with some octets changed."""
    n = 0
    for _ in range(world.times(60)):
        p = Peer(world.store, world.rng.choice((1, 3, 4)), "garbage")
        p.sessions = All()
        good = b"".join(frame(op, 1, i, R.odd(world.rng, ipc.CALLS[op][2], 0.1)) for i, op in
                        enumerate(world.rng.choices(list(ipc.CALLS), k=30)))
        octets = bytearray(world.rng.choice((world.rng.randbytes(5000), good)))
        for _ in range(world.rng.randrange(20)):
            octets[world.rng.randrange(len(octets))] = world.rng.randrange(256)
        p.send(bytes(octets))
        n += len(octets)
        p.close()
    return f"{n} octets"


class All(set):
    """Every number: what was sent cannot be told."""

    def __contains__(self, _):
        return True


def ranges_without_end(world):
    """Ranges that are reversed, huge, or overlap by the thousand: answered, each frame in bounds."""
    p = Peer(world.store)
    p.login(1, "evil3@evil.test")
    for stream in range(1, 6):
        p.send(frame("data", 1, payload=b"intruder\r\n", stream=stream))
        p.call(1, "append", mailbox="INBOX", messages=[dict(body=stream)])
    p.call(1, "open", mailbox="INBOX", mode=1)
    p.grant(1, 1 << 30)
    most = 20000
    sets = (R.ranges(most, lambda i: (1, 2**32 - 1)), R.ranges(most, lambda i: (2**32 - 1, 1)),
            R.ranges(most, lambda i: (i, i + 1)), R.ranges(most, lambda i: (most - i, 2**32 - 1 - i)),
            R.ranges(most, lambda i: (0, 0)), R.ranges(most, lambda i: (2 * i, 2 * i)))
    for octets in sets:
        handle = struct.pack("<I", 1)
        for op, payload in (("flags", octets + bytes(8)), ("messages", octets + struct.pack("<I", 127)),
                            ("store", octets + struct.pack("<BQ", 1, 1) + bytes(12)), ("expunge", octets),
                            ("copy", octets + struct.pack("<I", 5) + b"INBOX" + b"\0"), ("drop_messages", octets)):
            if p.ask(1, op, handle + payload) is None:
                raise Failure(f"{op} ended the link")
    p.close()


FAMILY = [heads, reserved_flags, lengths, before_hello, cuts, garbage, ranges_without_end]
