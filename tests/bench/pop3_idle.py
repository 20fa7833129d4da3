#!/usr/bin/env python3
"""pop3_idle.py USERS NAME=PORT:PID:SESSIONS[:MAILBOX,...] ...: memory of idle sessions of POP3, a line a server.

They are of u1 to u{USERS}, where these are too few of their mailboxes too, each of which has a
message; they have logged in and listed. Told are octets a session, shared ones in parts (PSS), in
all and by process.
"""
import sys

from pop3 import Pop3
from servers import Server


def open_sessions(server, users, count):
    mailboxes = [""] + ["+" + name for name in ",".join(server.rest[1:]).split(",") if name]
    found = []
    for n in range(count):
        c = Pop3(server, f"u{n % users + 1}{mailboxes[n // users]}")
        if c.count() == 0:
            raise SystemExit(f"bench: no message of u{n % users + 1}{mailboxes[n // users]}")
        c.long("UIDL")
        c.long("LIST")
        found.append(c)
    return found


def main():
    users = int(sys.argv[1])
    for s in map(Server, sys.argv[2:]):
        count = int(s.rest[0])
        for c in open_sessions(s, users, 10):
            c.quit()
        before = s.memory()
        sessions = open_sessions(s, users, count)
        grown = s.memory() - before
        told = ", ".join(f"{p} {n / count:.0f}" for p, n in grown.most_common() if n > count)
        print(f"{'idle POP3 sessions':22} {s.name} {count}: {sum(grown.values()) / count:.0f} octets each: {told}", flush=True)
        for c in sessions:
            c.socket.close()


main()
