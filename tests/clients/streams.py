#!/usr/bin/env python3
"""streams.py --base N --ca FILE --pid PID: 44 MiB in by LMTP and APPEND, out by FETCH and RETR.

The octets stay the same, no process of the server grows by 4 MB, and a client that stalls in the
middle holds nobody up. PID is the supervisor's.
"""
import argparse
import os
import socket
import threading
import time

import mail

args = argparse.ArgumentParser()
args.add_argument("--base", type=int, required=True)
args.add_argument("--ca", required=True)
args.add_argument("--pid", type=int, required=True)
args.add_argument("--password", default="pass")
args = args.parse_args()

GROWTH_MAX = 4_000_000
server = mail.Server(args.base, args.ca, args.password)
user, address = "u2", "u2@example.test"


def big_message():
    """44 MiB with an attachment of 30 MiB, and text to fill up."""
    m = mail.message("a film", address, attachment=mail.octets(30 << 20))
    line = b"and a line of text that makes the message longer than it has to be\r\n"
    head, body = m.split(b"\r\n\r\n", 1)
    fill = (44 << 20) - len(m) - 200_000
    first_part = body.index(b"Gr")
    return head + b"\r\n\r\n" + body[:first_part] + line * (fill // len(line)) + body[first_part:]


big = big_message()


def processes():
    found, waiting = [], [args.pid]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as f:
                waiting += map(int, f.read().split())
    return found


def own_octets(pid):
    """What a process has for itself: file pages do not count, they are the disk's."""
    with open(f"/proc/{pid}/smaps_rollup") as f:
        for line in f:
            if line.startswith("Private_Dirty:"):
                return int(line.split()[1]) * 1024
    return 0


class Growth:
    """Looks at every process while the block runs."""

    def __enter__(self):
        self.before = {pid: own_octets(pid) for pid in processes()}
        self.most = dict(self.before)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.over.wait(0.05):
            for pid in self.before:
                self.most[pid] = max(self.most[pid], own_octets(pid))

    def __exit__(self, kind, *_):
        self.over.set()
        self.thread.join()
        if kind is None:
            for pid, octets in self.before.items():
                grown = self.most[pid] - octets
                name = open(f"/proc/{pid}/comm").read().strip()
                if grown >= GROWTH_MAX:
                    raise mail.Failure(f"{name} grew by {grown} octets")


def warm_up():
    """A first pass, so that what grows once for all has grown."""
    small = mail.message("warm", address, attachment=mail.octets(400_000))
    for _ in range(2):
        server.lmtp().sendmail("joran@example.net", [address], small)
    c = server.imap(user)
    c.append("INBOX", None, None, small)
    mail.imap_messages(c)
    c.logout()
    p = server.pop3(user)
    mail.pop3_messages(p)
    p.quit()


def by_lmtp():
    with Growth():
        mail.expect("refused recipients", {}, server.lmtp().sendmail("joran@example.net", [address], big))


def by_append():
    c = server.imap(user)
    with Growth():
        status, data = c.append("Archive", None, None, big)
    mail.expect(f"APPEND {data}", "OK", status)
    c.logout()


def fetch(mailbox, wanted):
    c = server.imap(user)
    c.select(mailbox, readonly=True)
    number = c.search(None, "LARGER", "40000000")[1][0].decode()
    with Growth():
        _, data = c.fetch(number, "(BODY.PEEK[])")
    got = data[0][1]
    mail.same(f"FETCH from {mailbox}", wanted, got[-len(wanted):])
    c.logout()


def by_fetch():
    fetch("INBOX", big)
    fetch("Archive", big)


def by_retr():
    c = server.pop3(user)
    sizes = [line.split() for line in c.list()[1]]
    number = next(int(n) for n, size in sizes if int(size) > 40_000_000)
    with Growth():
        lines = c.retr(number)[1]
    got = b"".join(line + b"\r\n" for line in lines)
    mail.same("RETR", big, got[-len(big):])
    c.quit()


def a_part_of_it():
    """BODY[2]<o.n>: only what was asked for crosses the wire."""
    c = server.imap(user)
    c.select("INBOX", readonly=True)
    number = c.search(None, "LARGER", "40000000")[1][0].decode()
    at = 30_000_000
    _, data = c.fetch(number, f"(BODY.PEEK[]<{at}.1000>)")
    whole = c.fetch(number, "(BODY.PEEK[HEADER] RFC822.SIZE)")[1]
    size = int(whole[0][0].split(b"RFC822.SIZE ")[1].split()[0]) if b"RFC822.SIZE" in whole[0][0] else \
        int(whole[1].split(b"RFC822.SIZE ")[1].split(b")")[0])
    mail.same("a range", big[at - (size - len(big)):][:1000], data[0][1])
    c.logout()


def stalled_clients():
    """One stops in the middle of DATA, one in the middle of a FETCH: others are served at once."""
    giver = socket.create_connection(("127.0.0.1", args.base + 24))
    giver.sendall(b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<u2@example.test>\r\nDATA\r\n" )
    time.sleep(0.5)
    giver.sendall(big[:10_000_000])
    taker = server.imap(user)
    taker.select("INBOX", readonly=True)
    number = taker.search(None, "LARGER", "40000000")[1][0].decode()
    taker.send(b"x1 FETCH " + number.encode() + b" BODY.PEEK[]\r\n")
    time.sleep(0.5)
    began = time.monotonic()
    server.lmtp().sendmail("joran@example.net", [address], mail.message("quick", address, seed=3))
    c = server.imap(user)
    c.select("INBOX", readonly=True)
    c.logout()
    if time.monotonic() - began > 2:
        raise mail.Failure(f"others waited {time.monotonic() - began:.1f} s")
    giver.close()
    taker.shutdown()


mail.finish([
    ("warm-up", warm_up), ("lmtp", by_lmtp), ("append", by_append), ("fetch", by_fetch), ("retr", by_retr),
    ("range", a_part_of_it), ("stalled-clients", stalled_clients),
])
