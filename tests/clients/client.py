"""For with_ programs in Python: the server and the user of their environment."""
import imaplib
import json
import os
import subprocess

import mail

server = mail.Server(int(os.environ["PK_BASE"]), os.environ["PK_CA"], os.environ["PK_PASSWORD"])
user = os.environ["PK_USER"]
address = f"{user}@example.test"
ctl = os.environ["PK_CTL"].split()
folder = os.environ["PK_DIR"]


def deliver(octets, to=None):
    c = server.lmtp()
    mail.expect("refused recipients", {}, c.sendmail("joran@example.net", [to or address], octets))
    c.quit()


def program(*words, seconds=60, said=""):
    """Runs another program; what it says, or a Failure with the end of it."""
    result = subprocess.run(words, input=said, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, text=True,
                            errors="replace")
    if result.returncode:
        raise mail.Failure(f"{words[0]}: exit {result.returncode}: {result.stdout[-250:]}")
    return result.stdout


def subjects(c, mailbox):
    """{subject: flags without \\Recent} of a mailbox."""
    status, data = c.select(f'"{mailbox}"', readonly=True)
    if status != "OK":
        raise mail.Failure(f"SELECT {mailbox}: {data}")
    status, data = c.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    found = {}
    for part in data:
        if isinstance(part, tuple):
            flags = {f.decode() for f in imaplib.ParseFlags(part[0])} - {r"\Recent"}
            found[part[1].decode().strip().removeprefix("Subject: ")] = flags
    return found


def names(c):
    """The names of all mailboxes, as they are sent."""
    return sorted(row.decode().rpartition(' "/" ')[2].strip('"') for row in c.list()[1])


def people(*names, domain="example.test"):
    """New users with the password of all others; their addresses."""
    hashed = json.loads(program(*ctl, "user", "hash", "--json", said=server.password + "\n"))["hash"]
    found = [f"{user}-{name}@{domain}" for name in names]
    program(*ctl, "user", "create", "--batch", said="".join(json.dumps({"address": a, "hash": hashed}) + "\n" for a in found))
    return found
