"""The store protocol for tests: codecs made from messages.def, and a client that waits.

A message is a dict. ROWS are lists of dicts, STR octets; text given for a STR is encoded.
"""
import os
import re
import socket
import struct

HEAD = struct.Struct("<IHHQIHH")  # length, op, status, tag, session, flags, stream
MORE, EVENT, BOUND, REPLY = 1, 2, 4, 8
CREDIT = 64 * 1024
PIECE = 64 * 1024
INTEGERS = {"U8": "<B", "U16": "<H", "U32": "<I", "U64": "<Q", "I64": "<q", "HANDLE": "<I", "BODY": "<H"}
INCLUDE = os.path.join(os.path.dirname(__file__), "../../include/postkeep")


def arguments(text):
    """Splits at commas outside of parentheses."""
    out, depth = [""], 0
    for c in text:
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            out.append("")
        else:
            out[-1] += c
    return [a.strip() for a in out]


def read_definitions():
    """records: name -> fields; calls: name -> (number, roles, request, reply); notes likewise."""
    with open(f"{INCLUDE}/messages.def") as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    records, calls, notes = {}, {}, {}
    for m in re.finditer(r"^(REC|CALL|EVENT|NOTE)\(", text, flags=re.M):
        depth, end = 1, m.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        args = arguments(text[m.end():end - 1])
        if m[1] == "REC":
            records[args[0]] = fields(",".join(args[1:]))
        elif m[1] == "CALL":
            calls[args[1]] = (int(args[0]), args[2], fields(args[3]), fields(args[4]))
        else:
            notes[args[1]] = (int(args[0]), args[2], fields(args[3]))
    return records, calls, notes


def fields(text):
    return [(kind, *[a.strip() for a in inner.split(",")])
            for kind, inner in re.findall(r"([A-Z0-9]+)\(([^()]*)\)", text)]


def read_statuses():
    with open(f"{INCLUDE}/status.h") as f:
        return {int(n): name for name, n in re.findall(r"X\((\w+), (\d+),", f.read())}


RECORDS, CALLS, NOTES = read_definitions()
STATUSES = read_statuses()


def encode(layout, message):
    out = b""
    for kind, name, *rec in layout:
        if kind == "SINCE":
            continue
        value = message.get(name)
        if kind in INTEGERS:
            out += struct.pack(INTEGERS[kind], value or 0)
            continue
        if kind == "ROWS":
            rows = [encode(RECORDS[rec[0]], row) for row in value or []]
            octets = b"".join(struct.pack("<I", len(r)) + r for r in rows)
        else:
            octets = value.encode() if isinstance(value, str) else value or b""
        out += struct.pack("<I", len(octets)) + octets
    unknown = set(message) - {f[1] for f in layout}
    assert not unknown, f"no such field: {unknown}"
    return out


def decode(layout, octets):
    out, at = {}, 0
    for kind, name, *rec in layout:
        if kind == "SINCE":
            if at == len(octets):
                break
            continue
        if kind in INTEGERS:
            (out[name],) = struct.unpack_from(INTEGERS[kind], octets, at)
            at += struct.calcsize(INTEGERS[kind])
            continue
        (n,) = struct.unpack_from("<I", octets, at)
        value, at = octets[at + 4:at + 4 + n], at + 4 + n
        if kind == "ROWS":
            rows, value = value, []
            while rows:
                (n,) = struct.unpack_from("<I", rows)
                value.append(decode(RECORDS[rec[0]], rows[4:4 + n]))
                rows = rows[4 + n:]
        out[name] = value
    return out


class Refused(Exception):
    """A reply that is a failure."""

    def __init__(self, op, status, text):
        super().__init__(f"{op}: {STATUSES.get(status, status)} {text.decode(errors='replace')}")
        self.status = STATUSES.get(status, str(status))


class Gone(Exception):
    """The store closed the link."""


class Unanswered(Exception):
    """The store is there and says nothing."""


class Link:
    """One link to the store. Each Session of it makes one call at a time."""

    def __init__(self, sock, timeout=20):
        self.sock = sock
        self.sock.settimeout(timeout)
        self.inbox = b""
        self.tag = 0
        self.credit = {}
        self.hello = self.call(0, "hello", major=1, minor=0, program="test")

    def send(self, op, session=0, tag=0, payload=b"", stream=0):
        try:
            self.sock.sendall(HEAD.pack(len(payload), op, 0, tag, session, 0, stream) + payload)
        except OSError as e:
            raise Gone(str(e)) from e

    def receive(self):
        """The next frame: op, status, tag, session, flags, stream, payload."""
        while True:
            if len(self.inbox) >= HEAD.size:
                n, *head = HEAD.unpack_from(self.inbox)
                if len(self.inbox) >= HEAD.size + n:
                    payload = self.inbox[HEAD.size:HEAD.size + n]
                    self.inbox = self.inbox[HEAD.size + n:]
                    return *head, payload
            try:
                more = self.sock.recv(1 << 20)
            except TimeoutError as e:
                raise Unanswered(f"no frame within {self.sock.gettimeout()} s") from e
            except OSError as e:
                raise Gone(str(e)) from e
            if not more:
                raise Gone("closed")
            self.inbox += more

    def note_credit(self, op, session, payload):
        if op == NOTES["credit"][0]:
            self.credit[session] += struct.unpack("<q", payload)[0]

    def start(self, session, op, **message):
        number, _, request, _ = CALLS[op]
        self.tag += 1
        self.send(number, session, self.tag, encode(request, message))
        return self.tag

    def finish(self, session, op, tag):
        """All frames of the reply, their rows together."""
        reply = None
        while True:
            number, status, its_tag, its_session, flags, _, payload = self.receive()
            if not (flags & REPLY and its_tag == tag):
                self.note_credit(number, its_session, payload)
                continue
            if status:
                error = decode(RECORDS["error"], payload) if payload else {"text": b""}
                raise Refused(op, status, error["text"])
            if session:
                self.send(NOTES["credit"][0], session, payload=struct.pack("<q", len(payload)))
            part = decode(CALLS[op][3], payload)
            if reply is None:
                reply = part
            else:
                for name, value in part.items():
                    if isinstance(value, list):
                        reply[name] += value
            if not flags & MORE:
                return reply

    def call(self, session, op, **message):
        return self.finish(session, op, self.start(session, op, **message))

    def close(self):
        self.sock.close()


class Session:
    """A session of a link, announced."""

    def __init__(self, link, number=1):
        self.link, self.number, self.stream = link, number, 0
        link.credit[number] = CREDIT
        self.call("announce", listener="test", peer="127.0.0.1", local="127.0.0.1", tls=0x0304)

    def call(self, op, **message):
        return self.link.call(self.number, op, **message)

    def send_body(self, stream, octets):
        at = 0
        while at < len(octets):
            while self.link.credit[self.number] <= 0:
                op, _, _, session, _, _, payload = self.link.receive()
                self.link.note_credit(op, session, payload)
            piece = octets[at:at + min(PIECE, self.link.credit[self.number])]
            self.link.send(NOTES["data"][0], self.number, payload=piece, stream=stream)
            self.link.credit[self.number] -= len(piece)
            at += len(piece)

    def new_body(self, octets):
        # A body of a delivery that was refused may still be there: never the same number again.
        self.stream = self.stream % 65535 + 1
        self.send_body(self.stream, octets)
        return self.stream

    def deliver(self, to, octets, summary=b""):
        for address in to:
            self.call("recipient", address=address, octets=len(octets))
        stream = self.new_body(octets)
        reply = self.call("deliver", body=stream, return_path="joran@example.net", each=1, summary=summary)
        for row in reply["results"]:
            if row["code"]:
                raise Refused("deliver", row["code"], row["text"])

    def submit(self, user, to, octets, message_id):
        for address in to:
            self.call("recipient", address=address, octets=len(octets))
        stream = self.new_body(octets)
        return self.call("submit", body=stream, return_path=user, senders=[{"name": user}], message_id=message_id)

    def login(self, user, password):
        return self.call("auth", mechanism="PLAIN", data=f"\0{user}\0{password}")


def connect(path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(path)
    return Link(s)
