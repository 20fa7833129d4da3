#!/usr/bin/env python3
"""pop3.py ROUNDS ONLY NAME=PORT:PID:IMAP_PORT ...: what POP3 costs, a line each.

The servers have the same mail of u1100, 10,000 messages; a maildrop of 100,000 is made here. What is
told of them says servers.py. ONLY is a regular expression of names of rows. --once ROW SERVER does
the work of one row once, for those who count system calls.
"""
import re
import socket
import sys

import pair
from servers import Server, compare

MAIL, LARGE = "u1100", "u1103"
DROP = 100000
WINDOW = 64  # RETRs under way
END = b"\r\n.\r\n"


class Pop3:
    def __init__(self, server, user):
        self.socket = socket.create_connection(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.memory = bytearray(1 << 18)
        self.view = memoryview(self.memory)
        self.line()
        self.say(f"USER {user}")
        self.say("PASS pass")

    def read(self, at=0):
        n = self.socket.recv_into(self.view[at:])
        if not n:
            raise SystemExit("bench: closed by the server")
        return n

    def line(self):
        n = 0
        while self.memory[max(0, n - 2):n] != b"\r\n":
            n += self.read(n)
        if not self.memory.startswith(b"+OK"):
            raise SystemExit(f"bench: {bytes(self.memory[:n])}")

    def say(self, command):
        self.socket.sendall(command.encode() + b"\r\n")
        self.line()

    def long(self, command):
        """Octets of an answer that ends in a dot."""
        self.socket.sendall(command.encode() + b"\r\n")
        total, last = 0, b""
        while not last.endswith(END):
            n = self.read()
            if not total and not self.memory.startswith(b"+OK"):
                raise SystemExit(f"bench: {command}: {bytes(self.memory[:n])}")
            total += n
            last = (last + bytes(self.view[max(0, n - len(END)):n]))[-len(END):]
        return total

    def count(self):
        self.say("STAT")
        return int(self.memory.split(b" ", 2)[1])

    def quit(self):
        self.say("QUIT")
        self.socket.close()


def drop_of(server):
    c = Pop3(server, LARGE)
    octets = c.long("UIDL"), c.long("LIST")
    if min(octets) < 8 * DROP:
        raise SystemExit(f"bench: {server.name} lists {octets} octets")
    return c.quit


def lock_step(server):
    c = Pop3(server, MAIL)
    for n in range(1, c.count() + 1):
        c.long(f"RETR {n}")
    return c.quit


def pipelined(server):
    c = Pop3(server, MAIL)
    count, sent, seen, last = c.count(), 0, 0, b""
    while seen < count:
        if sent - seen <= WINDOW // 2 and sent < count:
            more = range(sent + 1, min(seen + WINDOW, count) + 1)
            c.socket.sendall(b"".join(b"RETR %d\r\n" % n for n in more))
            sent = more[-1]
        n = c.read()
        seen += (last + c.memory[:min(n, 4)]).count(END) + c.memory.count(END, 0, n)
        last = (last + c.memory[max(0, n - 4):n])[-4:]
    return c.quit


ROWS = [
    (f"drop of {DROP:,}", drop_of, 1),
    ("RETR, pipelined", pipelined, 10000),
    ("RETR, lock-step", lock_step, 10000),
]


def make_drop(server):
    c = Pop3(server, LARGE)
    have = c.count()
    c.quit()
    if have < DROP:
        pair.copies(pair.Session(int(server.rest[0]), LARGE), DROP)


def memory_of_drop(server):
    """While a session shows it."""
    before = server.memory()
    end = drop_of(server)
    grown = server.memory() - before
    end()
    told = ", ".join(f"{p} {n / 1e6:.2f} MB" for p, n in grown.most_common() if n > 100000)
    print(f"{'its memory':22} {server.name} {told or 'less than 0.1 MB'}")


def main():
    if sys.argv[1] == "--once":
        server = Server(sys.argv[3])
        next(work for name, work, _ in ROWS if re.search(sys.argv[2], name))(server)()
        return
    rounds, only, servers = int(sys.argv[1]), sys.argv[2], [Server(w) for w in sys.argv[3:]]
    for name, work, things in ROWS:
        if not re.search(only, name):
            continue
        drop = work is drop_of
        if drop:
            for s in servers:
                make_drop(s)
        print(f"{name:22} {'; '.join(compare(servers, work, rounds, things))}", flush=True)
        if drop:
            for s in servers:
                memory_of_drop(s)


if __name__ == "__main__":
    main()
