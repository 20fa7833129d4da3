"""FETCH responses read by the grammar of RFC 9051 section 9, and no more leniently; for whoever compares them.

Strings are bytes, NIL is None. What is not as the grammar has it, is a Wrong.
"""
import re
import socket


class Wrong(Exception):
    pass


class Talk:
    """A connection that keeps responses as octets: a line, with the literals that it announces."""

    def __init__(self, server, user):
        raw = socket.create_connection((server.host, server.base + 993), 60)
        self.sock = server.tls.wrap_socket(raw, server_hostname=server.host)
        self.file, self.tags = self.sock.makefile("rb"), 0
        self.response()
        self.ask(f"LOGIN {user} {server.password}")

    def response(self):
        out = b""
        while True:
            line = self.file.readline()
            if not line.endswith(b"\r\n"):
                raise Wrong(f"a line without end: {line[-80:]!r}")
            out += line
            m = re.search(rb"\{(\d+)\}\r\n\Z", line)
            if not m:
                return out
            out += self.file.read(int(m[1]))

    def try_to(self, command):
        """The untagged responses and the tagged one's words."""
        self.tags += 1
        tag = b"t%d " % self.tags
        self.sock.sendall(tag + (command.encode() if isinstance(command, str) else command) + b"\r\n")
        said = []
        while not (line := self.response()).startswith(tag):
            said.append(line)
        return said, line[len(tag):-2]

    def ask(self, command):
        said, words = self.try_to(command)
        if not words.startswith(b"OK "):
            raise Wrong(f"{command[:200]!r}: {words!r}")
        return said

    def fetch(self, number, items):
        """{item as it is named in the response: value} of the only response."""
        said = self.ask(f"FETCH {number} ({' '.join(items)})")
        if len(said) != 1:
            raise Wrong(f"{len(said)} responses: {[s[:80] for s in said]}")
        return Reader(said[0]).response(number)


class Reader:
    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def fail(self, what):
        raise Wrong(f"{what} at {self.octets[max(0, self.at - 60):self.at]!r} {self.octets[self.at:self.at + 30]!r}")

    def see(self, octets):
        return self.octets.startswith(octets, self.at)

    def has(self, octets):
        there = self.see(octets)
        self.at += len(octets) if there else 0
        return there

    def must(self, octets):
        if not self.has(octets):
            self.fail(f"no {octets!r}")

    def match(self, pattern, what):
        m = re.compile(pattern).match(self.octets, self.at)
        if not m:
            self.fail(what)
        self.at = m.end()
        return m

    # Of section 9.

    def number(self):
        return int(self.match(rb"0|[1-9][0-9]{0,18}", "no number")[0])

    def string(self):
        if self.see(b'"'):
            m = self.match(rb'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"', "no quoted string")
            return re.sub(rb"\\(.)", rb"\1", m[1])
        n = int(self.match(rb"\{(0|[1-9][0-9]*)\}\r\n", "no string")[1])
        if self.at + n > len(self.octets):
            self.fail("a literal without end")
        self.at += n
        return self.octets[self.at - n:self.at]

    def nstring(self):
        return None if self.has(b"NIL") else self.string()

    def octets_or_literal8(self):
        self.has(b"~")
        return self.nstring()

    def listed(self, item, least=1):
        self.must(b"(")
        out = []
        while not self.see(b")"):
            if out:
                self.must(b" ")
            out.append(item())
        self.must(b")")
        if len(out) < least:
            self.fail("too short a list")
        return out

    def flag(self):
        return self.match(rb"\\?[^\x00-\x20(){%*\"\\\]\x7f-\xff]+", "no flag")[0]

    def date(self):
        return self.match(rb'"(( \d|\d\d)-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [+-]\d{4})"', "no date-time")[1]

    def identifier(self):
        return self.match(rb"[A-Za-z0-9_-]{1,255}", "no objectid")[0]

    def address(self):
        self.must(b"(")
        out = []
        for i in range(4):
            if i:
                self.must(b" ")
            out.append(self.nstring())
        self.must(b")")
        return out

    def addresses(self):
        """As they come; groups open and close where they may."""
        if self.has(b"NIL"):
            return []
        self.must(b"(")
        out, group = [], False
        while not self.has(b")"):
            name, route, mailbox, host = self.address()
            if host is None:
                if (mailbox is not None) == group or name is not None or route is not None:
                    self.fail("no group")
                group = mailbox is not None
            elif mailbox is None:
                self.fail("no mailbox")
            out.append((name, route, mailbox, host))
        if not out or group:
            self.fail("no address, or a group without end")
        return out

    def envelope(self):
        names = ["date", "subject", "from", "sender", "reply_to", "to", "cc", "bcc", "in_reply_to", "message_id"]
        out = {}
        self.must(b"(")
        for i, name in enumerate(names):
            if i:
                self.must(b" ")
            out[name] = self.addresses() if 2 <= i <= 7 else self.nstring()
        self.must(b")")
        return out

    def pair(self):
        name = self.string()
        self.must(b" ")
        return name, self.string()

    def parameters(self):
        return [] if self.has(b"NIL") else self.listed(self.pair)

    def extension(self, out):
        self.must(b" ")
        if self.has(b"NIL"):
            out["disposition"] = None
        else:
            self.must(b"(")
            kind = self.string()
            self.must(b" ")
            out["disposition"] = kind, self.parameters()
            self.must(b")")
        self.must(b" ")
        out["language"] = self.listed(self.string) if self.see(b"(") else self.nstring()
        self.must(b" ")
        out["location"] = self.nstring()

    def multipart(self, extended):
        out = {"kind": "multipart", "type": b"multipart", "parts": []}
        while self.see(b"("):
            out["parts"].append(self.body(extended))
        self.must(b" ")
        out["subtype"] = self.string()
        if extended:
            self.must(b" ")
            out["parameters"] = self.parameters()
            self.extension(out)
        return out

    def part(self, extended):
        out = {"type": self.string()}
        self.must(b" ")
        out["subtype"] = self.string()
        for name, take in (("parameters", self.parameters), ("id", self.nstring), ("description", self.nstring),
                           ("encoding", self.string), ("octets", self.number)):
            self.must(b" ")
            out[name] = take()
        kind = out["type"].lower()
        out["kind"] = "text" if kind == b"text" else "other"
        if kind == b"multipart":
            self.fail("a multipart without parts")
        if kind == b"message" and out["subtype"].lower() in (b"rfc822", b"global"):
            out["kind"] = "message"
            self.must(b" ")
            out["envelope"] = self.envelope()
            self.must(b" ")
            out["body"] = self.body(extended)
        if out["kind"] != "other":
            self.must(b" ")
            out["lines"] = self.number()
        if extended:
            self.must(b" ")
            out["md5"] = self.nstring()
            self.extension(out)
        return out

    def body(self, extended):
        self.must(b"(")
        out = self.multipart(extended) if self.see(b"(") else self.part(extended)
        self.must(b")")
        return out

    # What stands behind the name of an item.
    VALUES = {
        b"UID": number, b"FLAGS": lambda r: r.listed(r.flag, 0), b"MODSEQ": lambda r: r.listed(r.number),
        b"INTERNALDATE": date, b"SAVEDATE": lambda r: None if r.has(b"NIL") else r.date(), b"RFC822.SIZE": number,
        b"RFC822": nstring, b"RFC822.HEADER": nstring, b"RFC822.TEXT": nstring, b"ENVELOPE": envelope,
        b"BODY": lambda r: r.body(False), b"BODYSTRUCTURE": lambda r: r.body(True),
        b"EMAILID": lambda r: r.listed(r.identifier), b"PREVIEW": nstring,
        b"THREADID": lambda r: None if r.has(b"NIL") else r.listed(r.identifier),
        b"BODY[": nstring, b"BINARY[": octets_or_literal8, b"BINARY.SIZE[": number,
    }

    def item(self):
        start = self.at
        name = self.match(rb"[A-Z][A-Z0-9.]*\[?", "no item")[0]
        if name.endswith(b"["):
            self.match(rb'[0-9A-Z.]*(?: \((?:[^\x00-\x20(){%*"\\\]\x7f-\xff]+|"(?:[^"\\]|\\.)*"| )*\))?\](?:<\d+>)?', "no section")
        label = self.octets[start:self.at].decode()
        if name not in self.VALUES:
            self.fail("an unknown item")
        self.must(b" ")
        return label, self.VALUES[name](self)

    def response(self, number):
        self.must(b"* %d FETCH " % number)
        out = self.listed(self.item)
        self.must(b"\r\n")
        if self.at != len(self.octets):
            self.fail("more than a response")
        return dict(out)
