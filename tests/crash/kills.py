#!/usr/bin/env python3
"""kills.py BUILD [N]: kill -9 of store, host, supervisor, or all, while mail arrives and changes.

People deliver by LMTP, flag, move and expunge by IMAP and delete by POP3, each in an account of
their own. N times
a process dies at a random moment and the server must answer again. In the end every acknowledged
change is there, every message at most once and octet for octet, and pkctl verify is silent.
"""
import imaplib
import os
import poplib
import random
import re
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../clients"))
import mail  # noqa: E402

build = os.path.abspath(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
PEOPLE = 4
BACK_S = 10  # the server must answer again within this
TARGETS = ["store", "host", "supervisor", "all"]
ABSENT = None
BOXES = ("INBOX", "Archive")
FLAGS = (r"\Seen", r"\Answered", r"\Flagged")


class Demo:
    """tools/demo on a folder, started again when its supervisor was killed."""

    def __init__(self, folder, base):
        self.folder, self.base, self.process = folder, base, None

    def start(self):
        self.process = subprocess.Popen(
            [f"{here}/../../tools/demo", "--build", build, "--data", self.folder, "--port-base", str(self.base),
             "--users", str(PEOPLE), "--no-limits"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("READY "):
            raise mail.Failure(f"no READY but {line!r}")
        words = dict(word.split("=", 1) for word in line.split()[1:])
        self.pid, self.ca, self.admin = int(words["pid"]), words["ca"], words["admin"]
        self.server = mail.Server(self.base, self.ca)

    def children(self, program):
        out = subprocess.run(["pgrep", "-P", str(self.pid), program], capture_output=True, text=True)
        return [int(pid) for pid in out.stdout.split()]

    def kill(self, target, rng):
        """True: the supervisor went too, and with it all."""
        if target == "store":
            victims = self.children("pkstored")
        elif target == "host":
            victims = [rng.choice(self.children("pkfrontd"))]
        elif target == "supervisor":
            victims = [self.pid]
        else:
            victims = self.children("pkstored") + self.children("pkfrontd") + [self.pid]
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.pid not in victims:
            return False
        self.process.wait(30)
        return True

    def answers(self):
        try:
            c = self.server.imap("u1")
            c.logout()
            c = self.server.lmtp()
            c.ehlo()
            code, _ = c.mail("joran@example.net")
            code, _ = c.rcpt("u1@example.test") if code == 250 else (code, b"")
            c.close()
            return code == 250
        except (OSError, imaplib.IMAP4.error, smtplib.SMTPException):
            return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


class Message:
    def __init__(self, octets):
        self.octets, self.uid = octets, 0
        self.history = [(ABSENT, True)]  # (state, acknowledged); a state is (mailbox, flags)

    def allowed(self):
        known = max(i for i, (_, acknowledged) in enumerate(self.history) if acknowledged)
        return [state for state, _ in self.history[known:]]


class Person(threading.Thread):
    def __init__(self, demo, number):
        super().__init__(daemon=True)
        self.demo, self.user = demo, f"u{number}"
        self.address = f"{self.user}@example.test"
        self.random = random.Random(f"{seed}.{number}")
        self.messages, self.stop, self.error = {}, False, None
        self.acknowledged = self.moved = self.popped = 0
        self.imap = self.lmtp = None

    def run(self):
        while not self.stop and not self.error:
            try:
                if not self.imap:
                    self.connect()
                self.step()
            except mail.Failure as e:
                self.error = e
            except (OSError, EOFError, imaplib.IMAP4.error, smtplib.SMTPException, poplib.error_proto):
                self.drop()
                time.sleep(0.05)

    def drop(self):
        for c in (self.imap, self.lmtp):
            try:
                if c:
                    c.shutdown() if isinstance(c, imaplib.IMAP4) else c.close()
            except OSError:
                pass
        self.imap = self.lmtp = None

    def connect(self):
        """Connects, and looks how it stands with every message: that is then known."""
        self.lmtp = self.demo.server.lmtp()
        imap = self.demo.server.imap(self.user)
        imap.create(BOXES[1])
        self.look(imap)
        self.imap = imap

    def look(self, imap):
        found = {}
        for box in BOXES:
            for uid, flags, octets in fetch_all(imap, box):
                name = re.search(rb"Message-ID: <([^>]*)>", octets)[1].decode()
                if name in found:
                    raise mail.Failure(f"{self.user}: {name} is there twice, in {found[name][0]} and {box}")
                found[name] = (box, flags, octets, uid)
        for name, message in self.messages.items():
            box, flags, octets, uid = found.pop(name, (None, None, None, 0))
            state = (box, flags) if box else ABSENT
            if state not in message.allowed():
                raise mail.Failure(f"{self.user}: {name} is {state}, not one of {message.allowed()}")
            if octets is not None and not octets.endswith(message.octets):
                raise mail.Failure(f"{self.user}: {name} has other octets")
            message.history = [(state, True)]
            message.uid = uid
        if found:
            raise mail.Failure(f"{self.user}: never sent: {sorted(found)[:3]}")

    def change(self, changes, function):
        """changes: (message, the state it shall be in), noted before the server is asked."""
        for message, state in changes:
            message.history.append((state, False))
        status, data = function()
        if status != "OK":
            raise imaplib.IMAP4.abort(f"{status} {data}")
        for message, state in changes:
            message.history[-1] = (state, True)
        self.acknowledged += len(changes)

    def step(self):
        mine = [m for m in self.messages.values() if m.uid]
        choice = self.random.random()
        if not mine or choice < 0.4:
            return self.deliver()
        if choice < 0.46:
            return self.pop(mine)
        message = self.random.choice(mine)
        box, flags = message.history[-1][0]
        self.imap.select(box)
        if choice < 0.7:
            flags = flags ^ {self.random.choice(FLAGS)}
            self.change([(message, (box, flags))],
                        lambda: self.imap.uid("STORE", str(message.uid), "FLAGS.SILENT", f"({' '.join(sorted(flags))})"))
        elif choice < 0.85 and "MOVE" in self.imap.capabilities:
            self.move(message, box, flags)
        else:
            self.change([(message, (box, flags | {r"\Deleted"}))],
                        lambda: self.imap.uid("STORE", str(message.uid), "+FLAGS.SILENT", r"(\Deleted)"))
            # Also those that an interrupted step has left.
            doomed = [m for m in mine if (state := m.history[-1][0])[0] == box and r"\Deleted" in state[1]]
            self.change([(m, ABSENT) for m in doomed], self.imap.expunge)
            for m in doomed:
                m.uid = 0

    def pop(self, mine):
        """All that QUIT deletes goes at once (RFC 1939 section 6)."""
        c = self.demo.server.pop3(self.user)
        numbers = {int(line.rsplit(b".", 1)[1]): int(line.split()[0]) for line in c.uidl()[1]}
        doomed = [m for m in mine if m.uid in numbers and m.history[-1][0][0] == "INBOX" and self.random.random() < 0.3]
        for m in doomed:
            c.dele(numbers[m.uid])
        self.change([(m, ABSENT) for m in doomed], lambda: ("OK", c.quit()))
        for m in doomed:
            m.uid = 0
        self.popped += len(doomed)

    def move(self, message, box, flags):
        to = BOXES[1 - BOXES.index(box)]
        self.change([(message, (to, flags))], lambda: self.imap.uid("MOVE", str(message.uid), to))
        self.moved += 1
        self.look(self.imap)

    def deliver(self):
        name = f"{self.user}.{len(self.messages)}.{self.random.getrandbits(32):08x}"
        size = 400_000 if self.random.random() < 0.05 else self.random.randint(10, 20_000)
        text = self.random.randbytes(size // 2).hex()
        lines = "\r\n".join(text[i:i + 76] for i in range(0, len(text), 76))
        message = Message(f"Message-ID: <{name}>\r\nSubject: test\r\n\r\n{lines}\r\n".encode())
        self.messages[name] = message

        def send():
            refused = self.lmtp.sendmail("joran@example.net", [self.address], message.octets)
            return ("NO", refused) if refused else ("OK", None)
        self.change([(message, ("INBOX", frozenset()))], send)
        self.imap.select("INBOX")
        _, data = self.imap.uid("FETCH", "*", "(UID)")
        message.uid = int(re.search(rb"UID (\d+)", data[0])[1])


def fetch_all(imap, box):
    status, data = imap.select(box)
    if status != "OK":
        return []
    if not int(data[0]):
        return []
    status, data = imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
    if status != "OK":
        raise imaplib.IMAP4.abort(f"FETCH: {data}")
    out, before = [], 0
    for part in data:
        if not isinstance(part, tuple):
            continue
        uid = int(re.search(rb"UID (\d+)", part[0])[1])
        flags = re.search(rb"FLAGS \(([^)]*)\)", part[0])[1].decode().split()
        if uid <= before:
            raise mail.Failure(f"UID {uid} after {before} in {box}")
        before = uid
        out.append((uid, frozenset(f for f in flags if f != r"\Recent"), part[1]))
    return out


def kill_and_wait(demo, target, rng):
    began = time.monotonic()
    if demo.kill(target, rng):
        demo.start()
    mail.wait_for(f"an answer after {target} was killed", demo.answers, BACK_S)
    return time.monotonic() - began


def main():
    rng = random.Random(seed)
    folder = tempfile.mkdtemp(prefix="pk-kills-")
    demo = Demo(folder, mail.free_base())
    good = True
    try:
        demo.start()
        people = [Person(demo, i + 1) for i in range(PEOPLE)]
        for person in people:
            person.start()
        for i in range(rounds):
            time.sleep(rng.uniform(0.1, 1.0))
            target = TARGETS[i % len(TARGETS)]
            back = kill_and_wait(demo, target, rng)
            errors = [str(p.error) for p in people if p.error]
            if errors:
                raise mail.Failure("; ".join(errors))
            print(f"ok kill-{i}-{target} (back after {back:.2f} s)", flush=True)
        for person in people:
            person.stop = True
        for person in people:
            person.join(60)
            person.drop()
            person.error or person.connect()
            if person.error:
                raise person.error
        done = sum(p.acknowledged for p in people)
        if done < 10 * rounds:
            raise mail.Failure(f"only {done} changes were acknowledged")
        verify = subprocess.run([f"{build}/pkctl", "--socket", demo.admin, "verify", "--bodies"],
                                capture_output=True, text=True)
        mail.expect("pkctl verify", (0, ""), (verify.returncode, verify.stdout if verify.returncode else ""))
        mail.expect("exit status of the demo", 0, demo.stop())
        moved, popped = sum(p.moved for p in people), sum(p.popped for p in people)
        if not moved or not popped:
            raise mail.Failure(f"{moved} moved, {popped} deleted by POP3")
        print(f"ok ledger ({done} changes acknowledged, {moved} of them moves, {popped} by POP3, seed {seed})")
    except (mail.Failure, OSError, subprocess.TimeoutExpired, imaplib.IMAP4.error) as e:
        good = False
        print(f"not ok kills: seed {seed}: {e}; see {folder}/log")
    finally:
        if demo.process and demo.process.poll() is None:
            demo.process.kill()
            demo.process.wait()
        if good:
            subprocess.run(["rm", "-rf", folder], check=True)
    sys.exit(0 if good else 1)


main()
