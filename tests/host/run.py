#!/usr/bin/env python3
"""run.py BUILD: pkfrontd with the toy plugin; this program is its supervisor, its store and its clients.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import random
import resource
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import warnings
import zlib

warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is asked for on purpose
build = os.path.abspath(sys.argv[1])
root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINK, LISTENER, CERTIFICATE, START, READY, DRAIN, UNLISTEN, FORGET, REFUSED, PROC = 1, 2, 3, 4, 5, 6, 8, 9, 10, 17
NONE, STARTTLS, IMPLICIT = 0, 1, 2
DATA, CREDIT, CANCEL, DROP, HELLO, ANNOUNCE, BYE, LIST, DELIVER = 1, 2, 3, 4, 5, 10, 11, 20, 72
MORE, EVENT, BOUND, REPLY = 1, 2, 4, 8
WAIT = 20


class Failure(Exception):
    pass


def expect(what, wanted, got):
    if wanted != got:
        raise Failure(f"{what}: wanted {wanted!r}, got {got!r}")


def text(s):
    s = s if isinstance(s, bytes) else s.encode()
    return struct.pack("<I", len(s)) + s


def rows(pairs):
    raw = b""
    for key, value in pairs:
        row = text(key) + text(value)
        raw += struct.pack("<I", len(row)) + row
    return struct.pack("<I", len(raw)) + raw


class Store(threading.Thread):
    """Answers a link: `list` with as many octets as asked for, a body's commit with OK."""

    def __init__(self, sock, silent=False):
        super().__init__(daemon=True)
        self.sock, self.silent = sock, silent
        self.credit, self.waiting, self.announced, self.byes, self.octets = {}, [], {}, 0, 0
        self.start()

    def run(self):
        raw = b""
        try:
            while True:
                piece = self.sock.recv(1 << 20)
                if not piece:
                    return
                raw += piece
                while len(raw) >= 24 and len(raw) >= 24 + struct.unpack_from("<I", raw)[0]:
                    n, op, _, tag, session, _, stream = struct.unpack_from("<IHHQIHH", raw)
                    self.take(op, tag, session, stream, raw[24:24 + n])
                    raw = raw[24 + n:]
                self.flush()
        except OSError:
            pass

    def send(self, op, tag, session, flags, payload=b"", status=0):
        head = struct.pack("<IHHQIHH", len(payload), op, status, tag, session, flags, 0)
        self.sock.sendall(head + payload)

    def flush(self):
        keep = []
        for frame in self.waiting:
            session = frame[2]
            if any(k[2] == session for k in keep) or self.credit.get(session, 0) <= 0:
                keep.append(frame)
                continue
            self.credit[session] -= len(frame[4])
            self.send(*frame)
        self.waiting = keep

    def take(self, op, tag, session, stream, payload):
        if op == HELLO:
            self.send(op, tag, 0, REPLY, struct.pack("<HH", 1, 0) + text("toy") + struct.pack("<I", 3) + text("toy"))
        elif op == ANNOUNCE:
            self.announced[session] = payload
            self.credit[session] = 65536
            self.send(op, tag, session, REPLY)
        elif op == BYE:
            self.byes += 1
            self.send(op, tag, session, REPLY)
        elif op == CREDIT:
            self.credit[session] += struct.unpack("<q", payload)[0]
        elif op == DATA:
            self.octets += len(payload)
            self.send(CREDIT, 0, session, 0, struct.pack("<q", len(payload)))
        elif op == LIST and self.silent:
            self.held = (op, tag, session, REPLY, b"a" * struct.unpack("<I", payload)[0])
        elif op == LIST:
            left = struct.unpack("<I", payload)[0]
            while left > 60000:
                self.waiting.append((op, tag, session, REPLY | MORE, b"a" * 60000))
                left -= 60000
            self.waiting.append((op, tag, session, REPLY, b"a" * left))
        elif op == DELIVER:
            self.waiting.append((op, tag, session, REPLY, b""))

    def ring(self, session):
        self.send(49, 0, session, EVENT)


# The leak sanitizer ends a process by tracing it, which the sandbox forbids.
with open(f"{build}/pkfrontd", "rb") as program:
    sandbox = "off" if b"__asan_init" in program.read() else "require"


class Host:
    """pkfrontd, told what a supervisor tells it."""

    def __init__(self, tls=NONE, options=(), certificates=("one.test",), start=True, plugin=None, files=None):
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for s in (self.control, theirs):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.log = tempfile.TemporaryFile()
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
        self.process = subprocess.Popen(
            [f"{build}/pkfrontd", "--control-fd", str(theirs.fileno()), "--plugin", plugin or place.plugin,
             "--service", "toy", "--sandbox", sandbox], pass_fds=[theirs.fileno()], stderr=self.log, preexec_fn=limit)
        theirs.close()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.port = self.listening.getsockname()[1]
        if start:
            for name in certificates:
                self.certificate(name)
            self.listener(tls, options)
            self.store = self.link()
            self.start()

    def send(self, kind, payload=b"", fd=None):
        message = bytes([kind, 0]) + payload
        if fd is None:
            self.control.send(message)
        else:
            socket.send_fds(self.control, [message], [fd])

    def listener(self, tls, options, fd=True, name="main"):
        self.send(LISTENER, text(name) + text("toy") + bytes([tls]) + rows(options),
                  self.listening.fileno() if fd else None)

    def move(self):
        """The next listener's socket is another one; the port that was."""
        old, self.listening = self.listening, socket.create_server(("127.0.0.1", 0), backlog=1000)
        old.close()
        before, self.port = self.port, self.listening.getsockname()[1]
        return before

    def certificate(self, name, key_of=None, rank=0):
        with open(f"{place.dir}/{name}.crt") as chain, open(f"{place.dir}/{key_of or name}.key") as key:
            self.send(CERTIFICATE, text(name) + text(chain.read()) + text(key.read()) + struct.pack("<I", rank))

    def link(self, silent=False):
        ours, theirs = socket.socketpair()
        self.send(LINK, struct.pack("<I", 3) + text("toy") + text("toy/1"), theirs.fileno())
        theirs.close()
        return Store(ours, silent)

    def start(self):
        self.send(START)
        self.control.settimeout(WAIT)
        kinds = [self.control.recv(65536)[0] for _ in range(3)]
        expect("shows itself, then is ready", [PROC, PROC, READY], kinds)

    def connect(self, timeout=WAIT):
        return Client(socket.create_connection(("127.0.0.1", self.port), timeout))

    def lines(self):
        # Not by seeking: the host writes where this descriptor stands.
        octets = os.pread(self.log.fileno(), os.fstat(self.log.fileno()).st_size, 0)
        return octets.decode(errors="replace").splitlines()

    def logged(self, *words):
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            for line in self.lines():
                if all(w in line for w in words):
                    return line
            time.sleep(0.01)
        raise Failure(f"no log line with {words}")

    def end(self, code=0):
        self.control.close()
        status = self.process.wait(WAIT)
        if status != code or "Sanitizer" in "".join(self.lines()):
            sys.stderr.write("\n".join(self.lines()) + "\n")
        expect("exit code", code, status)
        self.listening.close()

    def cpu(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def pss(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as f:
            for line in f:
                if line.startswith("Pss_Anon:"):
                    return int(line.split()[1]) * 1024


class Client:
    def __init__(self, sock):
        self.sock, self.raw, self.piece = sock, b"", 1 << 16
        self.inflate = self.deflate = None

    def tls(self, name="one.test", alpn=None, most=ssl.TLSVersion.TLSv1_3, least=ssl.TLSVersion.TLSv1_2):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(f"{place.dir}/ca.pem")
        context.check_hostname = False
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version, context.maximum_version = least, most
        if alpn:
            context.set_alpn_protocols(alpn)
        self.sock = context.wrap_socket(self.sock, server_hostname=name)
        return self

    def name(self):
        return dict(x for y in self.sock.getpeercert()["subject"] for x in y)["commonName"]

    def say(self, line, end=b"\r\n"):
        raw = (line if isinstance(line, bytes) else line.encode()) + end
        if self.deflate:
            raw = self.deflate.compress(raw) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        self.sock.sendall(raw)

    def more(self):
        piece = self.sock.recv(self.piece)
        if piece and self.inflate:
            piece = self.inflate.decompress(piece)
            if not piece:
                return True
        self.raw += piece
        return bool(piece)

    def tail(self):
        """The rest of the flush after the last line: it inflates to nothing."""
        if self.sock.recv(5, socket.MSG_PEEK) == b"layer":
            return False
        return self.more()

    def line(self):
        while b"\r\n" not in self.raw:
            if not self.more():
                return None
        line, self.raw = self.raw.split(b"\r\n", 1)
        return line.decode()

    def expect(self, *lines):
        for wanted in lines:
            expect("line", wanted, self.line())

    def rest(self):
        try:
            while self.more():
                pass
        except ConnectionResetError:
            self.raw += b"RESET"
        raw, self.raw = self.raw, b""
        return raw

    def close(self):
        self.sock.close()


class Place:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="pk-host-")
        self.plugin = f"{self.dir}/toy.so"
        flags = ["-fsanitize=address,undefined"] if "asan" in build else []
        subprocess.run(["cc", "-std=gnu2x", "-D_GNU_SOURCE", "-g", "-fPIC", "-shared", f"-I{root}/include",
                        f"-I{root}/lib", f"-I{root}/tests/harness", *flags, "-o", self.plugin,
                        f"{root}/tests/host/toy.c", f"{build}/libpostkeep.a"], check=True)
        os.chmod(self.plugin, 0o755)
        self.ca = []
        for name in ("one.test", "two.test"):
            self.pair(name, f"DNS:{name},DNS:*.{name}")

    def pair(self, name, names, common=None):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", f"{self.dir}/{name}.key", "-out", f"{self.dir}/{name}.crt", "-subj",
                        f"/CN={common or name}", "-addext", f"subjectAltName={names}"],
                       check=True, capture_output=True)
        with open(f"{self.dir}/{name}.crt") as f, open(f"{self.dir}/ca.pem", "a") as ca:
            ca.write(f.read())


def case_plain():
    h = Host(options=[("size", "64k"), ("mode", "slow")])
    h.logged("size=65536", "mode=1", "listener=main")
    c = h.connect()
    c.expect("hello")
    c.say("x\r\nget 200000\r\nbody 5\r\nabcdebody 100000")
    c.expect("1 x", "a" * 200000 + ".")
    expect("body", "body 0", c.line()[:6])
    c.say(b"b" * 100000 + b"quit 0")
    expect("body", "body 0", c.line()[:6])
    expect("rest", b"bye\r\n", c.rest())
    expect("octets in the store", 100005, h.store.octets)
    h.logged("event=connect", "service=toy", "listener=main", "rip=127.0.0.1")
    h.logged("event=session", "toy=closed")
    line = h.logged("event=disconnect", "reason=closed")
    expect("octets in", "in=100049", line.split()[7])
    h.end()
    h.logged("event=counter", "name=toys", "value=1")


def case_tls():
    h = Host(tls=IMPLICIT, certificates=("one.test", "two.test"))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        c = h.connect().tls(most=version)
        c.expect("hello")
        c.say("get 100000\r\nlines 20000\r\nx")
        c.expect("a" * 100000 + ".", *[f"line {i + 1}" for i in range(20000)], "1 x")
        c.say("quit 0")
        expect("rest", b"bye\r\n", c.rest())
    announce = h.store.announced[1]
    # Behind the last binding stand the id and three empty texts.
    if text(b"") == announce[-24:-20] or len(announce) < 100:
        raise Failure("no channel bindings in announce")
    for name, seen in (("two.test", "two.test"), ("a.two.test", "two.test"), ("A.ONE.test", "one.test"),
                       ("other", "one.test"), (None, "one.test")):
        expect(f"certificate for {name}", seen, h.connect().tls(name).name())
    h.end()


def case_old_tls_is_refused():
    h = Host(tls=IMPLICIT)
    try:
        h.connect().tls(most=ssl.TLSVersion.TLSv1_1, least=ssl.TLSVersion.TLSv1)
        raise Failure("TLS 1.1 was accepted")
    except (ssl.SSLError, ConnectionResetError):
        pass
    h.logged("event=tls_failed", "reason=")
    h.connect().tls().expect("hello")
    h.end()


def resumes(h, session):
    """Whether a client comes back to its TLS session; and what it may come back with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(f"{place.dir}/ca.pem")
    context.check_hostname = False
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context = session[0] if session else context
    sock = socket.create_connection(("127.0.0.1", h.port), WAIT)
    c = Client(context.wrap_socket(sock, server_hostname="one.test", session=session and session[1]))
    c.expect("hello")
    got = c.sock.session_reused, (context, c.sock.session)
    c.close()
    return got


def case_tls_sessions_of_one_service():
    one, two = Host(tls=IMPLICIT), Host(tls=IMPLICIT)
    _, session = resumes(one, None)
    expect("where it came from", True, resumes(one, session)[0])
    expect("elsewhere", False, resumes(two, session)[0])
    one.end()
    two.end()


def case_alpn():
    h = Host(tls=IMPLICIT)
    expect("protocol", "toy2", h.connect().tls(alpn=["x", "toy2"]).sock.selected_alpn_protocol())
    try:
        h.connect().tls(alpn=["http/1.1"])
        raise Failure("a foreign protocol was accepted")
    except ssl.SSLError as e:
        expect("alert", True, "no application protocol" in str(e).lower().replace("_", " "))
    h.end()


def case_starttls():
    h = Host(tls=STARTTLS)
    c = h.connect()
    c.expect("hello")
    c.say("get 1\r\nlayer 512\r\nget 2\r\nget 3")  # what follows is sent too early, in plain
    c.expect("a.", "go")
    c.tls()
    c.expect("layer 512 status 0 tls 304 pending 0 bound 0")
    c.say("get 4")
    c.expect("aaaa.")
    c.close()
    h.end()
    expect("sessions that left the store", 2, h.store.byes)


def case_certificates_are_reloaded():
    h = Host(tls=IMPLICIT, certificates=("one.test",))
    place.pair("new", "DNS:one.test", "new one")
    shutil.copy(f"{place.dir}/new.crt", f"{place.dir}/one.test.crt.new")
    h.certificate("one.test", key_of="two.test")  # no pair
    h.logged("event=certificate_refused", "name=one.test")
    expect("after a bad pair", "one.test", h.connect().tls().name())
    with open(f"{place.dir}/new.crt") as chain, open(f"{place.dir}/new.key") as key:
        h.send(CERTIFICATE, text("one.test") + text(chain.read()) + text(key.read()) + struct.pack("<I", 0))
    for _ in range(100):
        if h.connect().tls().name() == "new one":
            break
    expect("after a good pair", "new one", h.connect().tls().name())
    h.end()


def compressed(h):
    c = h.connect()
    c.expect("hello")
    c.say("layer 1024")
    c.piece = 1  # what follows the line is compressed
    c.expect("go")
    c.piece = 1 << 16
    c.deflate = zlib.compressobj(wbits=-15)
    c.inflate = zlib.decompressobj(wbits=-15)
    c.expect("layer 1024 status 0 tls 0 pending 0 bound 0")
    return c


def case_deflate():
    h = Host()
    c = compressed(h)
    c.say("get 300000\r\nlines 5000\r\nx")
    c.expect("a" * 300000 + ".", *[f"line {i + 1}" for i in range(5000)], "1 x")
    c.say("layer 2048")
    c.piece = 1  # compression ends with the line, whatever follows it
    c.expect("go")
    while select.select([c.sock], [], [], 0)[0] and not c.inflate.eof and c.tail():
        pass
    c.deflate = c.inflate = None
    c.expect("layer 2048 status 0 tls 0 pending 0 bound 0")
    c.say("x\r\nquit 0")
    expect("rest", b"1 x\r\nbye\r\n", c.rest())
    h.end()


def case_layers_are_put_on_once():
    h = Host(tls=STARTTLS)
    c = h.connect()
    c.say("layer 512")
    c.expect("hello", "go")
    c.tls()
    c.expect("layer 512 status 0 tls 304 pending 0 bound 0")
    c.say("layer 512")
    expect("rest", b"go\r\n", c.rest())
    c = compressed(h)
    c.say("layer 1024")
    expect("rest", b"go\r\n", c.rest())
    h.end()


def case_deflate_bomb():
    h = Host()
    c = compressed(h)
    before = h.pss()
    bomb = c.deflate.compress(b"x" * (64 << 20)) + c.deflate.flush(zlib.Z_SYNC_FLUSH)
    c.sock.sendall(bomb)
    expect("line", "long 60 " + "x" * 60, c.line())
    c.say("\r\nx")
    expect("line", "1 x", c.line())
    expect("memory grew by less than 1 MB", True, "asan" in build or h.pss() - before < 1 << 20)
    c = compressed(h)
    c.sock.sendall(b"\xff" * 100)  # not what a compressor writes
    expect("rest", b"", c.rest())
    h.end()


def case_a_reader_that_does_not_read():
    h = Host()
    before = h.pss()
    lazy = [h.connect() for _ in range(20)]
    for c in lazy:
        c.say("lines 10000000")
    c = h.connect()
    c.expect("hello")
    for _ in range(50):
        c.say("get 10")
        c.expect("a" * 10 + ".")
    expect("memory a session", True, "asan" in build or (h.pss() - before) / 21 < 150000)
    h.end()


def case_a_client_that_sends_without_end():
    h = Host()
    c = h.connect()  # the first one makes the process touch what all share: not what is measured
    c.say("quit 0\r\n" + "x" * 200000)
    c.rest()
    before = h.pss()
    c = h.connect()
    c.expect("hello")
    c.sock.settimeout(0.5)
    sent = 0
    try:
        c.say("sleep 100000000")
        while sent < 64 << 20:
            sent += c.sock.send(b"x" * 65536)
        raise Failure("all was taken")
    except socket.timeout:
        pass
    expect("memory", True, "asan" in build or h.pss() - before < 500000)
    h.end()


def case_output_arrives_before_the_end():
    """A client that has sent more than was read still gets what was said to it last."""
    h = Host()
    for _ in range(20):
        c = h.connect()
        c.say("quit 0\r\n" + "x" * 200000)
        expect("rest", b"hello\r\nbye\r\n", c.rest())
    h.end()


def case_per_address():
    h = Host(options=[("connections_per_address", "3")])
    clients = [h.connect() for _ in range(3)]
    for c in clients:
        c.expect("hello")
    expect("a fourth", b"", h.connect().rest())
    h.logged("event=refused", "reason=connections_per_address", "rip=127.0.0.1")
    clients[0].say("quit 0")
    clients[0].rest()
    h.logged("event=disconnect")
    h.connect().expect("hello")
    h.end()


SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def binary_header(client, port, tail=b"", command=0x21):
    block = socket.inet_aton(client) + socket.inet_aton("198.51.100.9") + struct.pack(">HH", port, 993) + tail
    return SIGNATURE + bytes([command, 0x11]) + struct.pack(">H", len(block)) + block


def announced(h, number):
    """(peer, port, local, port) as the store heard of the session."""
    raw, at, out = h.store.announced[number], 0, []
    for kind in "SSHSH":
        n = struct.unpack_from("<I", raw, at)[0] if kind == "S" else 0
        out.append(raw[at + 4:at + 4 + n].decode() if kind == "S" else struct.unpack_from("<H", raw, at)[0])
        at += 4 + n if kind == "S" else 2
    return tuple(out[1:])


def case_proxy():
    """The client a proxy tells of counts, in both versions; the header may come in pieces, with more behind it."""
    h = Host(options=[("proxy", "10.0.0.0/8 127.0.0.1"), ("connections_per_address", "2")])
    line = b"PROXY TCP4 192.0.2.1 198.51.100.9 1234 993\r\n"
    clients = []
    for number, header in enumerate([line, binary_header("192.0.2.1", 1234, b"\x04\0\x01x")], 1):
        c = h.connect()
        c.sock.sendall(header + b"x\r\nget 3\r\n")
        c.expect("hello", "1 x", "aaa.")
        h.logged("event=connect", "rip=192.0.2.1", "rport=1234", "via=127.0.0.1")
        expect("announced", ("192.0.2.1", 1234, "198.51.100.9", 993), announced(h, number))
        clients.append(c)
    third = h.connect()  # two from this address are open
    third.sock.sendall(line)
    expect("a third", b"", third.rest())
    h.logged("event=refused", "reason=connections_per_address", "rip=192.0.2.1")
    clients[0].close()
    for cut in range(1, len(line)):
        slow = h.connect()
        slow.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        slow.sock.sendall(line[:cut].replace(b"2.1 ", b"2.2 "))
        time.sleep(0.002)
        slow.sock.sendall(line[cut:] + b"get 1\r\n")
        slow.expect("hello", "a.")
        slow.say("quit 0")
        slow.rest()
    h.end()


def case_proxy_in_octets():
    h = Host(options=[("proxy", "127.0.0.1")])
    c = h.connect()
    c.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for octet in binary_header("192.0.2.7", 99, b"\x04\0\x20" + b"t" * 32) + b"x\r\n":
        c.sock.sendall(bytes([octet]))
        time.sleep(0.001)
    c.expect("hello", "1 x")
    h.logged("event=connect", "rip=192.0.2.7", "rport=99")
    waits = h.connect()
    waits.sock.sendall(b"PROXY TCP4")
    before = h.cpu()
    time.sleep(0.3)
    expect("a header that is half there costs nothing", True, h.cpu() - before < 0.15)
    waits.close()
    h.logged("event=refused", "reason=proxy_gone")
    h.end()


def case_proxy_without_client():
    """LOCAL and UNKNOWN: the proxy's own connection, under its own address."""
    h, clients = Host(options=[("proxy", "127.0.0.1")]), []
    for number, header in enumerate([b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN 1.2.3.4 1.2.3.4 5 6\r\n",
                                     binary_header("192.0.2.1", 5, command=0x20), SIGNATURE + b"\x21\0\0\0"], 1):
        c = h.connect()
        c.sock.sendall(header)
        c.expect("hello")
        c.say("get 1")
        c.expect("a.")
        clients.append(c)  # a number is used again when its session has ended
        expect("announced", ("127.0.0.1", c.sock.getsockname()[1], "127.0.0.1", h.port), announced(h, number))
    h.end()


def case_proxy_and_tls():
    """TLS begins behind the header, also in one segment with it."""
    for header in (b"PROXY TCP4 192.0.2.1 198.51.100.9 1234 993\r\n", binary_header("192.0.2.1", 1234, b"\x04\0\0")):
        h = Host(tls=IMPLICIT, options=[("proxy", "127.0.0.1")])
        for cut in (0, 5, len(header) - 1, len(header)):
            raw = socket.create_connection(("127.0.0.1", h.port), WAIT)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.sendall(header[:cut])
            time.sleep(0.02 if cut else 0)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context.wrap_bio(inside, outside, server_hostname="one.test")
            pending = header[cut:]
            while True:
                try:
                    tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    raw.sendall(pending + outside.read())
                    pending = b""
                    inside.write(raw.recv(65536))
            tls.write(b"get 2\r\nquit 0\r\n")
            raw.sendall(pending + outside.read())
            got = b""
            while not got.endswith(b"bye\r\n"):
                try:
                    got += tls.read(1000)
                except ssl.SSLWantReadError:
                    inside.write(raw.recv(65536))
            expect("talk", b"hello\r\naa.\r\nbye\r\n", got)
            raw.close()
        h.logged("event=connect", "rip=192.0.2.1", "rport=1234", "via=127.0.0.1")
        h.end()


def case_proxy_is_trusted_by_address():
    """No client tells its own address: neither past a proxy, nor where no proxy is."""
    h = Host(options=[("proxy", "10.0.0.0/8 ::1 unix")])
    c = h.connect()
    c.sock.sendall(b"PROXY TCP4 192.0.2.1 198.51.100.9 1234 993\r\n")
    expect("no proxy", b"", c.rest().replace(b"RESET", b""))
    h.logged("event=refused", "reason=no_proxy", "rip=127.0.0.1")
    h.end()
    h = Host()
    c = h.connect()
    c.say("PROXY TCP4 192.0.2.1 198.51.100.9 1234 993\r\nx")
    c.expect("hello")
    h.logged("event=connect", "rip=127.0.0.1")
    expect("its line is one of the protocol", True, "192.0.2.1" not in "".join(h.lines()))
    h.end()
    refused(["event=listener_refused", "option proxy", "10.1.0.0/8"], options=[("proxy", "127.0.0.1 10.1.0.0/8")])


def case_proxy_garbage():
    h = Host(options=[("proxy", "127.0.0.1"), ("login_ms", "400ms")])
    for raw in (b"x\r\n", b"PROXY TCP4 1.2.3.4\r\n", SIGNATURE + b"\x21\x11\xff\xff", b"PROXY " + b"x" * 200, b"\x16\x03\x01"):
        c = h.connect()
        c.sock.sendall(raw)
        expect("rest", b"", c.rest().replace(b"RESET", b""))
    h.logged("event=refused", "reason=proxy_header", "rip=127.0.0.1")
    silent = h.connect()
    silent.sock.sendall(b"PROXY ")
    expect("silent", b"", silent.rest().replace(b"RESET", b""))
    h.logged("event=refused", "reason=proxy_silent")
    c = h.connect()
    c.sock.sendall(b"PROXY UNKNOWN\r\nx\r\n")
    c.expect("hello", "1 x")
    waits = h.connect()
    waits.sock.sendall(b"PRO")
    time.sleep(0.1)
    h.listening.close()
    h.send(DRAIN, struct.pack("<I", 10))
    expect("draining", b"", waits.rest().replace(b"RESET", b""))
    expect("exit", 0, h.process.wait(WAIT))
    h.end()


def case_descriptors_run_out():
    h = Host(files=140, options=[("connections_per_address", "0")])
    clients = [h.connect() for _ in range(300)]
    served = [c for c in clients if c.line() == "hello"]
    expect("some are served", True, 50 < len(served) < 140)
    served[0].say("x")
    served[0].expect("1 x")
    for c in clients:
        c.close()
    end = time.monotonic() + WAIT
    while time.monotonic() < end and h.connect().line() != "hello":
        time.sleep(0.05)
    h.connect().expect("hello")
    h.end()


def case_deadlines():
    h = Host(options=[("login_ms", "300ms")])
    c = h.connect()
    expect("no login", b"hello\r\nstop 2\r\n", c.rest())
    h.end()
    h = Host(options=[("login_ms", "0"), ("idle_ms", "300")])
    c = h.connect()
    expect("silence", b"hello\r\nstop 1\r\n", c.rest())
    h.end()
    h = Host(tls=IMPLICIT, options=[("login_ms", "300")])
    expect("no handshake", b"", h.connect().rest())
    h.end()


def case_news():
    h = Host()
    c = h.connect()
    c.say("get 0\r\nidle 0")
    c.expect("hello", ".", "+")
    h.store.ring(1)
    c.expect("news 49")
    c.say("")
    c.expect("idle over")
    h.end()


def case_drain():
    h = Host()
    idle, busy = h.connect(), h.connect()
    idle.expect("hello")
    busy.expect("hello")
    busy.say("sleep 700")
    time.sleep(0.2)
    h.send(DRAIN, struct.pack("<I", 10))
    expect("idle", b"stop 4\r\n", idle.rest())
    expect("busy", b"stop 4\r\nwoken 1\r\n", busy.rest())
    expect("exit", 0, h.process.wait(WAIT))
    h.end()


def case_drain_has_an_end():
    """Whoever waits for nobody is told that it ends now; whoever waits for the store may still hear from it."""
    h = Host()
    sleeps, asks = h.connect(), h.connect()
    sleeps.expect("hello")
    asks.expect("hello")
    sleeps.say("sleep 100000")
    h.store.silent = True
    asks.say("get 5")
    time.sleep(0.2)
    h.send(DRAIN, struct.pack("<I", 1))
    expect("sleeping", b"stop 4\r\nstop 3\r\n", sleeps.rest())
    h.store.send(*h.store.held)
    expect("waiting for the store", b"stop 4\r\naaaaa.\r\n", asks.rest())
    expect("exit", 0, h.process.wait(WAIT))
    h.end()


def case_drain_refuses_clients():
    h = Host()
    c = h.connect()
    c.expect("hello")
    c.say("sleep 100000")
    time.sleep(0.2)
    h.listening.close()
    h.send(DRAIN, struct.pack("<I", 100))
    c.expect("stop 4")
    refused_soon(h.port)
    h.send(DRAIN, struct.pack("<I", 0))  # told again, with another time
    c.expect("stop 3")
    expect("exit", 0, h.process.wait(WAIT))
    h.end()


def case_link_loss():
    h = Host()
    c, other = h.connect(), h.connect()
    c.expect("hello")
    other.say("get 1")
    other.expect("hello", "a.")
    h.store.silent = True
    c.say("get 5")
    time.sleep(0.2)
    h.store.sock.shutdown(socket.SHUT_RDWR)
    expect("it waited for an answer", b"stop 5\r\n", c.rest())
    h.logged("event=link_lost")
    waiting = h.connect()  # in the kernel's queue until there is a store again
    expect("no answer", [], select.select([waiting.sock], [], [], 0.3)[0])
    h.store = h.link()
    waiting.expect("hello")
    waiting.say("get 2")
    waiting.expect("aa.")
    other.say("get 5")
    expect("it asks the lost store", b"stop 5\r\n", other.rest())
    h.end()


def case_garbage_from_the_store():
    h = Host()
    c = h.connect()
    c.say("get 1")
    c.expect("hello", "a.")
    h.store.silent = True
    c.say("get 5")
    time.sleep(0.2)
    h.store.sock.sendall(b"\xff" * 1000)
    expect("rest", b"stop 5\r\n", c.rest())
    h.logged("event=link_lost", "reason=framing")
    h.link()
    h.connect().expect("hello")
    h.end()


def rave(store, dice):
    """Frames of any form to a host, as if its sessions had asked for them."""
    try:
        for _ in range(3000):
            payload = (b"EVIL" * dice.choice((0, 1, 30, 9000, 16000)))[:dice.choice((0, 1, 8, 65536))]
            head = struct.pack("<IHHQIHH", len(payload), dice.choice((1, 2, 5, 6, 10, 13, 20, 49, 999)), dice.choice((0, 0, 7)),
                               dice.choice((0, 1, 2, 3, 1 << 32, 2**64 - 1)), dice.choice((0, 1, 2, 3)),
                               dice.choice((0, 1, 2, 8, 9, 12, 15)), dice.choice((0, 1, 2)))
            store.sock.sendall(head + payload)
        store.sock.sendall(b"\xff" * 64)
    except OSError:
        pass  # the host has closed it: as it should in the end


def case_a_store_that_raves():
    h = Host()
    seed = int.from_bytes(os.urandom(4), "little")
    print(f"# seed {seed}", flush=True)
    dice = random.Random(seed)
    bad = h.link(silent=True)
    clients = [h.connect() for _ in range(6)]
    for c in clients:
        c.expect("hello")
        c.say("get 5")
    while sum(len(s.announced) for s in (h.store, bad)) < 6:
        time.sleep(0.01)
    rave(bad, dice)
    h.logged("event=link_lost")
    good = 0
    for c in clients:
        if c.line() == "a" * 5 + ".":
            c.say("get 200000")
            expect("only its own", "a" * 200000 + ".", c.line())
            good += 1
        c.close()
    expect("sessions of the good store", len(h.store.announced), good)
    expect("both had some", True, 0 < good < 6)
    c = h.connect()
    c.expect("hello")
    c.say("get 7")
    c.expect("a" * 7 + ".")
    h.end()


def refused(what, **options):
    h = Host(start=False, **options.pop("host", {}))
    if "options" in options:
        h.listener(NONE, options["options"])
    expect("exit", 78, h.process.wait(WAIT))
    h.logged(*what)
    h.control.close()
    h.listening.close()


def case_options_are_checked():
    refused(["event=listener_refused", "there is no option colour"], options=[("colour", "red")])
    refused(["event=listener_refused", "option mode"], options=[("mode", "medium")])
    refused(["event=listener_refused", "option size"], options=[("size", "2M")])
    refused(["event=listener_refused", "option login_ms"], options=[("login_ms", "soon")])
    refused(["event=listener_refused", "refused its configuration"], options=[("size", "13")])


def case_plugins_are_checked():
    for mode in (0o775, 0o757):
        shutil.copy(place.plugin, f"{place.dir}/loose.so")
        os.chmod(f"{place.dir}/loose.so", mode)
        refused(["event=plugin_refused", "others can change"], host={"plugin": f"{place.dir}/loose.so"})
    refused(["event=plugin_refused"], host={"plugin": "/nowhere/toy.so"})
    with open(f"{place.dir}/text.so", "w") as f:
        f.write("no ELF")
    refused(["event=plugin_refused"], host={"plugin": f"{place.dir}/text.so"})
    refused(["event=plugin_refused", "there is no note of Postkeep in it"], host={"plugin": os.path.realpath("/lib/x86_64-linux-gnu/libz.so.1")})


def case_reload():
    h = Host(options=[("mode", "fast")])
    old = h.connect()
    old.expect("hello")
    h.listener(NONE, [("mode", "bad")])
    h.logged("event=listener_refused")
    h.connect().expect("hello")
    h.listener(NONE, [("mode", "slow"), ("idle_ms", "300"), ("login_ms", "0")], fd=False)
    h.logged("mode=1")
    expect("new sessions", b"hello\r\nstop 1\r\n", h.connect().rest())
    old.say("x")
    old.expect("1 x")
    h.end()


def refused_soon(port):
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), WAIT).close()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:
            pass  # it closed between our SYN and the end of the handshake
    raise Failure(f"port {port} is still open")


def case_listeners_come_and_go():
    h = Host(options=[("size", "1k")])
    first = h.connect()
    first.expect("hello")
    before = h.move()
    h.listener(NONE, [("size", "2k")])
    h.logged("listener=main size=2048")
    refused_soon(before)
    moved = h.connect()
    moved.expect("hello")
    before = h.move()
    h.listener(NONE, [], name="second")
    second = h.connect()
    second.expect("hello")
    h.send(UNLISTEN, text("main"))
    h.send(UNLISTEN, text("nobody"))
    refused_soon(before)
    for c in (first, moved, second, h.connect()):
        c.say("get 3")
    for c in (first, moved, second):
        c.expect("aaa.")
    h.listener(NONE, [], fd=False, name="third")
    h.logged("event=listener_refused", "listener=third", "no socket")
    h.connect().expect("hello")
    h.end()


def case_who_waits_is_taken():
    """A connection that waits on a socket when it closes is served: by its listener that moves, goes, or drains."""
    for order in ("move", "remove", "drain"):
        h = Host()
        h.connect().expect("hello")
        os.kill(h.process.pid, signal.SIGSTOP)
        port = h.port
        if order == "move":
            h.move()
            h.listener(NONE, [])
        elif order == "remove":
            h.listening.close()
            h.send(UNLISTEN, text("main"))
        else:
            h.listening.close()
            h.send(DRAIN, struct.pack("<I", 10))
        waiting = Client(socket.create_connection(("127.0.0.1", port), WAIT))
        os.kill(h.process.pid, signal.SIGCONT)
        waiting.expect("hello")
        refused_soon(port)
        if order == "drain":
            expect("its end", b"stop 4\r\n", waiting.rest())
        h.end()


def case_certificates_depend_on_no_order():
    """What is shown depends on which there are, not on what came when."""
    h = Host(tls=IMPLICIT, certificates=())
    place.pair("both", "DNS:one.test,DNS:two.test,DNS:both.test")

    def shown(*wanted):
        names = ("nobody.test", "one.test", "two.test", "both.test")
        end = time.monotonic() + WAIT
        while True:
            got = tuple(h.connect().tls(name=n).name() for n in names)
            if got == wanted or time.monotonic() > end:
                break
        expect("shown for " + " ".join(names), wanted, got)

    h.certificate("both", rank=2)
    shown("both", "both", "both", "both")
    h.certificate("one.test", rank=1)
    shown("one.test", "one.test", "both", "both")
    h.certificate("two.test", rank=3)
    shown("one.test", "one.test", "both", "both")
    h.certificate("both", rank=4)
    shown("one.test", "one.test", "two.test", "both")
    old = h.connect().tls()
    old.expect("hello")
    h.send(FORGET, text("one.test"))
    shown("two.test", "both", "two.test", "both")
    old.say("get 3")
    old.expect("aaa.")
    h.certificate("one.test", rank=3)
    shown("one.test", "one.test", "two.test", "both")
    h.end()


def case_check():
    """pkfrontd --check answers for each listener and serves none."""
    def answers(plugin, *listeners):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        process = subprocess.Popen([f"{build}/pkfrontd", "--check", "--sandbox", sandbox, "--control-fd", str(theirs.fileno()), "--plugin",
                                    plugin, "--service", "toy"], pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL)
        theirs.close()
        for name, options in listeners:
            ours.send(bytes([LISTENER, 0]) + text(name) + text("toy") + bytes([NONE]) + rows(options))
        ours.send(bytes([START, 0]))
        ours.settimeout(WAIT)
        got = [ours.recv(65536)]
        while got[-1][0] == REFUSED:
            got.append(ours.recv(65536))
        expect("exit", 0, process.wait(WAIT))
        expect("the last word", READY, got.pop()[0])
        return got

    expect("what is allowed", [], answers(place.plugin, ("a", []), ("b", [("mode", "slow")])))
    got = answers(place.plugin, ("a", [("mode", "medium")]), ("b", []), ("c", [("size", "13")]), ("d", [("colour", "red")]))
    expect("refused", [b"a", b"c", b"d"], [m[6:7] for m in got])
    expect("why", True, b"option mode" in got[0] and b"refused its configuration" in got[1] and b"no option colour" in got[2])
    got = answers("/nowhere/toy.so", ("a", []))
    expect("no plugin", True, len(got) == 1 and b"is not there" in got[0])


def case_supervisor_gone():
    h = Host()
    c = h.connect()
    c.expect("hello")
    h.end()
    expect("rest", b"", c.rest())


def idle_octets(tls, n):
    h = Host(tls=tls, options=[("connections_per_address", "0"), ("login_ms", "0")])
    warm = [h.connect() for _ in range(20)]
    if tls:
        warm = [c.tls() for c in warm]
    before = h.pss()
    clients = []
    for _ in range(n):
        c = h.connect()
        clients.append(c.tls() if tls else c)
    for c in clients:
        c.say("get 10\r\nx")
        c.expect("hello", "a" * 10 + ".", "1 x")
    grew = (h.pss() - before) / n
    for c in clients + warm:
        c.close()
    h.end()
    return grew


def case_memory_of_idle_sessions():
    if "asan" in build:
        return
    plain, tls = idle_octets(NONE, 400), idle_octets(IMPLICIT, 400)
    print(f"# an idle session of the host: plain {plain:.0f} octets, TLS {tls:.0f}")
    expect("plain", True, plain < 3500)
    expect("TLS", True, tls < 17500)


place, failed = Place(), False
try:
    for name, case in list(globals().items()):
        if not name.startswith("case_") or (len(sys.argv) > 2 and name[5:] not in sys.argv[2:]):
            continue
        try:
            case()
            print("ok", name[5:], flush=True)
        except (Failure, OSError, subprocess.TimeoutExpired, AttributeError, KeyError) as e:
            failed = True
            print(f"not ok {name[5:]}: {type(e).__name__} {e}", flush=True)
finally:
    shutil.rmtree(place.dir)
sys.exit(failed)
