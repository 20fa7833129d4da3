"""Programs that send a user's mail. KIND(login).send(octets, to...): by 587 with STARTTLS or 465; what they say.

Refused, with that, when they fail; swaks does not when some recipients are refused."""
import os
import smtplib
import subprocess
import tempfile

import mail
from client import folder, server


class Refused(Exception):
    pass


class Sender:
    def __init__(self, login, sender="", password=""):
        self.login, self.sender, self.password = login, sender or login, password or server.password

    def send(self, octets, *to, implicit=False):
        with tempfile.NamedTemporaryFile(dir=folder) as f:
            f.write(octets)
            f.flush()
            f.seek(0)
            said = subprocess.run(self.words(f.name, to, server.base + (465 if implicit else 587), implicit), stdin=f,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        if said.returncode:
            raise Refused(said.stdout.decode(errors="replace"))
        return said.stdout.decode(errors="replace")


class Swaks(Sender):
    def words(self, path, to, port, implicit):
        return ["swaks", "--server", f"localhost:{port}", "--tls-on-connect" if implicit else "--tls", "--tls-ca-path", server.ca,
                "--auth-user", self.login, "--auth-password", self.password, "--from", self.sender, "--to", ",".join(to),
                "--data", f"@{path}", "--suppress-data", "--timeout", "20"]


class Msmtp(Sender):
    def words(self, path, to, port, implicit):
        rc = f"{folder}/msmtp.{self.login}"
        with open(rc, "w", opener=lambda path, how: os.open(path, how, 0o600)) as f:
            f.write(f"account default\nhost localhost\nport {port}\ntls on\ntls_starttls {'off' if implicit else 'on'}\n"
                    f"tls_trust_file {server.ca}\nauth on\nuser {self.login}\npassword {self.password}\nfrom {self.sender}\n")
        return ["msmtp", f"--file={rc}", *to]


class Curl(Sender):
    def words(self, path, to, port, implicit):
        return ["curl", "-sSv", "--ssl-reqd", "--cacert", server.ca, "-u", f"{self.login}:{self.password}", "--max-time", "20",
                "--url", f"smtp{'s' if implicit else ''}://localhost:{port}", "--mail-from", self.sender,
                *(word for one in to for word in ("--mail-rcpt", one)), "-T", path]


class Smtplib(Sender):
    def send(self, octets, *to, implicit=False):
        if implicit:
            c = smtplib.SMTP_SSL("localhost", server.base + 465, context=server.tls, timeout=mail.WAIT)
        else:
            c = smtplib.SMTP("localhost", server.base + 587, timeout=mail.WAIT)
            c.starttls(context=server.tls)
        with c:
            try:
                c.login(self.login, self.password)
                refused = c.sendmail(self.sender, to, octets)
            except smtplib.SMTPException as e:
                raise Refused(str(e)) from e
        if refused:
            raise Refused(str(refused))
        return ""


SENDERS = (Swaks, Msmtp, Curl, Smtplib)
