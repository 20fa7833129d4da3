#!/usr/bin/env python3
"""parts.py BUILD: one supervisor for the store and one for each service (--only), with children that
only speak the control protocol.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import fcntl
import os
import signal
import socket
import struct
import subprocess

from place import DEADLINE, Place, expect, lives, run_cases, wait_for

IMAP_ROLES, MX_ROLES = "3", "4"
IMAP_LINKS = (IMAP_ROLES, "imap", "imap/1"), (IMAP_ROLES, "imap", "imap/2")
LINK, BOARD, END_POINTS = 1, 12, 13


class Parts(Place):
    def __init__(self):
        super().__init__()
        self.parts = {}
        self.config()

    def begin(self, part, *before):
        self.parts[part] = subprocess.Popen([*before, f"{self.dir}/bin/postkeepd", "--only", part, f"{self.dir}/conf"], stdout=subprocess.PIPE,
                                            stderr=open(f"{self.dir}/log", "a"), text=True, start_new_session=True)

    def ready(self, part):
        expect(f"the line of {part}", "postkeepd ready\n", self.parts[part].stdout.readline())

    def run(self, *parts):
        for part in parts:
            self.begin(part)
            self.ready(part)

    def end(self, part, signum=signal.SIGTERM):
        process = self.parts.pop(part)
        process.send_signal(signum)
        return process.wait(DEADLINE)

    def said_by(self, pid):
        return [words for p, _, words in self.said() if p == pid]

    def hosts(self, service):
        return sorted({pid for pid, program, words in self.said("pkfrontd") if words[0] == "args" and service in words and lives(pid)})

    def links(self, pid):
        return [words[1:4] for words in self.said_by(pid) if words[0] == "link"]

    def store(self):
        """The last one that was started."""
        return [pid for pid, _, words in self.said("pkstored") if words[0] == "args"][-1]

    def store_gets(self, *links):
        wait_for(f"the store to get {links}", lambda: sorted(self.links(self.store())) == [list(link) for link in links])

    def call(self, service):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.settimeout(DEADLINE)
        s.connect(f"{self.dir}/run/links/{service}")
        data, fds, _, _ = socket.recv_fds(s, 4096, 4)
        expect("the board, to read", (BOARD, [os.O_RDONLY]), (data[0], [fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE for fd in fds]))
        for fd in fds:
            os.close(fd)
        return s

    def shown(self):
        """What the store was told of certificates: the last whole list."""
        lists, rows = [], []
        for words in self.said_by(self.store()):
            if words[0] == "end_points":
                rows += [word for word in words[2].split(",") if word and not word.startswith("fds=")]
                if words[1] == "more=0":
                    lists, rows = [*lists, sorted(set(rows))], []
        return lists[-1]

    def __exit__(self, *_):
        for process in self.parts.values():
            process.kill()
            process.wait()
        super().__exit__()


def ask(s, name):
    s.send(bytes([LINK, 0]) + struct.pack("<I", len(name)) + name.encode())


def gift(s):
    """The record of a link and its descriptor, or None: refused."""
    data, fds, _, _ = socket.recv_fds(s, 4096, 4)
    if not data:
        return None
    for fd in fds:
        os.close(fd)
    return data[0], struct.unpack_from("<I", data, 2)[0], data[6:], len(fds)


def each_runs_its_own():
    with Parts() as p:
        p.run("store", "imap", "mx")
        imap, mx = p.hosts("imap"), p.hosts("mx")
        expect("hosts", (2, 1), (len(imap), len(mx)))
        expect("programs", 1, len(p.pids("pkstored")))
        p.store_gets(*IMAP_LINKS, (MX_ROLES, "mx", "mx/1"))
        for pid in imap + mx:
            said = [words[0] for words in p.said_by(pid)]
            expect("board and link come before its start", ["board", "link", "start"], [w for w in said if w in ("board", "link", "start")])
            expect("the board is that of the store", 1, len(memory_of(pid) & memory_of(p.store())))
        expect("links of a host", [[MX_ROLES, "mx", "mx/1"]], p.links(mx[0]))
        expect("what a store's supervisor listens on", [], [x for x in p.ports if x in listening(p.parts["store"].pid)])
        expect("and that of mx", [p.ports[2]], [x for x in p.ports if x in listening(p.parts["mx"].pid)])
        for part in ("mx", "imap", "store"):
            expect(f"status of {part}", 0, p.end(part))
        expect("nothing is left", [], p.pids())


def memory_of(pid):
    """The nameless memory that it has descriptors of."""
    folder = f"/proc/{pid}/fd"
    return {os.stat(f"{folder}/{fd}").st_ino for fd in os.listdir(folder) if os.readlink(f"{folder}/{fd}").startswith("/memfd:")}


def listening(pid):
    inodes = {link[8:-1] for fd in os.listdir(f"/proc/{pid}/fd") if (link := os.readlink(f"/proc/{pid}/fd/{fd}")).startswith("socket:[")}
    with open("/proc/net/tcp") as f:
        rows = [line.split() for line in f][1:]
    return {int(r[1].split(":")[1], 16) for r in rows if r[9] in inodes}


def a_service_waits_for_the_store():
    with Parts() as p:
        p.begin("imap")
        wait_for("a word of it", lambda: p.logged("event=store_awaited"))
        expect("hosts before", [], p.hosts("imap"))
        p.run("store")
        p.ready("imap")
        expect("said once", 1, len(p.logged("event=store_awaited")))


def stores_come_and_go():
    """The store, its supervisor, both by kill -9: hosts stay and get new links."""
    with Parts() as p:
        p.run("store", "imap")
        hosts, store = p.hosts("imap"), p.store()
        os.kill(store, signal.SIGKILL)
        wait_for("links to the next", lambda: all(len(p.links(h)) == 2 for h in hosts))
        p.end("store", signal.SIGKILL)
        wait_for("word of it", lambda: len(p.logged("event=store_lost")) == 2)
        p.run("store")
        wait_for("links to the one after", lambda: all(len(p.links(h)) == 3 for h in hosts))
        expect("the hosts stay", hosts, p.hosts("imap"))
        p.store_gets(*IMAP_LINKS)
        os.kill(hosts[0], signal.SIGKILL)
        wait_for("a new host with a link", lambda: [h for h in p.hosts("imap") if h not in hosts and p.links(h)])


def boards_of_the_next_store():
    """A host that outlives the store's supervisor gets the next one's board, before its link."""
    with Parts() as p:
        p.run("store", "mx")
        (host,) = p.hosts("mx")
        p.end("store", signal.SIGKILL)
        p.run("store")
        wait_for("a link", lambda: len(p.links(host)) == 2)
        said = [words[0] for words in p.said_by(host)]
        expect("both", ["board", "link"], [w for w in said[said.index("start") + 1:] if w in ("board", "link")])
        expect("the same", 1, len(memory_of(host) & memory_of(p.store())))


def certificates_of_all_services():
    """The store is told which are shown by whom: before the first link, after a reload, after a restart."""
    with Parts() as p:
        p.run("store")
        expect("before any", [], p.shown())
        p.run("imap")
        (first,) = wait_for("its certificate", p.shown)
        said = [words[0] for words in p.said_by(p.store())]
        expect("told before the link", True, said.index("link") > len(said) - 1 - said[::-1].index("end_points"))
        p.pair("tls")
        p.run("mx")
        wait_for("those of both", lambda: len(p.shown()) == 2)
        p.parts["imap"].send_signal(signal.SIGHUP)
        wait_for("the new one alone", lambda: len(p.shown()) == 1 and p.shown() != [first])
        last, store = p.shown(), p.store()
        os.kill(store, signal.SIGKILL)
        wait_for("links to the next", lambda: p.store() != store and len(p.links(p.store())) == 3)
        expect("as before", last, wait_for("word of it", p.shown))
        with p.call("mx") as s:
            s.send(bytes([END_POINTS, 0]) + b"\x00\xff\xff")
            expect("no sense", None, gift(s))


def a_service_stops_alone():
    with Parts() as p:
        p.run("store", "imap", "mx")
        store, mx = p.store(), p.hosts("mx")
        expect("status", 0, p.end("imap"))
        expect("the others", (store, mx), (p.store(), p.hosts("mx")))
        p.run("imap")
        p.end("mx", signal.SIGKILL)
        wait_for("the end of its hosts", lambda: not p.hosts("mx"))
        p.run("mx")
        expect("the store", store, p.store())


def the_store_says_what_a_link_may():
    """Whatever is asked for: the socket's service counts, and names are those of its hosts."""
    with Parts() as p:
        p.run("store")
        with p.call("mx") as s:
            ask(s, "mx/7")
            kind, roles, record, fds = gift(s)
            expect("a link of mx", (LINK, int(MX_ROLES), True, 1), (kind, roles, b"mx/7" in record, fds))
            ask(s, "imap/1")
            expect("the name of another's host", None, gift(s))
        for name in ("mx", "mx/", "mx/x", "mx/1/2", "mx/99999999999", "mxx/1", "", "mx/" + "1" * 500):
            with p.call("mx") as s:
                ask(s, name)
                expect(repr(name), None, gift(s))
        for octets in (b"\x01", b"\x04\x00", b"\x01\x00\xff\xff\xff\xff", b"\x07\x00\x00\x00\x00\x00"):
            with p.call("mx") as s:
                s.send(octets)
                expect(repr(octets), None, gift(s))
        p.store_gets((MX_ROLES, "mx", "mx/7"))
        expect("said", True, len(p.logged("event=link_refused", "service=mx", "reason=request")) >= 12)
        p.run("mx")  # all of it did no harm


CALL = """
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])
print(len(s.recv(9)))
"""


def metrics(path):
    done = subprocess.run(["curl", "-sS", "--max-time", str(DEADLINE), "--unix-socket", path, "http://localhost/metrics"],
                          capture_output=True, text=True, check=True)
    return dict(line.rsplit(" ", 1) for line in done.stdout.splitlines() if line and line[0] != "#")


def each_tells_what_it_counts():
    """The real programs: the metrics of the store at one socket, those of a service apart at its own."""
    with Parts() as p:
        p.use_real_programs()
        store, imap = f"{p.dir}/store.sock", f"{p.dir}/imap.sock"
        user = "user = root" if os.geteuid() == 0 else ""
        own = f'  metrics {{ path = "{imap}" {user} }}\n'
        p.edit(("service imap {\n", f'metrics {{ path = "{store}" {user} }}\nservice imap {{\n{own}'),
               ("idle_ms = 5000 ", ""))
        p.run("store", "imap")
        with socket.create_connection(("127.0.0.1", p.ports[0]), DEADLINE) as c:
            c.makefile("rb").readline()
            told = wait_for("the connection", lambda: counted(metrics(imap), "postkeep_connections_accepted_total", 1))
        ours, others = {n.split("{")[0] for n in told}, {n.split("{")[0] for n in metrics(store)}
        expect("of the store alone", (set(), True), (ours & OF_STORE, OF_STORE <= others))
        expect("processes", {"supervisor", "imap/1", "imap/2", "metrics"}, processes(told))
        expect("processes", {"supervisor", "store", "metrics"}, processes(metrics(store)))
        p.edit((own, ""))
        os.kill(p.parts["imap"].pid, signal.SIGHUP)
        wait_for("the end of its socket", lambda: not os.path.exists(imap))
        expect("the store's", True, bool(metrics(store)))


OF_STORE = {"postkeep_logins_total", "postkeep_volume_failed", "postkeep_writer_queue_length"}


def counted(told, name, wanted):
    return told if sum(int(v) for n, v in told.items() if n.startswith(name)) == wanted else None


def processes(told):
    return {n.split('process="')[1].split('"')[0] for n in told if n.startswith("postkeep_process_up{")}


def nobody_else_gets_links():
    """Neither by the file, nor, where that were open, by who it is. Only root can be others."""
    if os.geteuid() != 0:
        return
    with Parts() as p:
        p.run("store")
        as_nobody = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "/usr/bin/python3", "-c", CALL, f"{p.dir}/run/links/mx"]
        os.chmod(p.dir, 0o755)
        expect("the file", True, "PermissionError" in subprocess.run(as_nobody, capture_output=True, text=True).stderr)
        os.chmod(f"{p.dir}/run/links", 0o755)
        os.chmod(f"{p.dir}/run/links/mx", 0o666)
        expect("the kernel's word", "0\n", subprocess.run(as_nobody, capture_output=True, text=True).stdout)
        wait_for("it to be said", lambda: p.logged("event=link_refused", "service=mx", "reason=peer"))


def a_new_service_after_a_reload():
    with Parts() as p:
        p.run("store")
        service = 'service pop3 { plugin = "imap.so" hosts = 1 listener pop3 { path = "%s/pop3.sock" } }' % p.dir
        p.config(service)
        p.begin("pop3")
        wait_for("it to wait", lambda: p.logged("event=store_awaited"))
        p.parts["store"].send_signal(signal.SIGHUP)
        p.ready("pop3")
        p.config()
        p.parts["store"].send_signal(signal.SIGHUP)
        wait_for("no door", lambda: not os.path.exists(f"{p.dir}/run/links/pop3"))
        wait_for("no link", lambda: p.logged("event=store_lost"))


def what_is_refused():
    with Parts() as p:
        r = subprocess.run([f"{p.dir}/bin/postkeepd", "--only", "pop3", f"{p.dir}/conf"], capture_output=True, text=True)
        expect("a service that is not there", (78, True), (r.returncode, "there is no service 'pop3'" in r.stderr))
        for name in ("store", "a/b", "x" * 32):
            p.config('service %s { plugin = "imap.so" listener other { port = 1 } }' % name)
            expect(name, (78, 1), (p.check().returncode, p.check().stderr.count(f"service '{name}'")))
        p.config()
        p.run("store", "mx")
        for part in ("store", "mx"):
            r = subprocess.run([f"{p.dir}/bin/postkeepd", "--only", part, f"{p.dir}/conf"], capture_output=True, text=True)
            expect(f"a second {part}", (78, True), (r.returncode, "another one is running" in r.stderr))


def each_reads_what_it_needs():
    """A service runs without key and data, the store without certificates."""
    with Parts() as p:
        p.run("store")
        os.rename(f"{p.dir}/key", f"{p.dir}/hidden")
        os.rename(f"{p.dir}/data", f"{p.dir}/nowhere")
        p.run("mx")
        p.end("store", signal.SIGKILL)
        os.rename(f"{p.dir}/hidden", f"{p.dir}/key")
        os.rename(f"{p.dir}/nowhere", f"{p.dir}/data")
        os.unlink(f"{p.dir}/tls.key")
        p.run("store")


run_cases([each_runs_its_own, a_service_waits_for_the_store, stores_come_and_go, boards_of_the_next_store,
           certificates_of_all_services, a_service_stops_alone, the_store_says_what_a_link_may, each_tells_what_it_counts,
           nobody_else_gets_links, a_new_service_after_a_reload, what_is_refused, each_reads_what_it_needs])
