#!/usr/bin/env python3
"""crowd.py BUILD [SESSIONS]: the store is killed under a crowd of idle IMAP sessions.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import asyncio
import collections
import os
import resource
import signal
import sys
import time

SESSIONS = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 800

from place import expect, run_cases  # noqa: E402
from server import USERS, Server, children, host_service  # noqa: E402


class Session:
    """Logs in, idles, and when it is sent away comes back until it is served again."""

    def __init__(self, port, number):
        self.port, self.user = port, f"u{1 + number % USERS}"
        self.farewell = self.ended = self.back = None
        self.tries = 0

    async def enter(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"a LOGIN {self.user} pass\r\nb SELECT INBOX\r\nc IDLE\r\n".encode())
        while (line := await reader.readline()) and not line.startswith(b"+ "):
            if line.startswith((b"a NO", b"b NO", b"* BYE")):
                break
        if line.startswith(b"+ "):
            return reader, writer
        writer.close()
        return None

    async def open(self):
        self.stream = await self.enter()
        return self.stream is not None

    async def until_back(self):
        reader, writer = self.stream
        words = [line async for line in reader]
        self.farewell, self.ended = (words or [b""])[-1].decode().rstrip(), time.monotonic()
        writer.close()
        while True:
            self.tries += 1
            try:
                self.stream = await self.enter()
            except OSError:
                self.stream = None
            if self.stream:
                break
            await asyncio.sleep(0.5)
        self.back = time.monotonic()
        self.stream[1].close()


async def crowd(server):
    sessions, begun = [Session(server.base + 143, n) for n in range(SESSIONS)], time.monotonic()
    for at in range(0, SESSIONS, 100):
        expect("logged in", [True] * len(sessions[at:at + 100]),
               list(await asyncio.gather(*(s.open() for s in sessions[at:at + 100]))))
    print(f"# {SESSIONS} sessions idle after {time.monotonic() - begun:.1f} s")
    waiting = [asyncio.create_task(s.until_back()) for s in sessions]
    await asyncio.sleep(0.2)
    (store,) = children(server.pid, "pkstored")
    killed = time.monotonic()
    os.kill(store, signal.SIGKILL)
    await asyncio.wait(waiting, timeout=120)
    return sessions, killed


def store_killed_under_a_crowd():
    """Hosts live on and get new links; sessions end with words, not all at once, and all are back within 60 s."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with Server() as s:
        hosts = [h for h in children(s.pid, "pkfrontd") if host_service(h) == "imap"]
        sessions, killed = asyncio.run(crowd(s))
        expect("hosts", hosts, [h for h in children(s.pid, "pkfrontd") if host_service(h) == "imap"])
        expect("back", SESSIONS, sum(c.back is not None for c in sessions))
        ends = sorted(c.ended - killed for c in sessions)
        seconds = collections.Counter(int(at) for at in ends)
        print(f"# ended from {ends[0]:.1f} to {ends[-1]:.1f} s, at most {max(seconds.values())} in a second; all back after "
              f"{max(c.back for c in sessions) - killed:.1f} s, at most {max(c.tries for c in sessions)} tries; load "
              f"{os.getloadavg()[0]:.1f}")
        expect("words", {"* BYE"}, {c.farewell[:5] for c in sessions})
        expect("spread over time", True, len(seconds) > 15 and max(seconds.values()) < SESSIONS / 5)
        expect("back within 60 s", True, max(c.back for c in sessions) - killed < 60)
        expect("status", 0, s.stop())


run_cases([store_killed_under_a_crowd])
