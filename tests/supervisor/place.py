"""A folder for a supervisor to run in, with children that only speak the control protocol."""
import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
build = os.path.abspath(sys.argv[1])
DEADLINE = 20
# As root the children are root here too: what these folders hold is root's alone.
USERS = "store_user = root front_user = root" if os.geteuid() == 0 else ""


class Failure(Exception):
    pass


def expect(what, wanted, got):
    if wanted != got:
        raise Failure(f"{what}: wanted {wanted!r}, got {got!r}")


def wait_for(what, condition):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise Failure(f"{what}: not within {DEADLINE} s")


def free_ports(n):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return "Z" not in f.read().split()[2]
    except (FileNotFoundError, ProcessLookupError):
        return False


def maker_of_certificates(folder):
    """make_certificates.c, built there."""
    subprocess.run(["cc", "-std=gnu2x", "-O1", "-o", f"{folder}/make_certificates", f"{here}/make_certificates.c", "-lcrypto"],
                   check=True)
    return f"{folder}/make_certificates"


class Place:
    """A folder with programs, key, certificate and config; and the supervisor run on it."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="pk-supervisor-")
        self.process = None
        for folder in ("bin", "data"):
            os.mkdir(f"{self.dir}/{folder}", 0o700)
        shutil.copy(f"{build}/postkeepd", f"{self.dir}/bin/postkeepd")
        for program in ("pkstored", "pkfrontd", "pkmetrics"):
            shutil.copy(f"{here}/child.py", f"{self.dir}/bin/{program}")
            os.chmod(f"{self.dir}/bin/{program}", 0o755)
        for name in ("imap.so", "smtp.so"):
            self.write(f"bin/{name}", "")
        self.write("key", "00" * 32 + "\n")
        self.pair("tls")
        self.ports = free_ports(3)

    def use_real_programs(self):
        for program in ("pkstored", "pkfrontd", "pkmetrics", "imap.so", "smtp.so"):
            os.unlink(f"{self.dir}/bin/{program}")
            shutil.copy(f"{build}/{program}", f"{self.dir}/bin/{program}")

    def write(self, name, text, mode=0o600):
        with open(f"{self.dir}/{name}", "w") as f:
            f.write(text)
        os.chmod(f"{self.dir}/{name}", mode)

    def config(self, extra=""):
        self.write("conf", f"""
data = "{self.dir}/data"
run = "{self.dir}/run"
operator_key = "{self.dir}/key"
drain_seconds = 1 {USERS}
default_domain = "example.test"
certificate main {{
  chain = "{self.dir}/tls.crt"
  key = "{self.dir}/tls.key"
}}
service imap {{
  plugin = "imap.so"
  hosts = 2
  listener imap {{ address = "127.0.0.1" port = {self.ports[0]} tls = starttls
    options {{ idle_ms = 5000 plain = yes }} }}
  listener imaps {{ address = "127.0.0.1" port = {self.ports[1]} tls = implicit }}
}}
service mx {{
  plugin = "smtp.so"
  hosts = 1
  listener mx {{ address = "127.0.0.1" port = {self.ports[2]} }}
}}
{extra}""")

    def hash(self, name="tls"):
        """What a child says of a chain."""
        with open(f"{self.dir}/{name}.crt") as f:
            return hashlib.sha256(f.read().encode()).hexdigest()[:8]

    def end_point(self, name="tls"):
        """What the store is told of a chain: here they are signed with SHA-256."""
        with open(f"{self.dir}/{name}.crt") as f:
            return hashlib.sha256(ssl.PEM_cert_to_DER_cert(f.read())).hexdigest()[:8]

    def pair(self, name):
        """A certificate in NAME.crt and its key in NAME.key."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-keyout", f"{self.dir}/{name}.key", "-out", f"{self.dir}/{name}.crt",
                        "-subj", "/CN=localhost"], check=True, capture_output=True)

    def edit(self, *changes):
        """Replaces texts in the configuration, each of which must be there."""
        with open(f"{self.dir}/conf") as f:
            text = f.read()
        for old, new in changes:
            if old not in text:
                raise Failure(f"{old!r} is not in the configuration")
            text = text.replace(old, new)
        self.write("conf", text)

    def log(self):
        with open(f"{self.dir}/log") as f:
            return f.read().splitlines()

    def logged(self, *words):
        return [line for line in self.log() if all(w in line for w in words)]

    def reload(self, result="ok"):
        """SIGHUP; returns what it changed."""
        before = len(self.logged("event=reload "))
        seen = len(self.log())
        self.process.send_signal(signal.SIGHUP)
        wait_for("an end of the reload", lambda: len(self.logged("event=reload ")) > before)
        expect("result", result, self.logged("event=reload ")[before].split("result=")[1].split()[0])
        changes = [dict(w.split("=", 1) for w in line.split()) for line in self.log()[seen:] if "event=config_change " in line]
        return [(c["what"], c["service"] + "/" + c["name"]) for c in changes]

    def check(self):
        return subprocess.run([f"{self.dir}/bin/postkeepd", "--check", f"{self.dir}/conf"],
                              capture_output=True, text=True, timeout=DEADLINE)

    def start(self, ready=True):
        self.process = subprocess.Popen([f"{self.dir}/bin/postkeepd", f"{self.dir}/conf"],
                                        stdout=subprocess.PIPE, stderr=open(f"{self.dir}/log", "a"), text=True,
                                        start_new_session=True)
        if ready:
            expect("line on stdout", "postkeepd ready\n", self.process.stdout.readline())

    def said(self, program=""):
        try:
            with open(f"{self.dir}/bin/said") as f:
                rows = [line.split() for line in f]
        except FileNotFoundError:
            return []
        return [(int(r[0]), r[1], r[2:]) for r in rows if program in r[1]]

    def pids(self, program=""):
        """Those that said something and live."""
        return sorted({pid for pid, _, _ in self.said(program) if lives(pid)})

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.dir)


def run_cases(cases):
    bad = False
    for case in cases:
        if len(sys.argv) > 2 and case.__name__ not in sys.argv[2:]:
            continue
        try:
            case()
            print(f"ok {case.__name__}", flush=True)
        except (Failure, OSError, subprocess.SubprocessError) as e:
            bad = True
            print(f"not ok {case.__name__}: {type(e).__name__} {e}", flush=True)
    sys.exit(bad)
