"""The real server that tools/demo starts, and talks with it line by line."""
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

from place import DEADLINE, Failure, build, expect, here, wait_for

sys.path.insert(0, f"{here}/../clients")
import mail  # noqa: E402
import scram  # noqa: E402, F401

USERS = 12
MESSAGE = b"From: <a@x.example>\r\nTo: <u1@example.test>\r\nSubject: %s\r\n\r\n" + b"a line of this message\r\n" * 400


class Talk:
    """A connection, line by line."""

    def __init__(self, port, context=None):
        self.sock = socket.create_connection(("127.0.0.1", port), DEADLINE)
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
        self.file = self.sock.makefile("rb")

    def say(self, *lines):
        self.sock.sendall(b"".join(line if isinstance(line, bytes) else line.encode() + b"\r\n" for line in lines))

    def line(self):
        line = self.file.readline().decode(errors="replace")
        if line and not line.endswith("\r\n"):
            raise Failure(f"a line cut short: {line!r}")
        return line.rstrip()

    def answer(self, start):
        """Lines until one begins so."""
        seen = []
        while not (line := self.line()).startswith(start):
            seen.append(line)
            if not line or len(seen) > 5000:
                raise Failure(f"no {start!r} but {seen[-5:]}")
        return line

    def rest(self):
        return [line.decode(errors="replace").rstrip() for line in self.file]

    def close(self):
        self.file.close()
        self.sock.close()


class Server:
    """tools/demo on a folder of its own; started again on the same data if wanted."""

    def __init__(self, *options):
        self.options = options
        self.folder = tempfile.TemporaryDirectory(prefix="pk-live-")
        self.data, self.base, self.demo = f"{self.folder.name}/server", mail.free_base(), None
        self.start()

    def start(self):
        self.demo = subprocess.Popen([f"{here}/../../tools/demo", "--build", build, "--data", self.data, "--port-base",
                                      str(self.base), "--users", str(USERS), "--no-limits", "--allow-plain", *self.options],
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.demo.stdout.readline()
        if not line.startswith("READY "):
            raise Failure(f"no READY but {line!r}")
        self.words = dict(word.split("=", 1) for word in line.split()[1:])
        self.pid = int(self.words["pid"])
        self.context = ssl.create_default_context(cafile=self.words["ca"])

    def ctl(self, *words):
        return subprocess.run([f"{build}/pkctl", "--socket", self.words["admin"], *words], capture_output=True, text=True,
                              timeout=DEADLINE)

    def config(self, *changes):
        with open(f"{self.data}/etc/postkeep.conf") as f:
            text = f.read()
        for old, new in changes:
            if old not in text:
                raise Failure(f"{old!r} is not in the configuration")
            text = text.replace(old, new)
        with open(f"{self.data}/etc/postkeep.conf", "w") as f:
            f.write(text)
        return text

    def logged(self, *words):
        with open(f"{self.data}/log", errors="replace") as f:
            return [line for line in f if all(w in line for w in words)]

    def reload(self, result="ok"):
        before = len(self.logged("event=reload "))
        os.kill(self.pid, signal.SIGHUP)
        wait_for("an end of the reload", lambda: len(self.logged("event=reload ")) > before)
        expect("result", f"result={result}", next(w for w in self.logged("event=reload ")[before].split() if "result=" in w))

    def certificate(self, name):
        """A new pair of the demo's authority in place of the server's."""
        etc = f"{self.data}/etc"
        for words in (f"req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={name} -keyout {etc}/server.key "
                      f"-out {etc}/server.csr", f"x509 -req -in {etc}/server.csr -CA {etc}/ca.pem -CAkey {etc}/ca.key "
                      f"-days 9 -extfile {etc}/server.ext -out {etc}/server.pem"):
            subprocess.run(["openssl", *words.split()], check=True, capture_output=True)

    def shown(self):
        with socket.create_connection(("127.0.0.1", self.base + 993), DEADLINE) as s:
            with self.context.wrap_socket(s, server_hostname="localhost") as t:
                return dict(x for y in t.getpeercert()["subject"] for x in y)["commonName"]

    def imap(self, user, tls=False):
        c = Talk(self.base + (993 if tls else 143), self.context if tls else None)
        c.answer("* OK")
        c.say(f"a LOGIN {user} pass", "b SELECT INBOX")
        c.answer("a OK")
        c.answer("b OK")
        return c

    def pop3(self, user):
        c = Talk(self.base + 110)
        c.say(f"USER {user}", "PASS pass")
        for _ in range(3):
            c.answer("+OK")
        return c

    def smtp(self, user, port=25, hello="EHLO"):
        """In the middle of a message."""
        c = Talk(self.base + port)
        c.answer("220 ")
        c.say(f"{hello} x.example", "MAIL FROM:<a@x.example>", f"RCPT TO:<{user}@example.test>", "DATA")
        c.answer("354 ")
        c.say(MESSAGE[:5000] % b"half")
        return c

    def deliver(self, user):
        c = self.smtp(user, 24, "LHLO")
        c.say((MESSAGE % b"half")[5000:], ".", "QUIT")
        c.answer("250 2.0.0")
        c.close()

    def count(self, user):
        c = Talk(self.base + 143)
        c.say(f"a LOGIN {user} pass", "b STATUS INBOX (MESSAGES)")
        c.answer("a OK")
        n = int(c.answer("* STATUS").split()[-1].rstrip(")"))
        c.close()
        return n

    def stop(self):
        self.demo.send_signal(signal.SIGTERM)
        return self.demo.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.demo.poll() is None:
            self.stop()
        self.folder.cleanup()


def free(port):
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE).close()
        return False
    except ConnectionRefusedError:
        return True


def children(pid, name):
    out = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in out.splitlines() if name in line]


def host_service(pid):
    try:
        with open(f"/proc/{pid}/cmdline") as f:
            words = f.read().split("\0")
        return words[words.index("--service") + 1]
    except (OSError, ValueError):
        return None  # it has ended
