#!/usr/bin/env python3
"""live.py BUILD: the real server, reloaded and stopped while clients are in the middle of something.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from place import DEADLINE, Failure, build, expect, here, run_cases, wait_for

sys.path.insert(0, f"{here}/../clients")
import mail  # noqa: E402

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

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pk-live-")
        self.data, self.base, self.demo = f"{self.folder.name}/server", mail.free_base(), None
        self.start()

    def start(self):
        self.demo = subprocess.Popen([f"{here}/../../tools/demo", "--build", build, "--data", self.data, "--port-base",
                                      str(self.base), "--users", str(USERS), "--no-limits", "--allow-plain"],
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


REST = (MESSAGE % b"half")[5000:]
HALF = (MESSAGE % b"half")[:5000]


def appending(server, user):
    c = server.imap(user)
    c.say(f"c APPEND INBOX {{{len(HALF + REST)}}}")
    c.answer("+ ")
    c.say(HALF)
    return c


def end_append(c):
    c.say(REST, "")
    c.answer("c OK")


def end_data(c):
    c.say(REST, ".")
    c.answer("250 2.0.0")


def idling(server, user):
    c = server.imap(user)
    c.say("c IDLE")
    c.answer("+ ")
    return c


def end_idle(c):
    c.say("DONE", "d NOOP")
    c.answer("c OK")
    c.answer("d OK")


def deleting(server, user):
    c = server.pop3(user)
    c.say("DELE 1", "NOOP")
    c.answer("+OK")
    c.answer("+OK")
    return c


def end_deleting(c):
    c.say("QUIT")
    c.answer("+OK")


def kinds(server):
    """begin, end, how many messages more the mailbox has afterwards"""
    return [(lambda u: appending(server, u), end_append, 1),
            (lambda u: server.smtp(u), end_data, 1),
            (lambda u: server.smtp(u, 24, "LHLO"), end_data, 1),
            (lambda u: idling(server, u), end_idle, 0)]


def reload_under_load():
    """Three hundred sessions in the middle of something, deliveries beside them, and a dozen reloads."""
    with Server() as s:
        users = [f"u{n + 1}" for n in range(USERS)]
        wanted = {u: 1 for u in users}
        for u in users:
            s.deliver(u)
        open_ones = []
        for number in range(288):
            user = users[number % USERS]
            begin, end, more = kinds(s)[number // USERS % 4]
            open_ones.append((begin(user), end))
            wanted[user] += more
        for u in users:  # one a maildrop
            open_ones.append((deleting(s, u), end_deleting))
            wanted[u] -= 1
        done, failed, delivered = threading.Event(), [], dict.fromkeys(users, 0)

        def traffic(user):
            while not done.is_set():
                try:
                    s.deliver(user)
                    delivered[user] += 1
                except (Failure, OSError) as e:
                    failed.append(e)
                    return

        threads = [threading.Thread(target=traffic, args=(u,)) for u in users[:4]]
        for t in threads:
            t.start()
        for number in range(12):
            s.config((f" max_size = {number + 10}M" if number else " hostname = localhost mode = mx",
                      f" max_size = {number + 11}M" if number else " max_size = 11M hostname = localhost mode = mx"))
            s.certificate(f"number-{number}")
            s.reload()
        wait_for("the last certificate", lambda: s.shown() == "number-11")
        done.set()
        for t in threads:
            t.join()
        expect("deliveries that failed", [], failed)
        for c, end in open_ones:
            end(c)
        for c, _ in open_ones:
            c.close()
        expect("messages", {u: wanted[u] + delivered[u] for u in users}, {u: s.count(u) for u in users})
        expect("a few of them while it was reloaded", True, sum(delivered.values()) > 12)
        expect("verify", 0, s.ctl("verify", "--bodies").returncode)
        expect("status", 0, s.stop())
        print(f"# {len(open_ones)} sessions, {sum(delivered.values())} deliveries during 12 reloads")


def size_said(c):
    c.say("EHLO x.example")
    size = c.answer("250-SIZE")
    c.say("NOOP")
    c.answer("250 2.0.0")
    return int(size.split()[1])


def new_options_for_new_sessions():
    with Server() as s:
        old = Talk(s.base + 25)
        old.answer("220 ")
        s.config((" hostname = localhost mode = mx", " max_size = 1M hostname = localhost mode = mx"))
        s.reload()

        def new_size():
            c = Talk(s.base + 25)
            c.answer("220 ")
            size = size_said(c)
            c.close()
            return size

        wait_for("new sessions with it", lambda: new_size() == 1 << 20)
        expect("an old session", 44 << 20, size_said(old))
        s.config(("max_size = 1M", "max_size = much"))
        s.reload("refused")
        expect("where", 1, len(s.logged("event=config_error", "listener 'smtp'", "option max_size")))
        expect("new sessions", 1 << 20, new_size())


def listener_moves_under_a_session():
    with Server() as s:
        old = s.smtp("u1")
        port = next(n for n in range(s.base + 1, s.base + 20) if free(n))
        s.config((f"port = {s.base + 25} ", f"port = {port} "))
        s.reload()
        wait_for("the old port closed", lambda: free(s.base + 25))
        end_data(old)
        new = Talk(port)
        new.answer("220 ")
        size_said(old)
        expect("messages", 1, s.count("u1"))


def free(port):
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE).close()
        return False
    except ConnectionRefusedError:
        return True


def certificates_of_new_sessions():
    with Server() as s:
        old = s.imap("u1", tls=True)
        s.certificate("second")
        s.reload()
        wait_for("the new one", lambda: s.shown() == "second")
        with open(f"{s.data}/etc/ca.key") as f:
            wrong = f.read()
        with open(f"{s.data}/etc/server.key", "w") as f:
            f.write(wrong)
        s.reload()
        expect("said", 1, len(s.logged("event=config_error", "not the one of the first", "in use is kept")))
        expect("after a bad pair", "second", s.shown())
        for host in children(s.pid, "pkfrontd"):
            if host_service(host) == "imap":
                os.kill(host, signal.SIGKILL)
        wait_for("hosts that began after it", lambda: shown_or_nothing(s) == "second")
        s.certificate("third")
        s.reload()
        wait_for("a good pair", lambda: s.shown() == "third")
        old.close()


def shown_or_nothing(s):
    try:
        return s.shown()
    except OSError:
        return None


def children(pid, name):
    out = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in out.splitlines() if name in line]


def host_service(pid):
    try:
        with open(f"/proc/{pid}/cmdline") as f:
            return f.read().split("\0")[-2]
    except (OSError, IndexError):
        return None  # it has ended


def service_is_taken_away():
    with Server() as s:
        s.deliver("u1")
        between, amid = s.pop3("u1"), s.imap("u2")
        text = s.config()
        start = text.index("service pop3 {")
        s.config((text[start:text.index("service mx {")], ""))
        s.reload()
        expect("farewell", ["-ERR [SYS/TEMP] the server is going down"], between.rest())
        wait_for("the port closed", lambda: free(s.base + 110))
        wait_for("the hosts gone", lambda: not [h for h in children(s.pid, "pkfrontd") if host_service(h) == "pop3"])
        with open(f"{s.data}/etc/postkeep.conf", "w") as f:
            f.write(text)
        s.reload()
        wait_for("it is back", lambda: not free(s.base + 110))
        again = s.pop3("u1")
        again.say("STAT")
        expect("its mail", "+OK 1", again.answer("+OK")[:5])
        amid.say("c NOOP")
        amid.answer("c OK")


def stop_says_goodbye():
    """What can end ends, what cannot is told; what was acknowledged is there, what was not is not."""
    with Server() as s:
        idle = idling(s, "u1")
        quiet, greeted = s.pop3("u2"), Talk(s.base + 25)
        greeted.answer("220 ")
        ends, stalls, appends = s.smtp("u3"), s.smtp("u4"), appending(s, "u5")
        lmtp = s.smtp("u6", 24, "LHLO")
        os.kill(s.pid, signal.SIGTERM)
        expect("imap", "* BYE", "\n".join(idle.rest())[:5])
        expect("pop3", ["-ERR [SYS/TEMP] the server is going down"], quiet.rest())
        expect("smtp", ["421 4.3.2 the server is going down"], greeted.rest())
        wait_for("ports closed", lambda: all(free(s.base + n) for n in (24, 25, 110, 143, 993, 995)))
        ends.say(REST, ".")
        expect("a message that was under way", ["250 2.0.0", "421 4.3.2"], [line[:9] for line in ends.rest()])
        lmtp.say(REST, ".")
        expect("by LMTP", ["250 2.0.0", "421 4.3.2"], [line[:9] for line in lmtp.rest()])
        expect("one that never ends", ["421 4.3.2"], [line[:9] for line in stalls.rest()])
        expect("an APPEND that never ends", "* BYE", "\n".join(appends.rest())[:5])
        s.demo.wait(60)
        order = [line for line in s.logged("event=exit") if "level=info" in line]
        expect("the store is last", ("child=store", "status=0"), (order[-1].split()[4], order[-1].split()[-1]))
        expect("nobody was killed", [], [line for line in order if "signal=0 status=0" not in line])
        s.start()
        expect("messages", [0, 0, 1, 0, 0, 1], [s.count(f"u{n}") for n in range(1, 7)])
        expect("verify", 0, s.ctl("verify", "--bodies").returncode)
        expect("status", 0, s.stop())


def busy(s, turns=40):
    """Lines of the hosts and of the store, from several threads."""
    def talk(user):
        for _ in range(turns):
            s.deliver(user)
            s.pop3(user).close()
    threads = [threading.Thread(target=talk, args=(f"u{n}",)) for n in range(1, 5)]
    for t in threads:
        t.start()
    return threads


def log_rotates():
    """The file is moved away three times under load: every line is there, once, whole, in its time's file."""
    with Server() as s:
        threads = busy(s)
        for n in range(1, 4):
            time.sleep(0.3)
            os.rename(f"{s.data}/log", f"{s.data}/log.{n}")
            os.kill(s.pid, signal.SIGUSR1)
            wait_for("a new log", lambda: os.path.exists(f"{s.data}/log") and s.logged("event=log_reopened"))
        for t in threads:
            t.join()
        wait_for("the last ends", lambda: 320 <= len([1 for l in all_logs(s) if "event=disconnect" in l]))
        size = os.path.getsize(f"{s.data}/log.3")
        s.deliver("u1")
        s.pop3("u1").close()
        wait_for("lines of hosts and store in the new one",
                 lambda: s.logged("event=delivery") and s.logged("event=login") and s.logged("event=disconnect", "service=pop3"))
        expect("nobody writes to the old one", size, os.path.getsize(f"{s.data}/log.3"))
        lines = all_logs(s)
        broken = [line for line in lines if not re.match(r"time=\S+Z level=\w+ pid=\d+ event=[a-z_]+( |\n$)", line)]
        expect("torn lines", [], broken[:3])
        expect("deliveries", 161, len([1 for line in lines if "event=delivery" in line and "code=250" in line]))
        expect("logins", 161, len([1 for line in lines if "event=login" in line and "auth=ok" in line]))
        expect("status", 0, s.stop())


def all_logs(s):
    lines = []
    for name in ("log.1", "log.2", "log.3", "log"):
        with open(f"{s.data}/{name}", errors="replace") as f:
            lines += f.readlines()
    return lines


def log_reader_stalls():
    """A pipe that nobody reads is full after 64 KiB; more than that is said, and all serve on."""
    with Server() as s:
        s.stop()
        os.rename(f"{s.data}/log", f"{s.data}/log.1")
        os.mkfifo(f"{s.data}/log", 0o600)
        pipe = os.open(f"{s.data}/log", os.O_RDWR | os.O_NONBLOCK)
        s.start()
        for t in busy(s):
            t.join()
        seen = b""
        try:
            while some := os.read(pipe, 1 << 16):
                seen += some
        except BlockingIOError:
            pass
        expect("it was full", True, len(seen) > 60000)
        expect("whole lines", b"\n", seen[-1:])
        expect("messages", 40, s.count("u1"))
        time.sleep(1)
        s.deliver("u1")  # a second later the hosts tell what they dropped
        wait_for("what was dropped", lambda: b"event=log_dropped" in (os.read(pipe, 1 << 16) if readable(pipe) else b""))
        expect("status", 0, s.stop())
        os.close(pipe)
        os.unlink(f"{s.data}/log")


def readable(fd):
    return select.select([fd], [], [], 0)[0]


run_cases([log_rotates, log_reader_stalls, reload_under_load, new_options_for_new_sessions, listener_moves_under_a_session, certificates_of_new_sessions,
           service_is_taken_away, stop_says_goodbye])
