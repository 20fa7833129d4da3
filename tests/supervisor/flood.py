#!/usr/bin/env python3
"""flood.py BUILD: wrong passwords from everywhere, told of by a proxy, while the owner logs in.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

if "--flood" not in sys.argv:
    from place import DEADLINE, Failure, build, expect, run_cases
    from server import Server

RATE, ADDRESSES, SECONDS = 80, 1000, 8


def header(address):
    return f"PROXY TCP4 {address} 192.0.2.25 {1024 + hash(address) % 60000} 993\r\n".encode()


class Flood:
    """So many logins a second, each a connection of its own with TLS, from the addresses in turn."""

    def __init__(self, port, ca):
        self.port, self.context = port, ssl.create_default_context(cafile=ca)
        self.answers, self.begun = {}, 0

    async def one(self, number):
        address, user = f"10.{number % 4}.{number // 4 % 250}.7", f"u{1 + number % 5}"
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(header(address))
            await writer.start_tls(self.context, server_hostname="localhost")
            writer.write(f"a LOGIN {user} guess-{number}\r\n".encode())
            while (line := await reader.readline()) and not line.startswith((b"a ", b"* BYE")):
                pass
            words = line.decode().split()[:3]
            writer.close()
        except OSError as e:
            words = [type(e).__name__]
        self.answers[" ".join(words)] = self.answers.get(" ".join(words), 0) + 1

    async def run(self):
        start, tasks = time.monotonic(), []
        while (passed := time.monotonic() - start) < SECONDS:
            while self.begun < passed * RATE:
                tasks.append(asyncio.create_task(self.one(self.begun % ADDRESSES)))
                self.begun += 1
            await asyncio.sleep(0.005)
        await asyncio.wait(tasks, timeout=20)
        print(json.dumps({"begun": self.begun, "seconds": time.monotonic() - start, "answers": self.answers}))


def login(server, user, address, password="pass"):
    """The answer, and how long it took from the connection on."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.base + 993), DEADLINE) as raw:
        raw.sendall(header(address))
        with server.context.wrap_socket(raw, server_hostname="localhost") as s:
            s.sendall(f"a LOGIN {user} {password}\r\n".encode())
            answer = b""
            while not (answer.startswith((b"a ", b"* BYE")) or b"\r\na " in answer):
                piece = s.recv(65536)
                if not piece:
                    break
                answer += piece
    return b"a OK" in answer, time.monotonic() - begun


def new_password(server, user, password):
    """What nobody has logged in with yet, so that the next login has to wait for its hash."""
    subprocess.run([f"{build}/pkctl", "--socket", server.words["admin"], "user", "passwd", f"{user}@example.test"],
                   input=password + "\n", text=True, check=True, capture_output=True, timeout=DEADLINE)


def owner_gets_in_during_a_flood():
    """
    80 wrong logins a second from 1,000 addresses, a fifth of them for the owner's name. Where hashes are short, because
    others use the machine too, users at addresses that nothing is known of share them with the flood, and some hear
    UNAVAILABLE after 5 s; the owner, where he got in before, passes them all.
    """
    with Server() as s:
        text = s.config()
        imaps = next(line for line in text.splitlines() if "listener imaps" in line)
        s.config((imaps, imaps.replace("options {", 'options { proxy = "127.0.0.1"')))
        s.reload()
        expect("the owner before", True, login(s, "u1", "198.51.100.7")[0])
        flood = subprocess.Popen([sys.executable, __file__, sys.argv[1], "--flood", str(s.base + 993), s.words["ca"]],
                                 stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        known, strangers, end = [], [], time.monotonic() + SECONDS - 2
        others = [threading.Thread(target=lambda n=n: strangers.append(login(s, f"u{n}", f"198.51.100.{n}")))
                  for n in range(6, 9)]
        for other in others:
            other.start()
        while time.monotonic() < end:
            new_password(s, "u1", f"new-{len(known)}")
            known.append(login(s, "u1", "198.51.100.7", f"new-{len(known)}"))
            time.sleep(0.2)
        for other in others:
            other.join()
        told = json.loads(flood.communicate(timeout=60)[0])
        print(f"# {told['begun']} wrong logins in {SECONDS} s: {told['answers']}; load {os.getloadavg()[0]:.1f}; the owner at "
              f"most {max(t for _, t in known):.2f} s of {len(known)} logins, users new at their address "
              f"{max(t for _, t in strangers):.2f} s of {len(strangers)}")
        expect("the flood is one", True, told["begun"] >= 0.9 * RATE * SECONDS)
        expect("none of it got in", 0, told["answers"].get("a OK", 0))
        expect("the owner", [True] * len(known), [good for good, _ in known])
        short = told["answers"].get("a NO [UNAVAILABLE]", 0)
        expect("users at addresses that are new", True, short > 0 or all(good for good, _ in strangers))
        expect("the owner within 2 s", True, max(t for _, t in known) < 2)
        failures = s.ctl("auth", "failures").stdout
        if failures.count(" 10.") < 100 or "127.0.0.1" in failures:
            raise Failure(f"failures are not listed under the clients' addresses: {failures[:300]!r}")
        expect("status", 0, s.stop())


if "--flood" in sys.argv:
    at = sys.argv.index("--flood")
    asyncio.run(Flood(int(sys.argv[at + 1]), sys.argv[at + 2]).run())
else:
    run_cases([owner_gets_in_during_a_flood])
