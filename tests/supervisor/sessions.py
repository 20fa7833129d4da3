#!/usr/bin/env python3
"""sessions.py BUILD [SESSIONS]: so many sessions each of POP3, submission and mx, one behind the other, six at a time.

They fetch, send, are refused, are cut off. Afterwards host and store have the files and the memory that they had before.
Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import asyncio
import base64
import contextlib
import itertools
import os
import sys
import time

SESSIONS = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 3400

from place import Failure, expect, run_cases, wait_for  # noqa: E402
from server import Server, children, host_service  # noqa: E402

WARM_UP, AT_ONCE = 500, 6
# What heaps vary by, however many sessions: one that kept 100 octets would show. The store has a heap for each of its threads.
GROWN = {"store": 1 << 20, **dict.fromkeys(("pop3", "submission", "mx"), 256 << 10)}
SENDER = "<%s@example.test>"


def pop3(user):
    """What is said at once, and the beginning of the last answer; "~" and words: the client is gone when it has heard them."""
    login = f"USER {user}\r\nPASS pass\r\n"
    return [
        (f"CAPA\r\n{login}STAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 2 3\r\nQUIT\r\n", "+OK bye"),
        (f"{login}DELE 1\r\nRETR 2\r\nRSET\r\nRETR 9\r\nBAD\r\nQUIT\r\n", "+OK bye"),
        (f"USER u{int(user[1:]) + AT_ONCE}\r\nPASS pass\r\nDELE 1\r\nRETR 1\r\n", "~octets"),
        (f"LANG de\r\n{login}LIST\r\nQUIT\r\n", "+OK auf Wiedersehen"),
        (f"AUTH PLAIN {base64.b64encode(f'{chr(0)}{user}{chr(0)}pass'.encode()).decode()}\r\nRETR 1\r\nQUIT\r\n", "+OK bye"),
    ]


def submission(user):
    login = f"EHLO x.example\r\nAUTH PLAIN {base64.b64encode(f'{chr(0)}{user}{chr(0)}pass'.encode()).decode()}\r\n"
    mail = f"MAIL FROM:{SENDER % user}\r\nRCPT TO:{SENDER % 'u12'}\r\n"
    return [
        (f"{login}{mail}RSET\r\nQUIT\r\n", "221 "),
        (f"{login}MAIL FROM:{SENDER % 'u9'}\r\nQUIT\r\n", "221 "),
        (f"{login}{mail}RCPT TO:<joe@example.com>\r\nDATA\r\nFrom: {user}@example.test\r\n\r\nhalf\r\n", "~354 "),
        (f"{login}{mail}DATA\r\nFrom: u9@example.test\r\n\r\nrefused\r\n.\r\nQUIT\r\n", "221 "),
        (f"{login}{mail}BDAT 30 LAST\r\nFrom: u9@example.test\r\n\r\nx", "~250 2.1.5"),
    ]


def mx(user):
    mail = f"EHLO x.example\r\nMAIL FROM:<joe@example.com>\r\nRCPT TO:{SENDER % user}\r\n"
    return [
        (f"{mail}RSET\r\nQUIT\r\n", "221 "),
        (f"EHLO x.example\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@example.test>\r\nNOOP\r\nQUIT\r\n", "221 "),
        (f"{mail}DATA\r\nSubject: half\r\n\r\nhalf", "~354 "),
    ]


KINDS = {"pop3": (110, pop3), "submission": (587, submission), "mx": (25, mx)}


async def plain(port, words, end):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words.encode())
    if end.startswith("~"):
        with contextlib.suppress(asyncio.IncompleteReadError):  # the one before has the maildrop
            await reader.readuntil(end[1:].encode())
    else:
        said = await asyncio.wait_for(reader.read(), 20)
        if not said[said[:-2].rfind(b"\n") + 1:].startswith(end.encode()):
            raise Failure(f"{words[:60]!r} ended in {said[-200:]!r}")
    writer.close()


async def tls(port, context, greeting, start, words, end):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(start)
    for _ in range(greeting):
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
    await writer.start_tls(context, server_hostname="localhost")
    writer.write(words.encode())
    said = await asyncio.wait_for(reader.read(), 20)
    if end.encode() not in said[-100:]:
        raise Failure(f"by TLS {words[:60]!r} ended in {said[-200:]!r}")
    writer.close()


async def other(server, n, user):
    """By TLS, and a message that is delivered."""
    await tls(server.base + 110, server.context, 2, b"STLS\r\n", *pop3(user)[0])
    letter = f"Subject: {n}\r\n\r\nsent\r\n.\r\n"
    words, end = submission(user)[0]
    await tls(server.base + 587, server.context, 3, b"EHLO x.example\r\nSTARTTLS\r\n",
              words.replace("RSET\r\n", f"DATA\r\n{letter}"), end)


async def worker(server, user, rounds, other_every):
    """One session behind the other, of each kind in turn."""
    kinds = [(server.base + port, itertools.cycle(talks(user))) for port, talks in KINDS.values()]
    for n in range(rounds):
        for port, talks in kinds:
            await plain(port, *next(talks))
        if n % other_every == 0:
            await other(server, n, user)


async def sessions(server, each, other_every):
    await asyncio.gather(*(worker(server, f"u{1 + n}", each // AT_ONCE, other_every) for n in range(AT_ONCE)))


def process_names(server):
    return {"store": children(server.pid, "pkstored"),
            **{kind: [pid for pid in children(server.pid, "pkfrontd") if host_service(pid) == kind] for kind in KINDS}}


def octets(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("RssAnon:"))


def files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def settled(names):
    """Files and octets of all processes of a kind, once what was cut off has ended."""
    def ended():
        before = {kind: sum(map(files, pids)) for kind, pids in names.items()}
        time.sleep(0.3)
        return before == {kind: sum(map(files, pids)) for kind, pids in names.items()} and before
    return wait_for("sessions that have ended", ended), {kind: sum(map(octets, pids)) for kind, pids in names.items()}


def sessions_leave_nothing():
    with Server() as s:
        s.ctl("tenant", "set", "demo", "submit.hour=0")
        for n in range(1, 2 * AT_ONCE + 1):
            for _ in range(3):
                s.deliver(f"u{n}")
        asyncio.run(sessions(s, WARM_UP, 1))  # so that each thread has done all
        names = process_names(s)
        opened, held = settled(names)
        begun = time.monotonic()
        asyncio.run(sessions(s, SESSIONS, 25))
        seconds = time.monotonic() - begun
        opened_then, held_then = settled(names)
        grown = {kind: held_then[kind] - held[kind] for kind in names}
        print(f"# {SESSIONS} sessions of each kind in {seconds:.1f} s; octets more: {grown}, of {held}; files: {opened}")
        expect("processes", names, process_names(s))
        expect("files", opened, opened_then)
        expect("grown", {}, {kind: n for kind, n in grown.items() if n > GROWN[kind]})
        expect("in use", 3, int(s.count("u1")))
        expect("status", 0, s.stop())


run_cases([sessions_leave_nothing])
