#!/usr/bin/env python3
"""trickle.py BUILD: 150 connections that send an octet now and then, in every place of a session, on each door for mail.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import base64
import os
import socket
import ssl
import time

from place import DEADLINE, expect, run_cases, wait_for
from server import MESSAGE, Server, Talk, children, host_service

CROWD, WARM, ROUNDS = 150, 150, 350
OCTETS_EACH = 100_000  # of memory that one of them may have of the host and the store, at most
GROWTH = 50            # of the whole server for each octet that they go on to send
SLOW, OTHER = "127.0.0.2", "127.0.0.1"
FROM, TO = "u1@example.test", "u2@example.test"


class Slow:
    """A connection from the slow ones' address that is brought to a place and sends on by single octets."""

    def __init__(self, server, port, place):
        self.stream = socket.create_connection((OTHER, port), DEADLINE, source_address=(SLOW, 0))
        self.server, self.rest = server, b""
        place(self)

    def lines(self, code, text):
        self.stream.sendall(text)
        while not (line := self.line()).startswith(code + b" "):
            if not line.startswith(code + b"-"):
                raise AssertionError(f"{text!r}: {line!r}")

    def line(self):
        got = b""
        while not got.endswith(b"\n"):
            octet = self.stream.recv(1)
            if not octet:
                raise AssertionError(f"closed behind {got!r}")
            got += octet
        return got

    def send(self, n):
        """One more; False: it is closed."""
        try:
            self.stream.sendall(self.rest[n % len(self.rest):][:1])
            return True
        except OSError:
            return False

    def is_over(self):
        self.stream.setblocking(False)
        try:
            return self.stream.recv(4096) == b""
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            self.stream.setblocking(True)

    def close(self):
        self.stream.close()


def greeted(s, hello=b"EHLO"):
    s.lines(b"220", b"")
    s.lines(b"250", hello + b" x.example\r\n")
    s.rest = b"NOOP "


def secured(s):
    greeted(s)
    s.lines(b"220", b"STARTTLS\r\n")
    s.stream = s.server.context.wrap_socket(s.stream, server_hostname="localhost")
    s.lines(b"250", b"EHLO x.example\r\n")


def logged_in(s):
    secured(s)
    s.lines(b"235", b"AUTH PLAIN " + base64.b64encode(f"\0{FROM}\0pass".encode()) + b"\r\n")
    s.rest = b"NOOP "


def begun(enter):
    def place(s):
        enter(s)
        s.lines(b"250", b"MAIL FROM:<%s>\r\n" % FROM.encode())
        s.lines(b"250", b"RCPT TO:<%s>\r\n" % TO.encode())
    return place


def in_data(enter):
    def place(s):
        begun(enter)(s)
        s.lines(b"354", b"DATA\r\n")
        s.rest = b"a word and another "
    return place


def in_bdat(enter):
    def place(s):
        begun(enter)(s)
        s.lines(b"250", b"BDAT 8\r\nSubject:")
        s.stream.sendall(b"BDAT 9000 LAST\r\n")
        s.rest = b" octets of it"
    return place


def unspoken(s):
    s.rest = b"EHLO x.exampl"


def in_auth(s):
    secured(s)
    s.lines(b"334", b"AUTH PLAIN\r\n")
    s.rest = b"AHUxQGV4YW1wbGUudGVzdA"


def hello_of(context):
    out = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def in_handshake(s):
    greeted(s)
    s.lines(b"220", b"STARTTLS\r\n")
    s.rest = hello_of(s.server.context)


def in_first_handshake(s):
    s.rest = hello_of(s.server.context)


def lhlo(s):
    greeted(s, b"LHLO")


DOORS = {
    "mx": (25, [unspoken, greeted, in_handshake, begun(greeted), in_data(greeted), in_bdat(greeted), in_data(secured)]),
    "submission": (587, [unspoken, greeted, in_handshake, in_auth, logged_in, in_data(logged_in), in_bdat(logged_in)]),
    "submissions": (465, [in_first_handshake]),
    "lmtp": (24, [unspoken, lhlo, begun(lhlo), in_data(lhlo), in_bdat(lhlo)]),
}


def processes(server):
    return [p for name in ("pkfrontd", "pkstored") for p in children(server.pid, name)]


def descriptors(server):
    return {p: len(os.listdir(f"/proc/{p}/fd")) for p in processes(server)}


def octets(server, port=None):
    """Of their own memory, of all; what was sent before is looked at before."""
    found = 0
    for _ in range(3 if port else 0):
        c = Talk(server.base + port, server.context if port == 465 else None)
        c.answer("220 ")
        c.close()
    for p in processes(server):
        with open(f"/proc/{p}/smaps_rollup") as f:
            found += next(int(line.split()[1]) * 1024 for line in f if line.startswith("Private_Dirty:"))
    return found


def others_are_served(server, mark):
    """Through every door for mail, by whoever comes from elsewhere."""
    before = server.count("u2")
    c = Talk(server.base + 25)
    c.answer("220 ")
    c.say("HELO x.example", "MAIL FROM:<a@x.example>", f"RCPT TO:<{TO}>", "DATA")
    c.answer("354 ")
    c.say(MESSAGE % mark, ".", "QUIT")
    c.answer("250 2.0.0")
    c.close()
    server.deliver("u2")
    c = Talk(server.base + 465, server.context)
    c.answer("220 ")
    c.say("EHLO x.example")
    c.answer("250 ")
    c.say("AUTH PLAIN " + base64.b64encode(f"\0{FROM}\0pass".encode()).decode())
    c.answer("235 ")
    c.say(f"MAIL FROM:<{FROM}>", f"RCPT TO:<{TO}>", "DATA")
    c.answer("354 ")
    c.say(b"Subject: %s\r\n\r\nx\r\n.\r\nQUIT\r\n" % mark)
    c.answer("250 2.0.0")
    c.close()
    expect("messages", before + 3, server.count("u2"))


def limited(*changes):
    s = Server()
    s.config(('  plugin = "smtp.so"', '  plugin = "smtp.so"\n  hosts = 1'), ("connections_per_address = 0", f"connections_per_address = {CROWD}"), *changes)
    s.reload()
    return s


def crowd(server, door):
    port, places = DOORS[door]
    return [Slow(server, server.base + port, places[n % len(places)]) for n in range(CROWD)]


def one_more_is_closed(server, port):
    with socket.create_connection((OTHER, server.base + port), DEADLINE, source_address=(SLOW, 0)) as extra:
        try:
            expect("one more", b"", extra.recv(1))
        except ConnectionResetError:
            pass


def by(door):
    def case():
        with limited() as s:
            for p in (port for port, _ in DOORS.values()):
                Talk(s.base + p).close()
            others_are_served(s, b"before")
            empty, before = descriptors(s), octets(s)
            slow = crowd(s, door)
            others_are_served(s, b"among them")
            opened = descriptors(s)
            for n in range(ROUNDS):
                if n == WARM:  # each has had to keep half a line, a record, a piece
                    held = octets(s, DOORS[door][0])
                expect(f"sent in round {n}", CROWD, sum(c.send(n) for c in slow))
            grown = octets(s, DOORS[door][0]) - held
            others_are_served(s, b"behind them")
            print(f"# {door}: {CROWD} have {(held - before) // CROWD} octets each; {ROUNDS - WARM} rounds later {grown} more in all")
            expect("still there", 0, sum(c.is_over() for c in slow))
            expect("descriptors", opened, descriptors(s))
            expect(f"{held - before} octets are few", True, held - before < CROWD * OCTETS_EACH)
            expect(f"{grown} octets are no growth", True, grown < GROWTH * CROWD * (ROUNDS - WARM))
            one_more_is_closed(s, DOORS[door][0])
            for c in slow:
                c.close()
            wait_for("descriptors are free again", lambda: descriptors(s) == empty)
            expect("status", 0, s.stop())
    case.__name__ = f"slow_clients_of_{door}"
    case.__doc__ = f"{CROWD} of {door}: others are served, memory and descriptors stay, one more of that address is closed."
    return case


def the_deadline_of_a_login_ends_them():
    """Octets go on and on; who has not logged in is sent away all the same, and nobody else."""
    with limited((" hostname = localhost mode = submission", " hostname = localhost mode = submission login_ms = 3s")) as s:
        slow = [Slow(s, s.base + port, place) for port, place in ((587, unspoken), (587, greeted), (587, in_auth),
                                                                  (587, in_handshake), (465, in_first_handshake)) * 10]
        users = [Slow(s, s.base + 587, in_data(logged_in)) for _ in range(5)]
        at = 0

        def all_over():
            nonlocal at
            at += 1
            time.sleep(0.1)
            for c in slow + users:
                c.send(at)
            return all(c.is_over() for c in slow)

        wait_for("the end of those without a login", all_over)
        expect("users who are there", 0, sum(c.is_over() for c in users))
        others_are_served(s, b"afterwards")
        for c in slow + users:
            c.close()
        expect("status", 0, s.stop())


run_cases([by(door) for door in DOORS] + [the_deadline_of_a_login_ends_them])
