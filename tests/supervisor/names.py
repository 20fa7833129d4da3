#!/usr/bin/env python3
"""names.py BUILD: certificates of thousands of names in one folder (tls_dir), with the real server.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

from place import DEADLINE, build, expect, maker_of_certificates, run_cases, wait_for
from server import Server, children, host_service, scram

NAMES = 2000


class Names(Server):
    """The server, with a folder of certificates."""

    def __init__(self):
        super().__init__()
        self.certs = f"{self.folder.name}/certs"
        os.mkdir(self.certs)
        self.maker = maker_of_certificates(self.folder.name)

    def make(self, mark, names):
        """names: lines of DNS names, the first of which is the folder's."""
        subprocess.run([self.maker, self.certs, mark], input="\n".join(names), text=True, check=True)
        self.context = ssl.create_default_context(cafile=f"{self.certs}/ca.pem")

    def use(self):
        self.config(('data = "', f'tls_dir = "{self.certs}/live"\ndata = "'))
        self.reload()

    def path(self, name, file="fullchain.pem"):
        return f"{self.certs}/live/{name}/{file}"

    def shown_for(self, name, verify=True):
        """The subject of what a client sees who asks for the name, and checks it."""
        context = self.context
        if not verify:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.base + 993), DEADLINE) as s:
            with context.wrap_socket(s, server_hostname=name) as t:
                return dict(x for y in t.getpeercert()["subject"] for x in y)["commonName"] if verify else "any"

    def every_host_shows(self, mark, name):
        """Hosts take what they are told before any connection that comes after it, but not all at once."""
        wait_for(f"{name} to be {mark}", lambda: all(self.seen(name) == mark for _ in range(6)))

    def seen(self, name):
        try:
            return self.shown_for(name)
        except ssl.SSLCertVerificationError:
            return "another's"
        except OSError:
            return None

    def hosts(self):
        return [h for h in children(self.pid, "pkfrontd") if host_service(h) == "imap"]

    def check(self):
        return subprocess.run([f"{build}/postkeepd", "--check", f"{self.data}/etc/postkeep.conf"], capture_output=True, text=True)

    def memory(self, pids):
        total = 0
        for pid in pids:
            with open(f"/proc/{pid}/smaps_rollup") as f:
                total += sum(int(line.split()[1]) * 1024 for line in f if line.startswith("Pss_Anon:"))
        return total


def two_thousand_names():
    """Each is shown to who asks for it; one more, another, a broken one and one less by SIGHUP, under open sessions."""
    with Names() as s:
        before, begun = s.memory(s.hosts()), time.monotonic()
        store, store_had = children(s.pid, "pkstored"), s.memory(children(s.pid, "pkstored"))
        s.make("first", [f"n{i}.example www-{i}.example *.w{i}.example" for i in range(NAMES)])
        made = time.monotonic()
        s.use()
        used = time.monotonic()
        hosts = s.hosts()
        for i in range(NAMES):
            name = (f"n{i}.example", f"www-{i}.example", f"any.w{i}.example")[i % 3]
            expect(name, "first", s.shown_for(name))
        each = (s.memory(hosts) - before) / len(hosts) / NAMES
        print(f"# made in {made - begun:.1f} s, put in use in {used - made:.1f} s; a host: {each:.0f} octets a name, the "
              f"supervisor {s.memory([s.pid]) / NAMES:.0f}, the store {(s.memory(store) - store_had) / NAMES:.0f}")
        expect("memory of a name", True, "asan" in build or each < 8192)
        expect("memory of the store", True, "asan" in build or s.memory(store) - store_had < 1 << 20)
        expect("keys for SCRAM", "a OK", scram.Line(s.base + 993, s.context, "n1.example").say("a LOGIN u1 pass")[:4])
        for i in (0, NAMES // 2, NAMES - 1):
            line = scram.Line(s.base + 993, s.context, f"n{i}.example")
            expect(f"bound to n{i}.example", "a OK", scram.bound(line, "u1", "pass")[:4])
        old = s.imap("u1", tls=False)
        s.make("second", ["n1.example", "new.example"])
        with open(s.path("n2.example"), "w") as f:
            f.write("no certificate")
        shutil.copy(s.path("n4.example", "privkey.pem"), s.path("n3.example", "privkey.pem"))
        shutil.rmtree(f"{s.certs}/live/n5.example")
        os.mkdir(f"{s.certs}/live/empty.example")
        s.reload()
        expect("changes", {"certificate_changed name=n1.example", "certificate_added name=new.example",
                           "certificate_removed name=n5.example"},
               {line.split("what=")[1].rsplit(" service", 1)[0] for line in s.logged("event=config_change ")[-3:]})
        for word in ("n2.example", "n3.example"):
            expect(word, 1, len(s.logged("event=config_error", word, "in use is kept")))
        expect("the empty one", 1, len(s.logged("event=config_error", "empty.example", "left out")))
        for name, mark in (("n1.example", "second"), ("new.example", "second"), ("n2.example", "first"),
                           ("n3.example", "first"), ("n5.example", "another's"), ("n4.example", "first")):
            s.every_host_shows(mark, name)
        for host in s.hosts():
            os.kill(host, signal.SIGKILL)
        for name, mark in (("n2.example", "first"), ("n1.example", "second"), (f"n{NAMES - 1}.example", "first")):
            s.every_host_shows(mark, name)
        old.close()
        s.make("third", ["n2.example"])
        session = s.imap("u2")
        s.reload()
        s.every_host_shows("third", "n2.example")
        session.say("z NOOP")
        session.answer("z OK")
        session.close()
        expect("status", 0, s.stop())


def names_that_nobody_has():
    """A look-up keeps nothing, whatever is asked for."""
    with Names() as s:
        s.make("first", [f"n{i}.example" for i in range(20)])
        s.use()
        random.seed(4)

        def ask(count):
            for _ in range(count):
                s.shown_for(f"{random.randrange(1 << 40)}.{random.choice(('example', 'n7.example', 'test'))}", verify=False)

        ask(200)
        before = s.memory(s.hosts())
        ask(1000)
        grew = s.memory(s.hosts()) - before
        print(f"# 1000 names that nobody has: {grew} octets")
        expect("growth", True, "asan" in build or grew < 300000)


def names_at_the_start():
    """A broken entry is an error of --check and keeps no server from starting; a folder that is not there does."""
    with Names() as s:
        s.make("first", ["good.example", "broken.example"])
        shutil.rmtree(s.path("broken.example", ""))
        os.mkdir(s.path("broken.example", ""))
        with open(f"{s.certs}/live/README", "w") as f:
            f.write("what certbot leaves here")
        s.use()
        s.every_host_shows("first", "good.example")
        said = f"tls_dir {s.path('broken.example', '')[:-1]}: {s.path('broken.example')}: No such file or directory; it is left out\n"
        check = s.check()
        expect("words of a check", said, check.stderr[check.stderr.index("tls_dir"):])
        expect("its status and file", (78, "", True), (check.returncode, check.stdout, "/postkeep.conf:" in check.stderr))
        shutil.copytree(s.path("good.example", ""), s.path("broken.example", ""), dirs_exist_ok=True)
        expect("status of a whole folder", 0, s.check().returncode)
        s.make("other", ["another.example"])
        shutil.copy(s.path("another.example", "privkey.pem"), s.path("broken.example", "privkey.pem"))
        check = s.check()
        expect("of a pair that is none", (78, 1), (check.returncode, check.stderr.count("\n")))
        expect("its folder", True, f"tls_dir {s.path('broken.example', '')[:-1]}: " in check.stderr)
        s.config((f'{s.certs}/live"', f'{s.certs}/dead"'))
        s.reload("refused")
        expect("said", 1, len(s.logged("event=config_error", "tls_dir", "dead", "No such file")))
        s.every_host_shows("first", "good.example")
        expect("status", 0, s.stop())


run_cases([two_thousand_names, names_that_nobody_has, names_at_the_start])
