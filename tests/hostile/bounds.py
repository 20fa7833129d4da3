"""Things without end, peers that are slow, and peers that die."""
import os
import re
import resource
import struct
import threading
import time

import peer as P
import requests as R
from peer import Failure, Peer, expect, frame, ipc

ELIMIT = 7
UNREAD_KB = 24 * 1024  # of a link that does not read: 8 MiB, and one frame of each of its 48 calls


def sessions_without_end(world):
    """So many sessions of a link; the next link has its own."""
    p = Peer(world.store)
    one = P.request("announce", listener="x", peer="127.0.0.1")
    most = world.most_sessions
    for first in range(1, most + 1001, 500):
        numbers = range(first, first + 500)
        p.send(b"".join(frame("announce", i, 1, one) for i in numbers), numbers)
        for i in numbers:
            expect(f"session {i}", 0 if i <= most else ELIMIT, p.finish(i, 1))
    expect("counted", most, world.status("sessions") - world.sessions)
    other = Peer(world.store)
    expect("another link", 0, other.announce(1))
    other.close()
    p.ask(7, "bye")
    expect("its place is free", 0, p.announce(most + 5000))
    p.close()
    return f"{most} sessions"


def logins_left_in_the_middle(world):
    """Exchanges begun and left, with their session or without."""
    p = Peer(world.store)
    begin = P.request("auth", mechanism="LOGIN", data="", step=0)
    for i in range(1, 301):
        p.announce(i)
        for _ in range(5):
            p.ask(i, "auth", begin)
        if i % 2:
            p.ask(i, "bye")
    p.close()


def handles_and_watches(world):
    p = Peer(world.store)
    p.login(1)
    statuses = []
    for _ in range(200):
        tag = p.start(1, "open", P.request("open", mailbox="INBOX", mode=1))
        statuses.append(p.finish(1, tag))
        p.grant(1, len(p.answers[1, tag][1]))
        for handle in (0, len(statuses)):
            p.ask(1, "watch", struct.pack("<IB", handle, 1))
            p.ask(1, "watch", struct.pack("<IB", handle, 1))
    expect("opened", (64, 136), (statuses.count(0), statuses.count(ELIMIT)))
    p.close()


def recipients_without_end(world):
    p = Peer(world.store, 4, "mx")
    refused = 0
    for session in range(1, 12):
        p.announce(session)
        for i in range(1100):
            status = p.ask(session, "recipient", P.request("recipient", address=f"evil+{i}@evil.test", octets=i % 3 and 2**63))
            refused += status != 0
    if refused < 11 * 100:
        raise Failure(f"{refused} were refused")
    for session in range(1, 12):
        p.ask(session, "recipient", P.request("recipient", address="evil@evil.test", octets=2**64 - 1))
    p.close()
    return f"{11 * 1100 - refused} were taken"


def nobody_reads(world):
    """Links that ask for much, give credit without end, and read nothing."""
    peers = []
    pieces = b"".join(struct.pack("<IIQQ", 20, uid, 0, 1 << 30) for uid in range(1, 41))
    ask = struct.pack("<II", 1, len(pieces)) + pieces
    before = world.anonymous()
    for _ in range(4):
        p = Peer(world.store)
        for session in range(1, 9):
            p.login(session)
            p.call(session, "open", mailbox="INBOX", mode=1)
            p.grant(session, 1 << 40)
        for session in range(1, 9):
            for tag in range(6):
                p.sock.setblocking(True)
                p.sock.sendall(frame("read", session, 900 + tag, ask))
        peers.append(p)
    served(world, 30)
    grown = (world.anonymous() - before) // len(peers)
    for p in peers[:2]:  # these read after all, and get all
        p.sock.setblocking(False)
        for session in range(1, 9):
            for tag in range(6):
                expect("read", 0, p.finish(session, 900 + tag))
    for p in peers:
        p.close()
    if grown > UNREAD_KB and not world.sanitized:
        raise Failure(f"{grown} KiB for each")
    return f"{grown} KiB for each"


def served(world, rounds):
    wanted = world.witness.rounds + rounds
    deadline = time.monotonic() + P.WAIT
    while world.witness.rounds < wanted and world.witness.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    if world.witness.rounds < wanted:
        raise Failure(f"the witness was not served: {world.witness.failure}")


def faults_unread(world):
    """A peer that reads nothing breaks the form and goes on sending: it is closed."""
    for _ in range(world.times(4)):
        p = Peer(world.store)
        p.sock.setblocking(True)
        p.sock.settimeout(P.WAIT)
        try:
            p.sock.sendall(frame("hello", 0, 1, P.request("hello", major=1)) * 20000 + b"\xff" * 64)
            for _ in range(200):
                p.sock.sendall(b"\xff" * (1 << 18))
            raise Failure("50 MiB were taken behind a frame that is none")
        except TimeoutError:
            raise Failure("the store neither reads nor closes")
        except OSError:
            pass
        p.close()


def octet_by_octet(world):
    """Frames that come one octet at a time, and never whole."""
    slow = [Peer(world.store) for _ in range(20)]
    whole = frame("announce", 1, 1, P.request("announce", listener="x", peer="127.0.0.1"))
    for i, octet in enumerate(whole):
        for p in slow:
            p.send(bytes([octet]), {1})
        if i % 20 == 0:
            served(world, 1)
    for p in slow:
        expect("announce", 0, p.finish(1, 1))
    half = frame("auth", 1, 2, b"z" * 200000)
    for i, p in enumerate(slow):
        p.send(half[:(5, 24, 100000, 200000)[i % 4]])
    served(world, 3)
    for p in slow:
        p.close()


def deaths(world):
    """Peers that die in a frame, in a body, in a commit, while they are rung."""
    for i in range(world.times(20)):
        p = Peer(world.store)
        p.login(1)
        p.send(frame("data", 1, payload=b"intruder\r\n" * 5000, stream=1))
        p.send(frame("append", 1, 50, P.request("append", mailbox="INBOX", messages=[dict(body=1)])))
        last = frame("expunge", 1, 51, struct.pack("<I", 1) + R.ranges(1, lambda _: (1, 5)))
        p.send(last[:world.rng.randrange(len(last) + 1)])
        p.close()
        d = Peer(world.store, 4, "mx")
        d.announce(1)
        d.ask(1, "recipient", P.request("recipient", address="evil2@evil.test"))
        d.send(frame("data", 1, payload=b"intruder\r\n" * 6000, stream=1))
        if i % 2:
            d.send(frame("deliver", 1, 60, P.request("deliver", body=1, return_path="a@example.net", each=i % 3)))
        d.close()


def keep_busy(world, over):
    """Long turns of the store's loop, in which more than one thing happens."""
    p = Peer(world.store)
    flood = frame("hello", 0, 0, P.request("hello", major=1)) * 3000
    while not over.is_set() and p.send(flood):
        p.sync()
    p.close()


def death_while_rung(world):
    """Sessions are rung in the very turn in which their links close."""
    over = threading.Event()
    busy = [threading.Thread(target=keep_busy, args=(world, over)) for _ in range(2)]
    for b in busy:
        b.start()
    writer = Peer(world.store)
    writer.login(1, "evil3@evil.test")
    for i in range(world.times(5)):
        peers = [Peer(world.store) for _ in range(30)]
        for p in peers:
            p.login(1, "evil3@evil.test")
            p.ask(1, "watch", struct.pack("<IB", 0, 1))
        tag = writer.start(1, "create", P.request("create", mailbox=f"Rung {i} {world.rng.random()}"))
        for p in peers:
            for _ in range(10):
                writer.hear(0.0001)
            p.close()
        writer.finish(1, tag)
    over.set()
    for b in busy:
        b.join()
    writer.close()


def bye_in_the_middle(world):
    """The number of a session that left amid its replies is free, and the next one hears nothing of them."""
    p = Peer(world.store)
    for i in range(world.times(30)):
        p.login(1)
        p.call(1, "open", mailbox="INBOX", mode=1)
        first = p.tag
        uids = R.ranges(1, lambda _: (1, 2**32 - 1))
        for _ in range(6):
            p.start(1, "messages", struct.pack("<I", 1) + uids + struct.pack("<I", 127))
        expect("bye", 0, p.ask(1, "bye"))
        for tag in range(first + 1, p.tag):
            expect("whole or not at all", 0, p.answers.get((1, tag), (0,))[0])
        p.answers.clear()
    p.close()


def five_hundred_links(world):
    links = [Peer(world.store, hello=False) for _ in range(500)]
    for p in links:
        p.send(frame("hello", 0, 1, P.request("hello", major=1)) + frame("announce", 1, 2, P.request("announce", listener="x")),
               {1})
    for p in links:
        expect("announce", 0, p.finish(1, 2))
    served(world, 2)
    for p in links:
        p.close()


def stalled_tools(world):
    """Connections to the admin socket that say nothing: so many of a uid, and others are served."""
    idle = [Peer(world.store, hello=False, sock=P.admin_socket(world.store)) for _ in range(300)]
    refused = 0
    for p in idle:
        p.send(frame("hello", 0, 1, P.request("hello", major=1)))
        refused += p.finish(0, 1) is None
    for p in idle:
        p.close()
    expect("refused", 300 - 256, refused)
    world.status("links")


def no_descriptors(world):
    """The store out of descriptors: who has a link is served, the loop does not spin, and it passes."""
    if os.geteuid() != 0:
        return "not as root: not tried"
    limits = resource.prlimit(world.pid, resource.RLIMIT_NOFILE)
    in_use = len(os.listdir(f"/proc/{world.pid}/fd"))
    resource.prlimit(world.pid, resource.RLIMIT_NOFILE, (in_use + 3, limits[1]))
    try:
        waiting = [P.admin_socket(world.store) for _ in range(20)]
        links = [world.store.socket_as(3, "imap") for _ in range(5)]
        time.sleep(1.5)
        served(world, 5)
    finally:
        resource.prlimit(world.pid, resource.RLIMIT_NOFILE, limits)
    for s in waiting:
        p = Peer(world.store, sock=s)
        p.close()
    for s in links:
        s.close()
    with open(f"{world.store.folder}/log") as f:
        paused = len(re.findall("event=accept_paused", f.read()))
    if not 1 <= paused <= 20:
        raise Failure(f"accepting was paused {paused} times")


FAMILY = [sessions_without_end, logins_left_in_the_middle, handles_and_watches, recipients_without_end, nobody_reads,
          faults_unread, octet_by_octet, deaths, death_while_rung, bye_in_the_middle, five_hundred_links, stalled_tools,
          no_descriptors]
