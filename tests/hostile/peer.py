"""A link to the store by one who keeps no rule. All that comes back is looked at."""
import os
import select
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../crash"))
import ipc  # noqa: E402

MARK = b"marker-"  # in whatever is the victim's, in any case of letters
FRAME_MAX = 256 * 1024
WAIT = 30
NUMBER = {name: call[0] for name, call in ipc.CALLS.items()} | {name: note[0] for name, note in ipc.NOTES.items()}


class Failure(Exception):
    pass


def expect(what, wanted, got):
    if wanted != got:
        raise Failure(f"{what}: wanted {wanted!r}, got {got!r}")


def frame(op, session=0, tag=0, payload=b"", flags=0, stream=0, status=0, length=None):
    op = NUMBER.get(op, op)
    return ipc.HEAD.pack(len(payload) if length is None else length, op, status, tag, session, flags, stream) + payload


def request(op, **message):
    return ipc.encode(ipc.CALLS[op][2], message)


def credit(octets):
    return struct.pack("<q", octets)


class Peer:
    def __init__(self, store, roles=3, service="imap", hello=True, sock=None):
        self.sock = sock or store.socket_as(roles, service)
        self.sock.setblocking(False)
        self.inbox, self.gone = b"", False
        self.tag = 0
        self.sessions = {0}  # numbers that this link has named
        self.answers = {}  # (session, tag) -> (status, payload) of the last frame
        self.events = []
        self.octets = 0
        if hello:
            expect("hello", 0, self.hello())

    def take(self, octets):
        """What arrived: nobody else's, in frames, of sessions that this link named."""
        self.octets += len(octets)
        self.inbox += octets
        at = 0
        while len(self.inbox) - at >= ipc.HEAD.size:
            n, op, status, tag, session, flags, _ = ipc.HEAD.unpack_from(self.inbox, at)
            if n > FRAME_MAX:
                raise Failure(f"a frame of {n} octets")
            if len(self.inbox) - at < ipc.HEAD.size + n:
                break
            payload = self.inbox[at + ipc.HEAD.size:at + ipc.HEAD.size + n]
            at += ipc.HEAD.size + n
            if MARK in payload.lower():
                raise Failure(f"op {op} in session {session} showed {payload[:200]!r}")
            if session not in self.sessions:
                raise Failure(f"op {op} came for session {session}")
            if not flags & ipc.REPLY:
                self.events.append((session, op))
            elif not flags & ipc.MORE:
                if (session, tag) in self.answers and 0 < tag <= self.tag:
                    raise Failure(f"tag {tag} of session {session} was answered twice")
                self.answers[session, tag] = (status, payload)
        self.inbox = self.inbox[at:]

    def hear(self, seconds):
        """False: nothing came, or the link is closed."""
        if self.gone or not select.select([self.sock], [], [], seconds)[0]:
            return False
        try:
            octets = self.sock.recv(1 << 20)
        except OSError:
            octets = b""
        self.gone = not octets
        self.take(octets)
        return not self.gone

    def send(self, octets, names=()):
        """Takes what comes meanwhile. False: the store has closed the link."""
        self.sessions.update(names)
        at = memoryview(octets)
        while at and not self.gone:
            readable, writable, _ = select.select([self.sock], [self.sock], [], WAIT)
            if not readable and not writable:
                raise Failure("the store takes nothing and says nothing")
            if readable:
                self.hear(0)
            if writable and not self.gone:
                try:
                    at = at[self.sock.send(at[:1 << 16]):]
                except OSError:
                    self.gone = True
        return not self.gone

    def start(self, session, op, payload=b"", **head):
        self.tag += 1
        self.send(frame(op, session, self.tag, payload, **head), {session})
        return self.tag

    def finish(self, session, tag):
        """The status of the answer, None: the link was closed before it."""
        while (session, tag) not in self.answers:
            if self.gone:
                return None
            if not self.hear(WAIT) and not self.gone:
                raise Failure(f"session {session} was not answered within {WAIT} s")
        return self.answers[session, tag][0]

    def ask(self, session, op, payload=b"", **head):
        return self.finish(session, self.start(session, op, payload, **head))

    def call(self, session, op, **message):
        """A good request. Its reply, or a failure."""
        tag = self.start(session, op, request(op, **message))
        status = self.finish(session, tag)
        if status != 0:
            raise Failure(f"{op}: {ipc.STATUSES.get(status, status)}")
        return ipc.decode(ipc.CALLS[op][3], self.answers[session, tag][1])

    def hello(self, major=1):
        return self.ask(0, "hello", request("hello", major=major, program="hostile"))

    def announce(self, session=1, **more):
        fields = dict(listener="test", peer="127.0.0.1", local="127.0.0.1", tls=0x0304)
        return self.ask(session, "announce", request("announce", **fields | more))

    def login(self, session=1, user="evil@evil.test", password="secret"):
        expect("announce", 0, self.announce(session))
        data = f"\0{user}\0{password}"
        expect("login", 0, self.ask(session, "auth", request("auth", mechanism="PLAIN", data=data)))

    def grant(self, session, octets):
        return self.send(frame("credit", session, payload=credit(octets)), {session})

    def sync(self):
        """All that was sent has been looked at, or the link is closed."""
        return not self.gone and self.hello() is not None

    def kicked(self, session=1):
        return (session, ipc.NOTES["kicked"][0]) in self.events

    def renew(self, session=1):
        """The session anew, whatever became of it."""
        self.ask(session, "bye")
        self.events = []
        self.login(session)

    def close(self):
        self.sock.close()
        self.gone = True


def admin_socket(store):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(store.admin_path)
    return s
