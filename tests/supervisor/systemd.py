#!/usr/bin/env python3
"""systemd.py BUILD: what a service manager gives postkeepd and hears from it, without one.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import imaplib
import json
import os
import signal
import socket
import subprocess
import time

from place import DEADLINE, Failure, Place, build, expect, run_cases, wait_for

# As the manager does: sockets from 3 on, the variables, its own process replaced by the program.
EXEC = """
import os, sys
fds = [os.dup2(int(n), 100 + i) for i, n in enumerate(sys.argv[2].split(",")) if n]
for i, fd in enumerate(fds):
    os.dup2(fd, 3 + i, inheritable=True)
    os.close(fd)
os.environ["LISTEN_PID"] = str(os.getpid() + int(sys.argv[1]))
os.execv(sys.argv[3], sys.argv[3:])
"""


class Manager(Place):
    def __init__(self, address="notify"):
        super().__init__()
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        address = f"{self.dir}/{address}" if address[0] != "@" else f"@{self.dir}"
        self.notify.bind(address.replace("@", "\0"))
        self.notify.settimeout(DEADLINE)
        self.environment, self.heard = {**os.environ, "NOTIFY_SOCKET": address}, []

    def start(self, ready=True, sockets=(), names=None, pid_offset=0):
        environment = {**self.environment, "LISTEN_FDS": str(len(sockets))}
        if names:
            environment["LISTEN_FDNAMES"] = ":".join(names)
        fds = [s.fileno() for s in sockets]
        self.process = subprocess.Popen(
            ["python3", "-c", EXEC, str(pid_offset), ",".join(map(str, fds)), f"{self.dir}/bin/postkeepd", f"{self.dir}/conf"],
            stdout=subprocess.PIPE, stderr=open(f"{self.dir}/log", "a"), text=True, env=environment, pass_fds=fds,
            start_new_session=True)
        if ready:
            expect("line on stdout", "postkeepd ready\n", self.process.stdout.readline())

    def hear(self, wanted):
        """Waits for a message with this line in it; returns it."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            message = self.notify.recv(4096).decode()
            self.heard.append(message)
            if wanted in message.split("\n"):
                return dict(line.split("=", 1) for line in message.split("\n"))
        raise Failure(f"{wanted} was not heard, but {self.heard}")


    def hear_kept(self, wanted):
        """Waits for this message; returns the descriptor that came with it."""
        while True:
            message, fds, _, _ = socket.recv_fds(self.notify, 4096, 1)
            if message.decode() == wanted:
                return os.fdopen(fds[0], "r+b")


def ready_reloading_stopping():
    for address in ("notify", "@"):
        with Manager(address) as p:
            p.config()
            p.start()
            p.hear("READY=1")
            expect("only when all serve", "STATUS=4 of 4 processes serve", p.heard[-2])
            expect("not before", True, all("READY" not in m for m in p.heard[:-1]))
            now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            p.edit(("idle_ms = 5000", "idle_ms = 7000"))
            p.reload()
            begun = int(p.hear("RELOADING=1")["MONOTONIC_USEC"])
            expect("its time", True, now <= begun <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)
            p.hear("READY=1")
            p.edit(("idle_ms = 7000", "idle_mss"))
            p.reload("refused")
            p.hear("RELOADING=1")
            p.hear("READY=1")  # as it was before
            os.kill(p.pids("pkfrontd")[0], signal.SIGKILL)
            p.hear("STATUS=3 of 4 processes serve")
            p.hear("STATUS=4 of 4 processes serve")
            expect("status", 0, p.stop())
            p.hear("STOPPING=1")


def nobody_listens():
    """A manager that is gone, or names nonsense, changes nothing."""
    for address in ("/nowhere/notify", "x", "@", "/" + "x" * 200, ""):
        with Manager() as p:
            p.environment["NOTIFY_SOCKET"] = address
            p.config()
            p.start()
            p.reload()
            expect("status", 0, p.stop())


def watchdog():
    with Manager() as p:
        p.config()
        p.environment["WATCHDOG_USEC"] = "100000"
        p.start()
        p.hear("READY=1")
        for _ in range(5):
            p.hear("WATCHDOG=1")
        os.kill(p.process.pid, signal.SIGSTOP)
        time.sleep(0.1)
        p.notify.setblocking(False)
        try:
            while True:
                p.notify.recv(4096)
        except BlockingIOError:
            pass
        time.sleep(0.2)
        try:
            raise Failure(f"a process that stands still says {p.notify.recv(4096)!r}")
        except BlockingIOError:
            pass
        os.kill(p.process.pid, signal.SIGCONT)
        p.notify.settimeout(DEADLINE)
        p.hear("WATCHDOG=1")
        expect("status", 0, p.stop())
    with Manager() as p:  # meant for another process
        p.config()
        p.environment.update(WATCHDOG_USEC="100000", WATCHDOG_PID="1")
        p.start()
        time.sleep(0.3)
        expect("status", 0, p.stop())
        p.hear("STOPPING=1")
        expect("nothing about life", [], [m for m in p.heard if "WATCHDOG" in m])


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


def held(p):
    """The sockets that a process has."""
    return {int(link[8:-1]) for fd in os.listdir(f"/proc/{p}/fd")
            if (link := os.readlink(f"/proc/{p}/fd/{fd}")).startswith("socket:[")}


def sockets_of_the_manager():
    """By address, by path and by name; they are handed to the hosts and outlive the server."""
    with Manager() as p, socket.create_server(("127.0.0.1", p.ports[0])) as address, \
            socket.socket(socket.AF_UNIX) as path, socket.create_server(("127.0.0.1", 0)) as name, \
            socket.create_server(("127.0.0.1", 0)) as stray:
        path.bind(f"{p.dir}/lmtp.sock")
        path.listen()
        p.config('service lmtp { plugin = "smtp.so" listener lmtp { path = "%s/lmtp.sock" } }' % p.dir)
        text = open(f"{p.dir}/conf").read()
        with socket.socket() as bound, open("/dev/null") as file:
            p.start(sockets=(stray, path, name, address, bound, file), names=("stray", "a", "mx", "b", "c", "d"))
        ours = held(p.process.pid)
        expect("taken", (True, True, True, False), tuple(inode(s) in ours for s in (address, path, name, stray)))
        expect("of the hosts", True, any(inode(name) in held(h) for h in p.pids("pkfrontd")))
        expect("none of its own for the name", False, listening(p.ports[2]))
        for word in ("'stray' is no listener's", "'c' is no listening", "'d' is no listening"):
            expect(word, 1, len(p.logged(word)))
        expect("the variables", [], [w for _, _, w in p.said() if w[0] == "fds" and w[-1] != "0"])
        p.edit(("idle_ms = 5000", "idle_ms = 7000"))
        expect("a reload", [("listener_changed", "imap/imap")], p.reload())
        expect("taken", (True, True, True), tuple(inode(s) in held(p.process.pid) for s in (address, path, name)))
        p.edit(("service lmtp", "service other"))
        p.reload()
        p.write("conf", text[:text.index("service lmtp")])
        p.reload()
        expect("the file is the manager's", True, os.path.exists(f"{p.dir}/lmtp.sock"))
        expect("status", 0, p.stop())
        expect("still open", True, listening(p.ports[0]))


def sockets_for_another_process():
    with Manager() as p, socket.create_server(("127.0.0.1", 0)) as other:
        p.config()
        p.start(sockets=(other,), names=("imap",), pid_offset=1)
        expect("left alone", [], p.logged("no listener's"))
        expect("its own", True, listening(p.ports[0]))
        expect("status", 0, p.stop())


def listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE).close()
        return True
    except ConnectionRefusedError:
        return False


def successes_over_a_restart():
    """A store leaves its memory to the next one, also to one of another supervisor."""
    with Manager() as p:
        def before():
            return [words[1] for _, _, words in p.said("pkstored") if words[0] == "successes"]

        p.config()
        p.start()
        store = p.pids("pkstored")[0]
        os.kill(store, signal.SIGKILL)
        wait_for("the next one", lambda: before() == ["before=0", "before=1"])
        expect("status", 0, p.stop())
        kept = p.hear_kept("FDSTORE=1\nFDNAME=postkeep-successes")
        p.start(sockets=(kept,), names=("postkeep-successes",))
        expect("what was kept", ["before=2"], before()[2:])
        expect("status", 0, p.stop())


def memory_that_is_none():
    """What the service manager gives by that name is used only if it is such memory: never a file on a disk."""
    size = 4 << 20
    with Manager() as p:
        p.config()
        on_disk = open(f"{p.dir}/file", "wb+")
        on_disk.truncate(size)
        unsealed = os.fdopen(os.memfd_create("successes"), "wb+")
        unsealed.truncate(size)
        for i, file in enumerate((open("/dev/null"), on_disk, unsealed)):
            with file:
                p.start(sockets=(file,), names=("postkeep-successes",))
            expect("no such memory", i + 1, len(p.logged("'postkeep-successes' is no listening")))
            expect("memory of its own", ["before=0"],
                   [words[1] for _, _, words in p.said("pkstored") if words[0] == "successes"][i:])
            expect("status", 0, p.stop())
            expect("not kept", {"FDSTOREREMOVE": "1", "FDNAME": "postkeep-successes"}, p.hear("FDSTOREREMOVE=1"))
            p.hear_kept("FDSTORE=1\nFDNAME=postkeep-successes").close()


def a_restart_costs_no_hash():
    """The real programs, in their sandbox: who logged in a short while ago logs in as cheaply after a restart."""
    with Manager() as p:
        def login():
            with imaplib.IMAP4("127.0.0.1", p.ports[0], DEADLINE) as c:
                c.login("jane", "secret")

        def ctl(*words):
            done = subprocess.run([f"{build}/pkctl", "--socket", f"{p.dir}/run/admin.sock", *words], capture_output=True,
                                  text=True, input="secret\n", timeout=DEADLINE)
            expect(" ".join(words), (0, ""), (done.returncode, done.stderr))
            return done.stdout

        def hashes():
            return int(json.loads(ctl("--json", "status"))["status"]["password_hashes"])

        p.use_real_programs()
        p.config()
        p.edit(("idle_ms = 5000 ", ""))
        p.start()
        ctl("tenant", "create", "acme")
        ctl("domain", "create", "acme/example.test")
        ctl("user", "create", "jane@example.test")
        login()
        before = hashes()
        login()
        expect("the second login", before, hashes())
        expect("status", 0, p.stop())
        p.start(sockets=(p.hear_kept("FDSTORE=1\nFDNAME=postkeep-successes"),), names=("postkeep-successes",))
        login()
        expect("hashes", 0, hashes())
        expect("said", 1, len(p.logged("event=successes known=1")))
        expect("status", 0, p.stop())


run_cases([ready_reloading_stopping, nobody_listens, watchdog, successes_over_a_restart, memory_that_is_none, a_restart_costs_no_hash, sockets_of_the_manager, sockets_for_another_process])
