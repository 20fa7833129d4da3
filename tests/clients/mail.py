"""What the scripts of this folder share: messages, connections, steps."""
import email.message
import email.policy
import imaplib
import poplib
import random
import smtplib
import socket
import ssl
import sys
import time

WAIT = 10  # seconds for what should take none


class Failure(Exception):
    pass


class Server:
    """Ports and names of a server that tools/demo started."""

    def __init__(self, base, ca, password="pass", host="localhost"):
        self.base, self.ca, self.password, self.host = base, ca, password, host
        self.tls = ssl.create_default_context(cafile=ca)

    def imap(self, user):
        c = imaplib.IMAP4_SSL(self.host, self.base + 993, ssl_context=self.tls, timeout=WAIT)
        c.login(user, self.password)
        _, words = c.capability()
        c.capabilities = tuple(words[0].decode().upper().split())
        return c

    def pop3(self, user):
        c = poplib.POP3_SSL(self.host, self.base + 995, context=self.tls, timeout=WAIT)
        c.user(user)
        c.pass_(self.password)
        return c

    def smtp(self):
        c = smtplib.SMTP(self.host, self.base + 25, timeout=WAIT)
        c.starttls(context=self.tls)
        return c

    def submission(self, user, implicit=False):
        """Logged in, by STARTTLS or TLS from the first octet."""
        if implicit:
            c = smtplib.SMTP_SSL(self.host, self.base + 465, context=self.tls, timeout=WAIT)
        else:
            c = smtplib.SMTP(self.host, self.base + 587, timeout=WAIT)
            c.starttls(context=self.tls)
        c.login(user, self.password)
        return c

    def lmtp(self):
        return smtplib.LMTP(self.host, self.base + 24, timeout=WAIT)


def free_base():
    """A --port-base for tools/demo whose ports are free now."""
    for _ in range(100):
        base = random.SystemRandom().randrange(20000, 30000, 10)
        try:
            for offset in (24, 25, 110, 143, 465, 587, 993, 995):
                socket.create_server(("127.0.0.1", base + offset)).close()
            return base
        except OSError:
            continue
    raise Failure("no free ports")


def message(subject, to, attachment=b"", seed=1, sender="joran@example.net"):
    """A message as octets with CRLF: text, and the attachment if there is one."""
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m["From"] = f"Jöran Example <{sender}>"
    m["To"] = to
    m["Subject"] = subject
    m["Date"] = "Sat, 21 Nov 2026 10:00:00 +0100"
    m["Message-ID"] = f"<{seed}.{random.Random(subject).getrandbits(64):x}@example.net>"
    m.set_content("Grüße,\n.a line that begins with a dot\n..and two\n\nEnd\n")
    if attachment:
        m.add_attachment(attachment, maintype="application", subtype="octet-stream", filename="Bild.bin")
    return m.as_bytes()


def octets(n, seed=1):
    return random.Random(seed).randbytes(n)


def imap_messages(c, mailbox="INBOX"):
    """{uid: octets} of a mailbox."""
    status, data = c.select(mailbox)
    if status != "OK":
        raise Failure(f"SELECT {mailbox}: {data}")
    status, data = c.uid("FETCH", "1:*", "(BODY.PEEK[])")
    if status != "OK":
        raise Failure(f"FETCH: {data}")
    found = {}
    for part in data:
        if isinstance(part, tuple):
            words = part[0].replace(b"(", b" ").split()
            found[int(words[words.index(b"UID") + 1])] = part[1]
    return found


def pop3_messages(c):
    """{uidl: octets} of a maildrop."""
    _, names, _ = c.uidl()
    found = {}
    for line in names:
        number, uidl = line.split()
        _, lines, _ = c.retr(int(number))
        found[uidl.decode()] = b"".join(l + b"\r\n" for l in lines)
    return found


def wait_for(what, condition, seconds=WAIT):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def same(what, wanted, got):
    if wanted != got:
        at = next((i for i, (a, b) in enumerate(zip(wanted, got)) if a != b), min(len(wanted), len(got)))
        raise Failure(f"{what}: {len(wanted)} octets became {len(got)}, different from octet {at}: "
                      f"{wanted[at:at + 40]!r} became {got[at:at + 40]!r}")


def expect(what, wanted, got):
    if wanted != got:
        raise Failure(f"{what}: wanted {wanted!r}, got {got!r}")


def run_steps(steps):
    """Runs (name, function) pairs, prints ok or not ok for each; True when all were ok."""
    good = True
    for name, function in steps:
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception as e:  # whatever goes wrong is this step's result
            good = False
            why = " ".join(str(e).split())[:300]
            print(f"not ok {name}: {type(e).__name__ if not isinstance(e, Failure) else ''} {why}", flush=True)
    return good


def finish(steps):
    sys.exit(0 if run_steps(steps) else 1)
