"""Programs that fetch mail by POP3. KIND(name).fetch(delete, stls): the messages that came."""
import glob
import os
import poplib
import shutil
import subprocess
import urllib.parse

import mail
from client import folder, program, server

# A certificate that a user can read who may not see the server's folder.
CA = f"{folder}/ca.pem"
# It writes mail as nobody but root's: then it is another user.
AS_NOBODY = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if os.geteuid() == 0 else []


def port(stls):
    return server.base + (110 if stls else 995)


class Fetcher:
    """A program with a folder of its own for one user, where it keeps what it has seen. It says all it heard."""

    keeps_by_top = False
    has_stls = True

    def __init__(self, name):
        self.name, self.home = name, f"{folder}/{type(self).__name__.lower()}-{name.replace(':', '-')}"
        for part in ("", "/box", "/box/cur", "/box/new", "/box/tmp"):
            os.mkdir(self.home + part)
        shutil.copyfile(server.ca, CA)

    def settings(self, text):
        with open(f"{self.home}/rc", "w", opener=lambda path, how: os.open(path, how, 0o600)) as f:
            f.write(text)
        return f"{self.home}/rc"

    def fetch(self, delete=False, stls=False):
        self.run(delete, stls and self.has_stls)
        return self.taken()

    def taken(self):
        """What is in the box, which is then empty. Such programs write lines as Unix has them."""
        found = []
        for path in sorted(glob.glob(f"{self.home}/box/new/*")):
            with open(path, "rb") as f:
                found.append(f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            os.unlink(path)
        return found


class Mpop(Fetcher):
    def run(self, delete, stls):
        rc = self.settings(f"account default\nhost localhost\nport {port(stls)}\ntls on\ntls_trust_file {CA}\n"
                           f"tls_starttls {'on' if stls else 'off'}\nauth user\nuser {self.name}\npassword {server.password}\n"
                           f"keep {'off' if delete else 'on'}\nuidls_file {self.home}/seen\ndelivery maildir {self.home}/box\n")
        program("mpop", f"--file={rc}")


class Fetchmail(Fetcher):
    keeps_by_top = True  # all but fetchall asks for whole messages by TOP

    def run(self, delete, stls):
        rc = self.settings(f'poll localhost protocol pop3 service {port(stls)} uidl user "{self.name}" '
                           f'password "{server.password}" {"sslproto TLS1.2+" if stls else "ssl"} sslcertck sslcertfile "{CA}" '
                           f'{"nokeep fetchall" if delete else "keep"} mda "cat >{self.home}/box/new/$(date +%N).$$"\n')
        os.environ["FETCHMAILHOME"] = self.home
        said = subprocess.run(["fetchmail", "-v", "-f", rc, "--nodetach", "--nosyslog"], capture_output=True, text=True, timeout=60)
        if said.returncode > 1:  # 1: there was no mail
            raise mail.Failure(f"fetchmail: exit {said.returncode}: {said.stdout}{said.stderr}")


class Getmail(Fetcher):
    has_stls = False
    LINGER = "sleep 0.05"  # it misses the end of a child that is faster than itself, and waits for a minute

    def run(self, delete, stls):
        rc = self.settings(f"[retriever]\ntype = SimplePOP3SSLRetriever\nserver = localhost\n"
                           f"port = {port(stls)}\nusername = {self.name}\npassword = {server.password}\nca_certs = {CA}\n"
                           f"[destination]\ntype = MDA_external\npath = /bin/sh\n"
                           f"arguments = ('-c', 'cat >{self.home}/box/new/$$; {self.LINGER}')\n"
                           f"[options]\ndelete = {'true' if delete else 'false'}\nread_all = false\n")
        if AS_NOBODY:
            for part in ("/..", "/../.."):
                os.chmod(self.home + part, 0o711)
            program("chown", "-R", "nobody", self.home)
        program(*AS_NOBODY, "getmail", f"--getmaildir={self.home}", f"--rcfile={rc}")


class Curl(Fetcher):
    """All that there is, in one session; what comes is deleted in it."""

    def run(self, delete, stls):
        login = ["--cacert", CA, "--ssl-reqd", "-sSv"]
        url = f"pop3{'' if stls else 's'}://{urllib.parse.quote(self.name)}:{server.password}@localhost:{port(stls)}/"
        program("curl", *login, url, "-o", f"{self.home}/list")
        with open(f"{self.home}/list") as f:
            count = sum(line.strip() != "" for line in f)
        words = []
        for n in range(1, count + 1):
            words += [*(["--next"] if words else []), *login, f"{url}{n}", "-o", f"{self.home}/box/new/{n}"]
            words += ["--next", *login, "-I", "-X", "DELE", f"{url}{n}"] if delete else []
        if words:
            program("curl", *words)


class Poplib(Fetcher):
    def fetch(self, delete=False, stls=False):
        if stls:
            c = poplib.POP3("localhost", port(True), timeout=mail.WAIT)
            c.stls(server.tls)
        else:
            c = poplib.POP3_SSL("localhost", port(False), context=server.tls, timeout=mail.WAIT)
        c.user(self.name)
        c.pass_(server.password)
        found = list(mail.pop3_messages(c).values())
        if delete:
            for n in range(1, len(found) + 1):
                c.dele(n)
        c.quit()
        return found


FETCHERS = (Mpop, Fetchmail, Getmail, Curl, Poplib)
