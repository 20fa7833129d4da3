#!/usr/bin/env python3
"""traces.py BUILD: passwords of users and admins go through a running server; afterwards none of its processes has them.

Looks at command lines, environments, the log and, as root, at all memory of store, hosts and supervisor. Prints
`ok NAME` or `not ok NAME: why` for each case.
"""
import base64
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import time

build = os.path.abspath(sys.argv[1])
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{here}/../clients")
import mail  # noqa: E402

WAIT = 20


class Failure(Exception):
    pass


class Server:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pk-secrets-")
        self.base = mail.free_base()
        self.demo = subprocess.Popen([f"{here}/../../tools/demo", "--build", build, "--data", f"{self.folder.name}/server",
                                      "--port-base", str(self.base), "--allow-plain", "--no-limits"],
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.demo.stdout.readline()
        if not line.startswith("READY "):
            raise Failure(f"no READY but {line!r}")
        self.words = dict(word.split("=", 1) for word in line.split()[1:])
        self.context = ssl.create_default_context(cafile=self.words["ca"])

    def pids(self):
        out = subprocess.run(["ps", "-o", "pid=", "--ppid", self.words["pid"]], capture_output=True, text=True).stdout
        return [int(self.words["pid"]), *map(int, out.split())]

    def ctl(self, *words, said=""):
        r = subprocess.run([f"{build}/pkctl", "--socket", self.words["admin"], *words], input=said, capture_output=True,
                           text=True, timeout=WAIT)
        if r.returncode:
            raise Failure(f"pkctl {words}: {r.stderr}")
        return r.stdout

    def connect(self, port, tls):
        sock = socket.create_connection(("127.0.0.1", self.base + port), WAIT)
        return self.context.wrap_socket(sock, server_hostname="localhost") if tls else sock

    def talk(self, port, tls, *steps):
        """Pairs of what is said and what the answer begins with."""
        with self.connect(port, tls) as sock, sock.makefile("rb") as f:
            f.readline()
            for say, wanted in steps:
                sock.sendall(say.encode() + b"\r\n")
                while not (line := f.readline()).startswith(wanted.encode()):
                    if not line or line.startswith((b"a BAD", b"a NO", b"-ERR")):
                        raise Failure(f"{say.split()[0:2]}: {line!r}")

    def stop(self):
        self.demo.terminate()
        self.demo.wait(WAIT)
        self.folder.cleanup()


def memory_of(pid):
    """(place, octets) of what the process has for itself."""
    with open(f"/proc/{pid}/maps") as f:
        maps = f.read().splitlines()
    with open(f"/proc/{pid}/mem", "rb", 0) as f:
        for line in maps:
            at, rights, rest = line.split(None, 2)
            start, end = (int(x, 16) for x in at.split("-"))
            if not rights.startswith("rw") or end - start > 1 << 30:
                continue
            try:
                f.seek(start)
                left = end - start
                while left:
                    piece = f.read(min(left, 16 << 20))
                    if not piece:
                        break
                    yield f"{line[-30:].split()[-1]}+{end - left - start:#x}", piece
                    left -= len(piece)
            except OSError:
                continue  # guard pages


def find(server, marks):
    """Where the marks are, by process."""
    found = []
    for pid in server.pids():
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            words = f.read()
        name = os.path.basename(words.split(b"\0")[0].decode())
        service = re.search(rb"--service\0(\w+)", words)
        name += "/" + service[1].decode() if service else ""
        places = [("cmdline", words)]
        if os.geteuid() == 0:
            with open(f"/proc/{pid}/environ", "rb") as f:
                places.append(("environ", f.read()))
            places += memory_of(pid)
        for where, octets in places:
            for what, mark in marks.items():
                at = octets.find(mark)
                if at >= 0:
                    found.append(f"{what} in {name} {where} ({octets[max(0, at - 24):at + 40]!r})")
    with open(f"{server.folder.name}/server/log", "rb") as f:
        log = f.read()
    return found + [f"{what} in the log" for what, mark in marks.items() if mark in log]


class Marks:
    """Passwords that stand nowhere else, and how they look on their ways."""

    def __init__(self):
        self.words = {}

    def new(self, name, user=None):
        password = f"mark-{secrets.token_hex(12)}"
        self.words[name] = password[5:].encode()
        if user:
            whole = base64.b64encode(f"\0{user}\0{password}".encode())
            # What stands after the first octets of the name, in base64: nobody else's.
            self.words[f"{name} in base64"] = whole[-28:-4]
            self.words[name + " of PLAIN"] = password[5:].encode()
        return password

    @staticmethod
    def plain(user, password):
        return base64.b64encode(f"\0{user}\0{password}".encode()).decode()


def check(server, marks):
    # What is done with them goes on for a moment after the answer.
    end = time.monotonic() + 3
    while (found := find(server, marks.words)) and time.monotonic() < end:
        time.sleep(0.3)
    if found:
        raise Failure("; ".join(sorted(found)[:12]))


def passwords_of_new_users(server):
    marks = Marks()
    server.ctl("user", "create", "new@example.test", said=marks.new("of a new user") + "\n")
    check(server, marks)


def passwords_of_logins(server):
    marks = Marks()
    for name, tls in (("with TLS", True), ("without", False)):
        user = f"{name.replace(' ', '-').lower()}@example.test"
        password = marks.new(f"of a user {name}", user)
        server.ctl("user", "create", user, said=password + "\n")
        for _ in range(2):  # hashed, then out of the cache
            server.talk(993 if tls else 143, tls, (f'a LOGIN {user} "{password}"', "a OK"), ("a NOOP", "a OK"))
        server.talk(993 if tls else 143, tls, (f"a AUTHENTICATE PLAIN {marks.plain(user, password)}", "a OK"))
        server.talk(993 if tls else 143, tls, ("a AUTHENTICATE PLAIN", "+"), (marks.plain(user, password), "a OK"))
        server.talk(995 if tls else 110, tls, (f"USER {user}", "+OK"), (f"PASS {password}", "+OK"))
    check(server, marks)


def passwords_of_sessions(server):
    """Deep in a buffer, where no answer and no later line has come to lie over it."""
    marks, open_ones = Marks(), []
    server.ctl("user", "create", "deep@example.test", said=(password := marks.new("of a session")) + "\n")
    try:
        for _ in range(6):
            open_ones.append(server.connect(993, True))
            open_ones[-1].sendall(f'b {"X" * 4000}\r\na LOGIN deep@example.test "{password}"\r\n'.encode())
            said = b""
            while b"a OK" not in said:
                if not (more := open_ones[-1].recv(4096)):
                    raise Failure(f"{said!r}")
                said += more
        check(server, marks)
    finally:
        for sock in open_ones:
            sock.close()


def wrong_passwords(server):
    marks = Marks()
    for tls in (True, False):
        wrong = marks.new(f"wrong, TLS {tls}")
        for port, say in ((993 if tls else 143, f"a LOGIN u2 {wrong}"), (995 if tls else 110, f"USER u2\r\nPASS {wrong}")):
            try:
                server.talk(port, tls, (say, "never"))
            except Failure:
                pass
    check(server, marks)


def passwords_that_the_store_makes(server):
    marks = Marks()
    server.ctl("user", "create", "apps@example.test", said="a long password\n")
    said = server.ctl("credential", "app-password", "apps@example.test", "phone", "--json")
    made = re.search(r'"secret": "([^"]+)"', said)
    if not made:
        raise Failure(said)
    marks.words["of an app"] = made[1].encode()
    server.talk(993, True, (f'a LOGIN apps@example.test "{made[1]}"', "a OK"))
    check(server, marks)


def the_search_finds(server):
    """The control: a word that the server does keep is found in it."""
    if os.geteuid() != 0:
        return
    if not find(server, {"a user": b"u1@example.test"}):
        raise Failure("a name that went through it a moment ago is found nowhere")


bad = False
server = Server()
try:
    for case in (the_search_finds, passwords_of_new_users, passwords_of_logins,
                 passwords_of_sessions, wrong_passwords, passwords_that_the_store_makes):
        try:
            case(server)
            print(f"ok {case.__name__}", flush=True)
        except (Failure, OSError, subprocess.SubprocessError) as e:
            bad = True
            print(f"not ok {case.__name__}: {type(e).__name__} {e}", flush=True)
finally:
    server.stop()
sys.exit(bad)
