#!/usr/bin/env python3
"""run.py BUILD: postkeepd with the real store and hosts of a protocol that tries what it may not.

As root the children are two users without a name. Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{root}/tests/supervisor")
from place import DEADLINE, Failure, build, expect, run_cases, wait_for  # noqa: E402

AS_ROOT = os.geteuid() == 0
STORE, FRONT, PLAIN, METRICS = 64801, 64802, 64803, 64804
FAIL = ["open /etc/passwd", "open /proc/self/mem", "list /", "make a file outside", "climb out by ..", "follow a link out",
        "rename out", "read inside", "map code", "turn memory into code", "be dumpable again", "make a memfd"]
KILL = ["make sockets", "connect to the admin socket", "listen", "execve", "fork", "kill another", "tgkill another",
        "setuid", "ptrace", "mount", "unshare"]


def status_of(folder):
    with open(f"{folder}/status") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


class Place:
    """Programs, the probe, a key and data, for whichever users run them."""

    def __init__(self, owner=None):
        self.dir, self.process, self.owner = tempfile.mkdtemp(prefix="pk-sandbox-"), None, owner
        os.chmod(self.dir, 0o755)
        os.mkdir(f"{self.dir}/bin")
        for program in ("postkeepd", "pkstored", "pkfrontd", "pkmetrics"):
            shutil.copy(f"{build}/{program}", f"{self.dir}/bin/{program}")
        subprocess.run(["cc", "-std=gnu2x", "-D_GNU_SOURCE", "-g", "-fPIC", "-shared", "-fvisibility=hidden",
                        f"-I{root}/include", f"-I{root}/lib", f"-I{root}/tests/harness", "-o", f"{self.dir}/bin/probe.so",
                        f"{root}/tests/sandbox/probe.c", f"{build}/libpostkeep.a"], check=True)
        for name in os.listdir(f"{self.dir}/bin"):
            os.chmod(f"{self.dir}/bin/{name}", 0o755)
        os.mkdir(f"{self.dir}/outside")
        os.chmod(f"{self.dir}/outside", 0o777)  # it is not the mode that keeps a host out
        with open(f"{self.dir}/outside/kept", "w"):
            pass
        os.symlink("/etc/passwd", f"{self.dir}/outside/link")
        self.own("outside/kept", owner or FRONT)
        subprocess.run([f"{build}/pkctl", "init", "--data", f"{self.dir}/data", "--key", f"{self.dir}/key"], check=True,
                       capture_output=True)
        self.own("data", owner or STORE)
        self.own("key", owner or 0)
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]

    def own(self, name, uid):
        if AS_ROOT:
            os.chown(f"{self.dir}/{name}", uid, uid)

    def config(self, extra="", users=True, metrics=False):
        user = ""
        if AS_ROOT and users and not self.owner:
            extra += f"\nstore_user = {STORE} front_user = {FRONT}"
            user = f"user = {METRICS}"
        if metrics:
            extra += f'\nmetrics {{ path = "{self.dir}/run/metrics.sock" {user} }}'
        with open(f"{self.dir}/conf", "w") as f:
            f.write(f'data = "{self.dir}/data"\nrun = "{self.dir}/run"\noperator_key = "{self.dir}/key"\n'
                    f"drain_seconds = 1\n{extra}\nservice probe {{ plugin = \"probe.so\" hosts = 1 listener main {{\n"
                    f'address = "127.0.0.1" port = {self.port} options {{ admin = "{self.dir}/run/admin.sock" '
                    f'outside = "{self.dir}/outside" }} }} }}\n')
        self.own("conf", self.owner or 0)
        if self.owner:
            os.makedirs(f"{self.dir}/run", exist_ok=True)
            self.own("run", self.owner)

    def words(self, *more):
        user = ["setpriv", "--reuid", str(self.owner), "--regid", str(self.owner), "--clear-groups"] if self.owner and AS_ROOT else []
        return [*user, f"{self.dir}/bin/postkeepd", *more, f"{self.dir}/conf"]

    def run(self, *more):
        return subprocess.run(self.words(*more), capture_output=True, text=True, timeout=DEADLINE)

    def start(self):
        self.process = subprocess.Popen(self.words(), stdout=subprocess.PIPE, stderr=open(f"{self.dir}/log", "ab"), text=True)
        if self.process.stdout.readline() != "postkeepd ready\n":
            raise Failure(f"no start: {self.log()[-600:]}")

    def log(self):
        with open(f"{self.dir}/log", errors="replace") as f:
            return f.read()

    def logged(self, *words):
        return [line for line in self.log().splitlines() if all(w in line for w in words)]

    def children(self):
        """(pid, program) of each."""
        out = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return [(int(line.split()[0]), line.split()[1]) for line in out.stdout.splitlines()]

    def attempt(self, name):
        """The answer to an attempt; "" when there was none."""
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as s:
            f = s.makefile("rwb")
            expect("greeting", b"probe\r\n", f.readline())
            f.write(name.encode() + b"\r\n")
            f.flush()
            try:
                return f.readline().decode().rstrip()
            except ConnectionResetError:
                return ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(DEADLINE)
        shutil.rmtree(self.dir)


def filters_of(pid):
    """How many seccomp filters it is under: those of whoever started it, and its own."""
    return int(status_of(f"/proc/{pid}").get("Seccomp_filters", "-1"))


def check_process(pid, program, uid):
    for task in os.listdir(f"/proc/{pid}/task"):
        s = status_of(f"/proc/{pid}/task/{task}")
        for key, wanted in (("Seccomp", "2"), ("NoNewPrivs", "1"), ("CapEff", "0" * 16), ("CapPrm", "0" * 16),
                            ("CapAmb", "0" * 16), ("Uid", "\t".join([str(uid)] * 4)), ("Groups", "")):
            if key == "Groups" and uid == os.geteuid():
                continue
            expect(f"{key} of {program}", wanted, s[key].strip())
    with open(f"/proc/{pid}/limits") as f:
        expect("core files", ("0", "0"), re.search(r"Max core file size\s+(\S+)\s+(\S+)", f.read()).groups())
    if uid:
        expect(f"owner of /proc/PID of {program}: nobody may look", 0, os.stat(f"/proc/{pid}/maps").st_uid)


def children_are_confined():
    users = {"pkstored": STORE, "pkfrontd": FRONT, "pkmetrics": METRICS}
    with Place() as p:
        p.config(metrics=True)
        p.start()
        expect("programs", sorted(users), sorted(name for _, name in p.children()))
        for pid, program in p.children():
            check_process(pid, program, users[program] if AS_ROOT else os.geteuid())
            expect(f"a filter of {program} beside the supervisor's", filters_of(p.process.pid) + 1, filters_of(pid))
        s = status_of(f"/proc/{p.process.pid}")
        expect("the supervisor", ("2", "1"), (s["Seccomp"].strip(), s["NoNewPrivs"].strip()))
        expect("its own filter", filters_of(os.getpid()) + 1, filters_of(p.process.pid))
        expect("users", AS_ROOT, bool(p.logged("level=info", "event=users", f"store={STORE}", f"front={FRONT}")))


def a_host_has_no_files():
    with Place() as p:
        p.config(metrics=True)
        p.start()
        if not AS_ROOT:
            return
        for pid, program in p.children():
            if program == "pkstored":
                continue
            odd = [name for name in (os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd"))
                   if name.startswith("/") and name not in ("/dev/null", f"{p.dir}/log")]
            expect(f"open files of {program}", [], odd)
            with open(f"/proc/{pid}/environ") as f:
                expect(f"environment of {program}", "", f.read())


def metrics_are_for_reading():
    """Of the memory that others count in pkmetrics has one page to write: its own."""
    with Place() as p:
        p.config(metrics=True)
        p.start()
        if not AS_ROOT:
            return
        (pid,) = [pid for pid, program in p.children() if program == "pkmetrics"]
        with open(f"/proc/{pid}/maps") as f:
            rights = sorted(line.split()[1] for line in f if "memfd:metrics" in line)
        expect("pages to write", 1, rights.count("rw-s"))
        expect("pages to read", True, rights.count("r--s") == len(rights) - 1 >= 6)
        # Who may not look into /proc for its children is shown all the same.
        for name in ("resident_memory_bytes", "open_fds", "cpu_seconds_total"):
            for process in ("store", "probe/1", "metrics"):
                wait_for(f"{name} of {process}", lambda: measured(p, name, process))


def measured(p, name, process):
    text = subprocess.run(["curl", "-sS", "--unix-socket", f"{p.dir}/run/metrics.sock", "http://x/metrics"], capture_output=True,
                          text=True).stdout
    found = re.search(f'^postkeep_process_{name}{{process="{process}"}} ([0-9.]+)$', text, re.M)
    return found and float(found[1]) > 0


def attempts_fail():
    with Place() as p:
        p.config()
        p.start()
        got = {name: p.attempt(name) for name in FAIL}
        expect("works", {}, {name: words for name, words in got.items() if words not in ("EPERM", "EACCES")})
        expect("live", "works", p.attempt("live"))
        expect("deaths", [], p.logged("event=exit"))


def attempts_end_the_host():
    with Place() as p:
        p.config()
        p.start()
        for i, name in enumerate(KILL):
            time.sleep(1.1)  # a host that served for a second is started again at once
            expect(name, "", p.attempt(name))
            wait_for("a death by SIGSYS", lambda: len(p.logged("event=exit", "child=probe/1", "signal=31")) == i + 1)
        expect("the store's deaths", [], p.logged("event=exit", "child=store"))


def off_is_said_and_holds_nothing():
    """The probe is a good one: it gets at what it tries where nothing holds it."""
    with Place() as p:
        p.config("sandbox = off")
        p.start()
        for name in ("open /etc/passwd", "make a file outside", "fork", "make sockets", "map code"):
            expect(name, "works", p.attempt(name))
        for profile in ("store", "host", "supervisor"):
            expect(f"a warning of {profile}", 1, len(p.logged("level=warning", f"event=sandbox profile={profile} mode=off")))


def no_such_user():
    with Place() as p:
        p.config("store_user = nobody-of-this-name", users=False)
        r = p.run("--check")
        expect("status", 78, r.returncode)
        if "store_user: there is no user 'nobody-of-this-name'" not in r.stderr:
            raise Failure(r.stderr)


def data_of_another():
    with Place() as p:
        if not AS_ROOT:
            return
        p.config(f"store_user = {PLAIN} front_user = {FRONT}", users=False)
        r = p.run()
        expect("status", 78, r.returncode)
        if f"belongs to the uid {STORE}, but the store runs as {PLAIN}" not in r.stderr:
            raise Failure(r.stderr)


def a_plain_user_says_what_is_weaker():
    uid = PLAIN if AS_ROOT else os.geteuid()
    with Place(uid) as p:
        p.config(metrics=True)
        p.start()
        for name in ("resident_memory_bytes", "open_fds"):
            wait_for(f"{name} of the store", lambda: measured(p, name, "store"))
        for pid, program in p.children():
            check_process(pid, program, uid)
        expect("a warning", 1, len(p.logged("level=warning", "event=users", f"store={uid}", f"front={uid}")))
        expect("open /etc/passwd", "EPERM", p.attempt("open /etc/passwd"))
        expect("kill another", "", p.attempt("kill another"))


def a_plain_user_makes_no_others():
    uid = PLAIN if AS_ROOT else os.geteuid()
    with Place(uid) as p:
        p.config(f"store_user = {STORE}")
        r = p.run("--check")
        expect("status", 78, r.returncode)
        if "only root can start processes of" not in r.stderr:
            raise Failure(r.stderr)


run_cases([children_are_confined, a_host_has_no_files, metrics_are_for_reading, attempts_fail, attempts_end_the_host,
           off_is_said_and_holds_nothing, no_such_user, data_of_another, a_plain_user_says_what_is_weaker,
           a_plain_user_makes_no_others])
