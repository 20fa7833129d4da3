"""People who get, flag, move and expunge mail, and what must be found afterwards.

Every message has a history of states: where it is, with which flags. A change is noted before it
is asked for, and marked once it was acknowledged. Whatever breaks, afterwards a message must be in
its last acknowledged state or in one that was asked for later.
"""
import random
import threading
import time
import traceback

import ipc
from store import DELIVER, LOGINS, SUBMIT

PASSWORD = "correct horse"
SEEN, ANSWERED, FLAGGED, DELETED = 1, 2, 4, 8
SYSTEM = 0x1f
SET, ADD, REMOVE = 0, 1, 2
WRITE = 1
WANT_FLAGS, WANT_SIZE, WANT_PREFIX = 1, 2, 32
LARGE = 400_000  # beyond what goes with the batch: a segment of its own
ABSENT = None
BOXES = ("INBOX", "Archive")


class Message:
    def __init__(self, name, octets):
        self.name, self.octets = name, octets
        self.history = [[ABSENT, 0]]  # [state, place of its acknowledgement or None]
        self.uid = 0
        self.group = []  # those that were appended with it: all or none
        self.sent = None  # sent by the person: a copy is in Sent

    def state(self):
        return self.history[-1][0]

    def copies(self, at, there):
        """How many may be in Sent. It is in both mailboxes or in none, while nothing else was done to it."""
        if not self.sent:
            return {0}
        place = self.history[1][1] if len(self.history) > 1 else None
        if place is not None and place <= at:
            return {1}
        if self.sent == "kept" or len(self.history) > 2:
            return {0, 1}
        return {int(bool(there))}

    def allowed(self, at):
        """The states it may be in when all acknowledgements up to `at` count."""
        known = max(i for i, (_, place) in enumerate(self.history) if place is not None and place <= at)
        return [state for state, _ in self.history[known:]]


class Person(threading.Thread):
    """Changes one account until told to stop, or for so many steps; ends when the store goes."""

    def __init__(self, store, user, seed, place, steps=None):
        super().__init__(daemon=True)
        self.store, self.user, self.place, self.steps = store, user, place, steps
        self.random = random.Random(seed)
        self.messages, self.stop, self.error, self.doing = [], False, None, None
        self.acknowledged = 0

    def run(self):
        try:
            self.connect()
            done = 0
            while not self.stop and (self.steps is None or done < self.steps):
                self.step()
                done += 1
        except ipc.Gone:
            pass
        except Exception as e:  # noqa: BLE001 - the test reports it
            frames = traceback.extract_tb(e.__traceback__)
            self.doing = " < ".join(f.name for f in reversed(frames) if f.name not in ("<lambda>", "receive"))
            self.error = e

    def connect(self):
        self.mta = ipc.Session(self.store.link(DELIVER, "lmtp"))
        self.mua = ipc.Session(self.store.link(LOGINS, "imap"))
        self.mua.login(self.user, PASSWORD)
        self.msa = ipc.Session(self.store.link(SUBMIT, "submission"))
        self.msa.login(self.user, PASSWORD)
        try:
            self.mua.call("create", mailbox=BOXES[1])
        except ipc.Refused as e:
            if e.status != "EEXISTS":
                raise
        self.handles = {box: self.mua.call("open", mailbox=box, mode=WRITE) for box in BOXES}

    def change(self, message, state, function):
        """True: acknowledged. A refusal says nothing: it may have happened or not."""
        message.history.append([state, None])
        try:
            reply = function()
        except ipc.Refused:
            # What it is in now is open; this message is left alone from here on.
            message.uid = 0
            return None
        message.history[-1][1] = self.place()
        self.acknowledged += 1
        return reply

    def step(self):
        mine = [m for m in self.messages if m.uid]
        choice = self.random.random()
        if choice < 0.1:
            self.append()
        elif not mine or choice < 0.32:
            self.deliver()
        elif choice < 0.45:
            self.send()
        elif choice < 0.7:
            self.flag(self.random.choice(mine))
        elif choice < 0.85:
            self.move(self.random.choice(mine))
        else:
            self.expunge(self.random.choice(mine))

    def new_message(self):
        name = f"{self.user}.{len(self.messages)}.{self.random.getrandbits(32):08x}"
        size = LARGE if self.random.random() < 0.1 else self.random.randint(10, 20_000)
        octets = (f"Message-ID: <{name}>\r\nSubject: test\r\n\r\n".encode() +
                  self.random.randbytes(size // 2).hex().encode() + b"\r\n")
        message = Message(name, octets)
        self.messages.append(message)
        return message

    def put_bodies(self, messages):
        """Sends them; rows for stage and append."""
        rows = []
        for message in messages:
            rows.append({"body": self.mua.new_body(message.octets), "summary": b"s" * self.random.choice((10, 3000))})
        return rows

    def append(self):
        """Several at once, some of them staged before, in two requests."""
        group = [self.new_message() for _ in range(self.random.randint(3, 6))]
        for message in group:
            message.group = group
            message.history.append([("INBOX", 0), None])
        try:
            self.mua.call("stage", staged=0, messages=self.put_bodies(group[:1]))
            self.mua.call("stage", staged=1, messages=self.put_bodies(group[1:-1]))
            reply = self.mua.call("append", mailbox="INBOX", staged=len(group) - 1,
                                  messages=self.put_bodies(group[-1:]))
        except ipc.Refused:
            return
        place = self.place()
        for message, uid in zip(group, uids(reply["uids"])):
            message.history[-1][1] = place
            message.uid = uid
        inbox = self.handles["INBOX"]
        inbox["uidnext"] = max(inbox["uidnext"], group[-1].uid + 1)
        self.acknowledged += 1

    def deliver(self):
        m = self.new_message()
        if self.change(m, ("INBOX", 0), lambda: self.mta.deliver([self.user], m.octets) or True):
            self.find(m)

    def send(self):
        """To oneself, and perhaps the client keeps a copy, before or afterwards."""
        m = self.new_message()
        m.sent = True
        when = self.random.choice(("before", "after", "never"))
        if when == "before":
            self.keep(m)
        if self.change(m, ("INBOX", 0), lambda: self.msa.submit(self.user, [self.user], m.octets, m.name)):
            self.find(m)
        if when == "after":
            self.keep(m)

    def keep(self, m):
        """There is one whether this is acknowledged or not, unless it was not sent before."""
        row = {"body": self.mua.new_body(m.octets), "flags": SEEN, "internaldate": int(time.time() * 1000),
               "message_id": m.name}
        try:
            self.mua.call("append", mailbox="Sent", messages=[row])
        except ipc.Refused:
            pass
        if m.history[-1][1] is None or len(m.history) == 1:
            m.sent = "kept"

    def find(self, message):
        inbox = self.handles["INBOX"]
        news = self.mua.call("changes", handle=inbox["handle"], since=inbox["modseq"])
        inbox["modseq"] = news["modseq"]
        new = [row["uid"] for row in news["flags"] if row["uid"] >= inbox["uidnext"]]
        inbox["uidnext"] = news["uidnext"]
        # More than one: an earlier delivery that was refused did happen.
        if len(new) == 1:
            message.uid = new[0]

    def flag(self, message):
        box, flags = message.state()
        flags ^= self.random.choice((SEEN, ANSWERED, FLAGGED))
        self.change(message, (box, flags), lambda: self.mua.call(
            "store", handle=self.handles[box]["handle"], uids=[one(message.uid)], mode=SET, flags=flags))

    def move(self, message):
        box, flags = message.state()
        to = BOXES[1 - BOXES.index(box)]
        reply = self.change(message, (to, flags), lambda: self.mua.call(
            "copy", handle=self.handles[box]["handle"], uids=[one(message.uid)], mailbox=to, move=1))
        if reply:
            message.uid = reply["to"][0]["first"]
            if to == "INBOX":
                self.handles[to]["uidnext"] = max(self.handles[to]["uidnext"], message.uid + 1)

    def expunge(self, message):
        box, flags = message.state()
        handle = self.handles[box]["handle"]
        if not self.change(message, (box, flags | DELETED), lambda: self.mua.call(
                "store", handle=handle, uids=[one(message.uid)], mode=ADD, flags=DELETED)):
            return
        if self.change(message, ABSENT, lambda: self.mua.call("expunge", handle=handle, uids=[one(message.uid)])):
            message.uid = 0


def one(uid):
    return {"first": uid, "last": uid}


def uids(ranges):
    return [uid for r in ranges for uid in range(r["first"], r["last"] + 1)]


def mailbox(session, name):
    """(uid, flags, octets) of every message."""
    try:
        opened = session.call("open", mailbox=name, mode=0)
    except ipc.Refused as e:
        if e.status == "ENOTFOUND":
            return []
        raise
    there = uids(opened["uids"])
    assert there == sorted(set(there)), f"UIDs of {name}: {there}"
    assert opened["exists"] == len(there), f"{name}: {opened['exists']} counted, {len(there)} there"
    if not there:
        return []
    rows = session.call("messages", handle=opened["handle"], uids=opened["uids"], want=WANT_FLAGS | WANT_SIZE)
    pieces = [{"uid": row["uid"], "offset": 0, "octets": row["octets"]} for row in rows["messages"]]
    bodies = [b"" for _ in pieces]
    for chunk in session.call("read", handle=opened["handle"], pieces=pieces)["chunks"]:
        assert not chunk["status"], f"reading UID {pieces[chunk['piece']]['uid']}: {ipc.STATUSES[chunk['status']]}"
        bodies[chunk["piece"]] += chunk["bytes"]
    return [(row["uid"], row["flags"], body) for row, body in zip(rows["messages"], bodies)]


def name_of(octets):
    return octets.partition(b"Message-ID: <")[2].partition(b">")[0].decode()


def check_person(store, person, at):
    """What is wrong with an account, in words."""
    session = ipc.Session(store.link(LOGINS, "imap"))
    session.login(person.user, PASSWORD)
    found = {}
    for box in BOXES:
        for uid, flags, octets in mailbox(session, box):
            found.setdefault(name_of(octets), []).append((box, flags & SYSTEM, octets, uid))
    sent = [name_of(octets) for _, _, octets in mailbox(session, "Sent")]
    session.link.close()
    wrong = []
    for message in person.messages:
        # Whose coming was the last that was asked of it came with the others.
        if len(message.history) == 2 and message.name not in found and any(m.name in found for m in message.group):
            wrong.append(f"{message.name} is not there, and one that was appended with it is")
    for message in person.messages:
        there = found.pop(message.name, [])
        if sent.count(message.name) not in message.copies(at, there):
            wrong.append(f"{message.name} is {sent.count(message.name)} times in Sent, and {len(there)} times elsewhere")
        allowed = message.allowed(at)
        state = (there[0][0], there[0][1]) if there else ABSENT
        if len(there) > 1:
            wrong.append(f"{message.name} is there {len(there)} times: {[t[0] for t in there]}")
        elif state not in allowed:
            wrong.append(f"{message.name} is {state}, not one of {allowed}")
        elif there and not there[0][2].endswith(message.octets):
            wrong.append(f"{message.name} in {there[0][0]} UID {there[0][3]} has other octets")
    for name, there in found.items():
        wrong.append(f"{name!r} was never sent: {there[0][:2]}")
    return wrong


def check(store, people, at=float("inf")):
    """Everything that is wrong, in words."""
    wrong = []
    for person in people:
        wrong += check_person(store, person, at)
    admin = store.admin()
    for row in admin.call("verify", tenant="", bodies=1)["findings"]:
        wrong.append(f"verify: {row['where'].decode()}: {row['what'].decode()}")
    admin.link.close()
    return wrong
