#!/usr/bin/env python3
"""local.py BUILD: listeners on unix sockets, with the real server.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import signal
import smtplib
import socket
import subprocess

from place import DEADLINE, Failure, build, expect, run_cases, wait_for
from server import MESSAGE, Server, children

LOCAL = '  listener local { path = "%s" mode = %s options { mode = lmtp hostname = localhost } }\n'


class Local(Server):
    """The server, whose lmtp service has one more listener."""

    def __init__(self, mode="0660"):
        super().__init__()
        self.path = f"{self.folder.name}/lmtp.sock"
        self.listen_locally(mode)

    def listen_locally(self, mode):
        self.config(("service lmtp {\n", "service lmtp {\n" + LOCAL % (self.path, mode)))

    def lmtp(self, path=None):
        return smtplib.LMTP(path or self.path)

    def mode(self):
        return os.stat(self.path).st_mode & 0o777


def send(c, user="u1"):
    expect("refused", {}, c.sendmail("a@x.example", [f"{user}@example.test"], MESSAGE % b"local"))


def lmtp_on_a_unix_socket():
    """By smtplib, which takes a path; who it was is in the log; mode, path and end follow the configuration."""
    with Local() as s:
        s.reload()
        expect("mode", 0o660, s.mode())
        c = s.lmtp()
        send(c)
        line = wait_for("who it was", lambda: s.logged("event=local_peer"))[0]
        expect("pid and uid", True, f"peer_pid={os.getpid()} peer_uid={os.getuid()} " in line)
        expect("its connect", 1, len(s.logged("event=connect", "listener=local", "rip=unix")))
        before = os.stat(s.path).st_ino
        s.config(("mode = 0660", "mode = 0600"))
        s.reload()
        expect("mode", (0o600, before), (s.mode(), os.stat(s.path).st_ino))
        send(c)
        send(s.lmtp(), "u2")
        moved = f"{s.folder.name}/other.sock"
        s.config((s.path, moved))
        s.reload()
        expect("the old file", False, os.path.exists(s.path))
        send(s.lmtp(moved), "u2")
        send(c)
        expect("messages", (3, 2), (s.count("u1"), s.count("u2")))
        c.close()
        expect("status", 0, s.stop())
        expect("the file afterwards", False, os.path.exists(moved))


def file_that_was_left():
    """A socket nobody listens on is replaced; one that is heard, or a file, is not ours to take."""
    with Local() as s:
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(s.path)
        s.reload()
        send(s.lmtp())
        store = children(s.pid, "pkstored")
        os.kill(s.pid, signal.SIGKILL)
        s.demo.wait(60)
        wait_for("the store's end", lambda: not any(os.path.exists(f"/proc/{p}") for p in store))
        expect("what it left", True, os.path.exists(s.path))
        s.start()  # with the configuration of the demo
        s.listen_locally("0660")
        s.reload()
        send(s.lmtp())
        s.config((s.path, f"{s.folder.name}/file"))
        with open(f"{s.folder.name}/file", "w") as f:
            f.write("something else")
        s.reload("refused")
        expect("said", 1, len(s.logged("event=config_error", "listener 'local'", "in use")))
        with open(f"{s.folder.name}/file") as f:
            expect("the file", "something else", f.read())
        s.config((f"{s.folder.name}/file", f"{s.folder.name}/theirs"))
        with socket.socket(socket.AF_UNIX) as theirs:
            theirs.bind(f"{s.folder.name}/theirs")
            theirs.listen()
            s.reload("refused")
        send(s.lmtp())
        expect("messages", 3, s.count("u1"))
        expect("status", 0, s.stop())


def what_cannot_be_of_a_path():
    with Local("0999") as s:
        def words(*changes):
            s.config(*changes)
            check = subprocess.run([f"{build}/postkeepd", "--check", f"{s.data}/etc/postkeep.conf"], capture_output=True,
                                   text=True, timeout=DEADLINE)
            expect("status", 78, check.returncode)
            return check.stderr

        for wanted, got in (("mode must be octal", words()),
                            ("no group 'nobodys-group'", words(("mode = 0999", "group = nobodys-group"))),
                            ("both a path and a port", words(("group = nobodys-group", "port = 99"))),
                            ("path must be an absolute path", words(("port = 99", ""), (f'"{s.path}"', '"lmtp.sock"'))),
                            ("has the path of", words(('"lmtp.sock"', f'"{s.path}"'), ("  listener local", LOCAL.replace(
                                "local", "first") % (s.path, "0600") + "  listener local")))):
            if wanted not in got:
                raise Failure(f"{wanted!r} is not in {got!r}")


def passwords_on_a_unix_socket():
    """Nobody listens in on it: PLAIN without TLS is taken, as from this machine's own addresses."""
    with Server() as s:
        path = f"{s.folder.name}/imap.sock"
        s.config(("service imap {\n", f'service imap {{\n  listener local {{ path = "{path}" options {{ plain = yes }} }}\n'))
        s.reload()
        with socket.socket(socket.AF_UNIX) as c:
            c.connect(path)
            file = c.makefile("rwb", buffering=0)
            file.readline()
            c.sendall(b"a LOGIN u1 pass\r\n")
            expect("answer", b"a OK", file.readline()[:4])
        expect("status", 0, s.stop())


run_cases([lmtp_on_a_unix_socket, file_that_was_left, what_cannot_be_of_a_path, passwords_on_a_unix_socket])
