"""What the scripts of this folder share: packed data directories, a server over one, and all that can be seen of it."""
import contextlib
import hashlib
import imaplib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../clients"))
import mail  # noqa: E402

imaplib._MAXLINE = 10_000_000
DEMO_USERS = 2
LEFT_OUT = ("lock", "lock.mdb")  # made anew by whoever opens the data


def pack(folder, archive):
    """data/ and operator.key of a folder, the same archive for the same octets."""
    def plain(info):
        if os.path.basename(info.name) in LEFT_OUT:
            return None
        info.uid = info.gid = info.mtime = 0
        info.uname = info.gname = ""
        return info

    with tarfile.open(archive, "w:xz", preset=9) as tar:
        for name in ("data", "operator.key"):
            tar.add(f"{folder}/{name}", name, filter=plain)


def unpack(archive, folder):
    """Into the places that tools/demo has for them."""
    with tarfile.open(archive) as tar:
        tar.extractall(f"{folder}/unpacked")
    os.makedirs(f"{folder}/etc", mode=0o700)
    os.rename(f"{folder}/unpacked/data", f"{folder}/mail")
    os.rename(f"{folder}/unpacked/operator.key", f"{folder}/etc/operator.key")
    os.chmod(f"{folder}/etc/operator.key", 0o600)
    os.rmdir(f"{folder}/unpacked")
    with open(f"{folder}/etc/users", "w") as f:
        f.write(f"{DEMO_USERS}\n")


class Running:
    """tools/demo over a folder; failed: it did not start, and its words."""

    def __init__(self, build, folder):
        self.folder, self.base = folder, mail.free_base()
        self.demo = subprocess.Popen(
            [f"{here}/../../tools/demo", "--build", os.path.abspath(build), "--data", folder, "--port-base",
             str(self.base), "--users", str(DEMO_USERS), "--no-limits"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.demo.stdout.readline()
        self.started = line.startswith("READY ")
        words = dict(word.split("=", 1) for word in line.split()[1:])
        self.pkctl = [f"{build}/pkctl", "--socket", words.get("admin", "")]
        self.ca = words.get("ca")

    def stop(self):
        """The status of tools/demo and what it said."""
        self.demo.send_signal(signal.SIGTERM)
        said = self.demo.communicate(timeout=60)[1]
        return self.demo.returncode, said

    def server(self, password="pass"):
        return mail.Server(self.base, self.ca, password)

    def ctl(self, *words, said=None, status=0):
        done = subprocess.run([*self.pkctl, *words], input=said, capture_output=True, text=True)
        if done.returncode != status:
            raise mail.Failure(f"pkctl {' '.join(words)}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.ctl(*words, "--json"))


@contextlib.contextmanager
def scratch():
    folder = tempfile.mkdtemp(prefix="pk-golden-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def running(build, folder):
    r = Running(build, folder)
    try:
        if not r.started:
            raise mail.Failure(f"it does not start: {r.stop()[1]}")
        yield r
        if (status := r.stop()[0]) != 0:
            raise mail.Failure(f"it did not stop in order: {status}")
    finally:
        if r.demo.poll() is None:
            r.demo.kill()
            r.demo.wait()


def fingerprint(folder):
    """{name: hash} of every file of a data directory."""
    found = {}
    for top, _, names in os.walk(f"{folder}/mail"):
        for name in names:
            if name not in LEFT_OUT:
                with open(f"{top}/{name}", "rb") as f:
                    found[os.path.relpath(f"{top}/{name}", folder)] = digest(f.read())
    return found


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


def quoted(raw):
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def answered(what, answer):
    status, data = answer
    if status != "OK":
        raise mail.Failure(f"{what}: {status} {data}")
    return data


def listed(c, command):
    """{name as on the wire: attributes} of LIST or LSUB."""
    names = {}
    for row in answered(command, getattr(c, command)()):
        head, raw = row if isinstance(row, tuple) else (row, None)
        m = re.match(rb'\(([^)]*)\) "/" (.*)$', head)
        name = raw if raw is not None else m[2]
        if name.startswith(b'"'):
            name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
        names[name.decode()] = sorted(m[1].decode().split())
    return names


def messages_of(c, name):
    """What EXAMINE and FETCH say of a mailbox, message by message."""
    (exists,) = answered(f"EXAMINE {name}", c.select(quoted(name.encode()), readonly=True))
    box = {"exists": int(exists), "uidnext": int(c.response("UIDNEXT")[1][0]),
           "uidvalidity": int(c.response("UIDVALIDITY")[1][0]),
           "keywords": sorted(c.response("FLAGS")[1][0].decode().strip("()").split()), "messages": {}}
    if not box["exists"]:
        return box
    for row in answered("FETCH", c.uid("FETCH", "1:*", "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])")):
        if not isinstance(row, tuple):
            continue
        head = row[0].decode()
        uid = re.search(r"UID (\d+)", head)[1]
        flags = sorted(f for f in re.search(r"FLAGS \(([^)]*)\)", head)[1].split() if f != "\\Recent")
        box["messages"][uid] = {"flags": flags, "internaldate": re.search(r'INTERNALDATE "([^"]*)"', head)[1],
                                "size": int(re.search(r"RFC822.SIZE (\d+)", head)[1]), "sha256": digest(row[1])}
    for uid, message in box["messages"].items():
        rows = answered("FETCH", c.uid("FETCH", uid, "(ENVELOPE BODYSTRUCTURE)"))
        raw = b"".join(part for row in rows for part in (row if isinstance(row, tuple) else (row,)))
        message["structure"] = digest(re.sub(rb"^\d+ ", b"", raw))
    return box


def uidls(server, user):
    c = server.pop3(user)
    found = [line.decode() for line in c.uidl()[1]]
    c.quit()
    return found


def look(r, people):
    """Everything that clients and administrators see. people: {address: password}."""
    seen = {"accounts": {}, "uidls": {}, "vault": {}, "quotas": {}}
    for address, password in people.items():
        server = r.server(password)
        c = server.imap(address)
        names = listed(c, "list")
        boxes = {n: messages_of(c, n) for n, words in names.items() if "\\Noselect" not in words}
        seen["accounts"][address] = {"list": names, "subscribed": sorted(listed(c, "lsub")), "mailboxes": boxes}
        c.logout()
        seen["uidls"][address] = uidls(server, address)
        seen["vault"][address] = r.json("vault", "list", address)
        seen["quotas"][address] = r.json("quota", "show", address)
    seen["tenants"] = {t["name"]: r.json("tenant", "show", t["name"]) for t in r.json("tenant", "list")["tenants"]}
    seen["domains"] = {d["name"]: r.json("domain", "show", d["name"]) for d in r.json("domain", "list")["domains"]}
    for name in [*seen["tenants"], *(f"{d['tenant']}/{n}" for n, d in seen["domains"].items())]:
        seen["quotas"][name] = r.json("quota", "show", name)
    seen["users"] = {t: r.json("user", "list", t) for t in seen["tenants"]}
    seen["aliases"] = {t: r.json("alias", "list", t) for t in seen["tenants"]}
    return seen
