"""Requests of good form that no honest peer makes, and notes."""
import struct

import peer as P
import requests as R
from peer import Failure, Peer, expect, frame, ipc

EPROTO, EAUTH, EPERM, ENOTFOUND, ELIMIT, ESTALE = 1, 2, 3, 4, 7, 13
UNDER_WAY = 8  # calls of a session


def odd_requests(world):
    """Any value in any field; every call is answered once, whoever the mail belongs to."""
    n = 0
    ops = [op for op, (_, roles, *_) in ipc.CALLS.items() if "SESSION" in roles and op not in ("auth",)]
    for _ in range(world.times(12)):
        p = Peer(world.store)
        p.login(1, user=world.rng.choice(("evil2@evil.test", "evil3@evil.test")))
        p.call(1, "open", mailbox="INBOX", mode=world.rng.randrange(3))
        p.grant(1, 1 << 30)
        n += fire(world, p, ops, 100)
        p.close()
    for _ in range(world.times(6)):
        p = Peer(world.store, 4, "mx")
        p.announce(1)
        n += fire(world, p, ["recipient", "recipient", "deliver", "reset"], 60)
        p.close()
    for _ in range(world.times(6)):
        p = Peer(world.store, 0x103, "submission")
        p.login(1, user=world.rng.choice(("evil2@evil.test", "evil3@evil.test")))
        n += fire(world, p, ["sender", "recipient", "recipient", "submit", "reset"], 60)
        p.close()
    for _ in range(world.times(6)):
        p = Peer(world.store, 32, "pkctl", sock=P.admin_socket(world.store))
        p.announce(1)
        p.sessions.add(1)
        harmless = [op for op in ipc.CALLS if op.endswith(("_list", "_show")) and "tenant" not in op]
        n += fire(world, p, [op for op in harmless if op in ("status_show", "vault_list", "mailbox_show")], 40)
        p.close()
    return f"{n} requests"


def fire(world, p, ops, count):
    tags = []
    for i in range(count):
        op = world.rng.choice(ops)
        tags.append(p.start(1, op, R.odd(world.rng, ipc.CALLS[op][2], 0.15)))
        if world.rng.random() < 0.1:
            p.send(frame("data", 1, payload=b"x" * 500, stream=world.rng.choice((1, 2, 65535))), {1})
        if len(tags) == UNDER_WAY or i == count - 1:
            for tag in tags:
                if p.finish(1, tag) is None:
                    raise Failure("a request of good form ended the link")
            tags = []
    return count


def all_roles(world):
    """Operations of other roles: refused, and the session with them."""
    n = 0
    users = {3: {"ANON", "SESSION"}, 0x103: {"ANON", "SESSION", "SUBMIT"}}
    for roles, word in ((3, "SESSION"), (0x103, "SUBMIT"), (4, "DELIVER"), (1, "ANON"), (8, "RELAY"), (16, "JOB"),
                        (64, "VIEW")):
        p = Peer(world.store, roles, "roles")
        mine = users.get(roles, {word})
        for op, (_, allowed, layout, _) in ipc.CALLS.items():
            if op == "hello" or mine & set(allowed.split(" | ")):
                continue
            if roles in users:
                p.login(1)
            elif roles in (1, 4, 64):
                expect("announce", 0, p.announce(1))
            tag = p.start(1, op, ipc.encode(layout, R.good(layout)))
            wanted = EPERM if roles in (1, 3, 0x103, 4, 64) else (EPERM, EPROTO)
            if p.finish(1, tag) not in (wanted if isinstance(wanted, tuple) else (wanted,)):
                raise Failure(f"{op} under role {roles:x}: {p.answers[1, tag][0]}")
            if roles in (1, 3, 0x103, 4, 64):
                expect("said so", True, p.kicked(1))
                expect("and goes on", EPERM, p.ask(1, "announce", P.request("announce", listener="x")))
                p.ask(1, "bye")
            p.events = []
            n += 1
        p.close()
    return f"{n} operations"


def others(world):
    """Sessions, handles and bodies of other links, of other sessions, and of nobody."""
    mine = Peer(world.store)
    mine.login(1)
    mine.call(1, "open", mailbox="INBOX", mode=1)
    mine.login(2, "evil2@evil.test")
    for handle in (1, 2, 11, 2**32 - 1):
        uids = R.ranges(1, lambda _: (1, 2**32 - 1))
        for op, rest in (("messages", uids + struct.pack("<I", 127)), ("expunge", uids), ("close", b"")):
            expect(f"{op} of handle {handle}", ESTALE, mine.ask(2, op, struct.pack("<I", handle) + rest))
    mine.send(frame("data", 1, payload=b"intruder", stream=9))
    row = P.request("append", mailbox="INBOX", messages=[dict(body=9)])
    if mine.ask(2, "append", row) == 0:
        raise Failure("another session's body was taken")
    other = Peer(world.store)
    for number in (1, 2, 77, 2**32 - 1):
        for op in ("list", "bye", "auth", "reset"):
            expect(f"{op} of session {number}", EPROTO, other.ask(number, op, P.request(op)))
        other.send(b"".join(frame(op, number, 1, P.credit(-(2**62)), stream=9) for op in
                            ("credit", "cancel", "drop", "data")))
    expect("the body is still there", 0, mine.ask(1, "append", row))
    for address in ("owner@victim.test", "marker-alias@victim.test", "nobody@victim.test"):
        third = Peer(world.store)
        expect("announce", 0, third.announce(1))
        for authzid in (address, ""):
            data = f"{authzid}\0evil@evil.test\0secret" if authzid else f"\0{address}\0secret"
            status = third.ask(1, "auth", P.request("auth", mechanism="PLAIN", data=data))
            if status == 0:
                raise Failure(f"logged in as {address}")
        third.close()
    mine.close()
    other.close()


def credits(world):
    """Credit below 0, huge, or past any number: the session is answered when it has some."""
    for notes in ((2**63 - 1,) * 3, (-(2**63),) * 3, (2**40,) * 50, (-(2**40),) * 50, (2**40 + 1, -(2**40) - 1),
                  (0,) * 1000):
        p = Peer(world.store)
        p.login(1)
        for octets in notes:
            p.grant(1, octets)
        p.sync()
        for _ in range(20):
            p.ask(1, "list", P.request("list")) if sum(notes) >= 0 else p.start(1, "list", P.request("list"))
        if not p.sync():
            raise Failure("a note of credit ended the link")
        p.close()


def notes(world):
    """Cancels of foreign tags, tags used twice, calls beyond eight, drops of what is not there."""
    p = Peer(world.store)
    p.login(1)
    p.send(b"".join(frame("cancel", 1, tag) for tag in (0, 1, 2**64 - 1)) +
           b"".join(frame("drop", 1, payload=struct.pack("<H", s)) for s in (0, 1, 9, 65535)) +
           b"".join(frame(op, 1, payload=b"\x80") for op in ("drop", "credit")))
    expect("goes on", 0, p.ask(1, "list", P.request("list")))
    p.sessions.add(1)
    for _ in range(100):  # the same tag many times
        p.send(frame("list", 1, 2**40, P.request("list")) * 30)
        p.sync()
    p.grant(1, 1 << 30)
    burst = b"".join(frame("status", 1, 10000 + i, P.request("status", mailbox="INBOX")) for i in range(500))
    p.send(burst)
    statuses = [p.finish(1, 10000 + i) for i in range(500)]
    if set(statuses) - {0, ELIMIT} or 0 not in statuses:
        raise Failure(f"500 calls at once: {set(statuses)}")
    p.close()


def bodies(world):
    """Bodies without a right, without credit, without an end, too many, too large pieces, stream 0."""
    p = Peer(world.store)
    expect("announce", 0, p.announce(1))
    p.send(b"".join(frame("data", 1, payload=b"x", stream=s) for s in range(1, 65536)))
    expect("not logged in", True, p.sync())
    p.close()
    for octets, stream in ((b"x" * 65537, 1), (b"x" * P.FRAME_MAX, 1), (b"x", 0)):
        p = Peer(world.store)
        p.login(1)
        p.send(frame("data", 1, payload=octets, stream=stream))
        p.sync()
        expect(f"{len(octets)} octets of body {stream}", True, p.kicked(1))
        p.close()
    p = Peer(world.store)
    p.login(1)
    p.send(b"".join(frame("data", 1, payload=b"x" * 65536, stream=s % 3 + 1) for s in range(2000)))
    p.sync()
    p.close()
    p = Peer(world.store)
    p.login(1)
    p.send(b"".join(frame("data", 1, stream=s) + frame("data", 1, payload=b"y", stream=s) for s in range(1, 65536)))
    expect("65,535 bodies", True, p.sync())
    for s in (1, 128, 129, 65535):
        p.ask(1, "append", P.request("append", mailbox="INBOX", messages=[dict(body=s)]))
    p.renew()
    p.close()


def announced(world):
    """Announced twice, after the login, too long; a login begun anew, and twice."""
    p = Peer(world.store)
    for _ in range(100):
        expect("twice", 0, p.announce(1))
    expect("too long", 8, p.announce(1, listener="x" * 5000))
    p.login(1)
    expect("after the login", EPERM, p.announce(1))
    expect("a second login", EPERM, p.ask(1, "auth", P.request("auth", mechanism="PLAIN", data="\0evil\0secret")))
    for mechanism in ("", "\0", "LOGIN\0", "NTLM", "x" * 60000, "PLAIN "):
        p.renew()
        p.ask(1, "bye")
        p.announce(1)
        if p.ask(1, "auth", P.request("auth", mechanism=mechanism, data="x", step=200)) == 0:
            raise Failure(f"logged in by {mechanism}")
    p.close()


FAMILY = [odd_requests, all_roles, others, credits, notes, bodies, announced]
