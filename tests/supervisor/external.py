#!/usr/bin/env python3
"""external.py BUILD: certificates of clients, with the real server (SASL EXTERNAL, RFC 4422 appendix A).

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import base64
import imaplib
import poplib
import socket
import ssl
import subprocess

from place import DEADLINE, expect, run_cases, wait_for
from server import Server


class Certified(Server):
    """The server, whose imaps listener asks clients for a certificate of client-ca.pem."""

    def __init__(self):
        super().__init__()
        self.dir = self.folder.name
        for name in ("client-ca", "foreign-ca"):
            self.openssl(f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN={name} -keyout "
                         f"{self.dir}/{name}.key -out {self.dir}/{name}.pem -addext keyUsage=critical,keyCertSign")
        for name, names, ca in (("one", "email:u1@example.test", "client-ca"), ("other", "email:u1@example.test", "client-ca"),
                                ("two", "email:u1@example.test,email:u2@example.test", "client-ca"),
                                ("foreign", "email:u1@example.test", "foreign-ca")):
            self.sign(name, names, ca)
        expect("registered", 0, self.ctl("credential", "certificate", "u1@example.test", "laptop", f"{self.dir}/one.pem").returncode)
        expect("registered", 0, self.ctl("credential", "certificate", "u2@example.test", "phone", f"{self.dir}/two.pem").returncode)
        self.ask(f"{self.dir}/client-ca.pem")
        self.reload()

    def openssl(self, words):
        subprocess.run(["openssl", *words.split()], check=True, capture_output=True)

    def sign(self, name, names, ca):
        with open(f"{self.dir}/{name}.ext", "w") as f:
            f.write(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n")
        self.openssl(f"req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={name} -keyout {self.dir}/{name}.key "
                     f"-out {self.dir}/{name}.csr")
        self.openssl(f"x509 -req -in {self.dir}/{name}.csr -CA {self.dir}/{ca}.pem -CAkey {self.dir}/{ca}.key -days 9 "
                     f"-extfile {self.dir}/{name}.ext -out {self.dir}/{name}.pem")

    def ask(self, file, listener="imaps"):
        line = next(line for line in self.config().splitlines() if f"listener {listener} " in line)
        self.config((line, line.replace("options {", f'client_ca = "{file}" options {{')))

    def context_of(self, name, version=None):
        context = ssl.create_default_context(cafile=self.words["ca"])
        if name:
            context.load_cert_chain(f"{self.dir}/{name}.pem", f"{self.dir}/{name}.key")
        if version:
            context.minimum_version = context.maximum_version = version
        return context

    def login(self, name, line, port=993, version=None):
        """The first word of the answer; "refused": the handshake was."""
        try:
            with socket.create_connection(("127.0.0.1", self.base + port), DEADLINE) as raw:
                with self.context_of(name, version).wrap_socket(raw, server_hostname="localhost") as s:
                    s.sendall(f"a {line}\r\n".encode())
                    file = s.makefile("rb")
                    while (answer := file.readline().decode()) and not answer.startswith("a "):
                        pass
                    return answer.split()[1]
        except (ssl.SSLError, ConnectionResetError, IndexError):
            return "refused"


def external(authzid=""):
    return f"AUTHENTICATE EXTERNAL {base64.b64encode(authzid.encode()).decode() or '='}"


def login_with_a_certificate():
    """Registered and proven: in. No client needs one; one of a foreign authority ends the handshake."""
    with Certified() as s:
        plain = "LOGIN u1 pass"
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for name, line, wanted in (("one", external(), "OK"), ("one", external("u1@example.test"), "OK"),
                                       ("one", external("u2@example.test"), "NO"), ("other", external(), "NO"),
                                       ("two", external(), "NO"),  # it has two addresses, so the client has to say which
                                       ("two", external("u2@example.test"), "OK"), ("two", external("u1@example.test"), "NO"),
                                       (None, external(), "NO"), (None, external("u1@example.test"), "NO"),
                                       ("foreign", external(), "refused"), (None, plain, "OK"), ("other", plain, "OK")):
                expect(f"{version.name} {name} {line}", wanted, s.login(name, line, version=version))
        expect("the log", True, len(s.logged("event=tls_failed", "reason=")) >= 2)
        expect("status", 0, s.stop())


def mechanisms(words, mark):
    return [w[len(mark):] for w in words if w.startswith(mark)]


def offered_to_who_can():
    """RFC 4422 appendix A, RFC 9051 6.2.2, RFC 5034: EXTERNAL is listed for a proven certificate, before and after
    STARTTLS as it is, and real clients log in by it."""
    with Certified() as s:
        for listener in ("imap", "pop3", "pop3s"):
            s.ask(f"{s.dir}/client-ca.pem", listener)
        s.reload()

        def offers(wanted, got):
            expect("EXTERNAL is offered", wanted, "EXTERNAL" in got)
            expect("PLAIN is offered", True, "PLAIN" in got)

        for name in ("one", None):
            with imaplib.IMAP4("127.0.0.1", s.base + 143, timeout=DEADLINE) as c:
                offers(False, mechanisms(c.capabilities, "AUTH="))
                c.starttls(s.context_of(name))
                offers(bool(name), mechanisms(c.capabilities, "AUTH="))
                if name:
                    expect("STARTTLS", "OK", c.authenticate("EXTERNAL", lambda _: b"")[0])
                    c.select()
            with imaplib.IMAP4_SSL("localhost", s.base + 993, ssl_context=s.context_of(name), timeout=DEADLINE) as c:
                offers(bool(name), mechanisms(c.capabilities, "AUTH="))
                if name:
                    expect("imaps", "OK", c.authenticate("EXTERNAL", lambda _: b"u1@example.test")[0])
            for c in (poplib.POP3("localhost", s.base + 110, timeout=DEADLINE),
                      poplib.POP3_SSL("localhost", s.base + 995, context=s.context_of(name), timeout=DEADLINE)):
                if isinstance(c, poplib.POP3_SSL):
                    offers(bool(name), c.capa()["SASL"])
                else:
                    offers(False, c.capa()["SASL"])
                    c.stls(s.context_of(name))
                    offers(bool(name), c.capa()["SASL"])
                if name:
                    expect("pop3", b"+OK", c._shortcmd("AUTH EXTERNAL =")[:3])
                c.quit()
        expect("logins", 4, len(s.logged("event=login ", "auth=ok", "by=certificate")))
        expect("status", 0, s.stop())


def s_client():
    """openssl s_client, which shows the certificate."""
    with Certified() as s:
        words = ["openssl", "s_client", "-quiet", "-crlf", "-connect", f"127.0.0.1:{s.base + 993}", "-CAfile", s.words["ca"],
                 "-cert", f"{s.dir}/one.pem", "-key", f"{s.dir}/one.key"]
        done = subprocess.run(words, input=f"a {external()}\nb LOGOUT\n", capture_output=True, text=True, timeout=DEADLINE)
        lines = done.stdout.splitlines()
        expect("the greeting", True, "AUTH=EXTERNAL" in lines[0])
        expect("the login", True, any(line.startswith("a OK") for line in lines))
        expect("status", 0, s.stop())


def authorities_change():
    with Certified() as s:
        s.config(("client-ca.pem", "foreign-ca.pem"))
        s.reload()
        wait_for("the new authority", lambda: s.login("foreign", "LOGIN u1 pass") == "OK")
        expect("the old one", "refused", s.login("one", external()))
        expect("not registered", "NO", s.login("foreign", external()))
        with open(f"{s.dir}/foreign-ca.pem", "w") as f:
            f.write("no certificate")
        s.reload("refused")
        expect("said", 1, len(s.logged("event=config_error", "listener 'imaps'", "client_ca")))
        expect("as before", "OK", s.login("foreign", "LOGIN u1 pass"))
        s.config((f'client_ca = "{s.dir}/foreign-ca.pem"', ""))
        s.reload()
        wait_for("nobody is asked", lambda: s.login("one", "LOGIN u1 pass") == "OK")
        expect("nothing is proven", "NO", s.login("one", external("u1@example.test")))
        expect("status", 0, s.stop())


def sessions_resume_where_they_began():
    """What one listener saw proven is not carried to another, which trusts others."""
    with Certified() as s:
        line = next(line for line in s.config().splitlines() if "listener imaps " in line)
        port = s.base + 994
        s.config((line, line + "\n" + line.replace("listener imaps", "listener second").replace(str(s.base + 993), str(port))
                  .replace("client-ca.pem", "foreign-ca.pem")))
        s.reload()
        context = s.context_of("one", ssl.TLSVersion.TLSv1_2)

        def resumed(at, session):
            with socket.create_connection(("127.0.0.1", at), DEADLINE) as raw:
                with context.wrap_socket(raw, server_hostname="localhost", session=session) as c:
                    c.recv(100)
                    return c.session_reused, c.session

        _, session = resumed(s.base + 993, None)
        tries = [resumed(s.base + 993, session)[0] for _ in range(8)]
        expect("on its listener", True, any(tries))  # by the host that gave the ticket
        for _ in range(8):
            try:
                expect("on the other", False, resumed(port, session)[0])
            except ssl.SSLError:
                pass  # a full handshake, in which the certificate is refused
        expect("status", 0, s.stop())


run_cases([login_with_a_certificate, offered_to_who_can, s_client, authorities_change, sessions_resume_where_they_began])
