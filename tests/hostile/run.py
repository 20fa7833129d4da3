#!/usr/bin/env python3
"""run.py BUILD [TIMES [SEED]]: hosts and tools that keep no rule, against a real store.

Prints `ok NAME (figures)` or `not ok NAME: why` for each family, then for what must hold after all
of them. TIMES: how often what is random is done, 1 in the check.
"""
import os
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../crash"))
sys.path.insert(0, os.path.dirname(__file__))
import ipc  # noqa: E402
import store as S  # noqa: E402
import peer as P  # noqa: E402
import bounds  # noqa: E402
import calls  # noqa: E402
import frames  # noqa: E402
import witness as W  # noqa: E402
from peer import Failure  # noqa: E402

GROWTH_KB = 8 * 1024
SESSIONS = 2000  # that a link may have, here
BUILD = os.path.abspath(sys.argv[1])


class World:
    def __init__(self, folder, times, seed):
        self.rng, self.factor = random.Random(seed), times
        self.store = S.Store(BUILD, folder, options=("--sessions-per-link", str(SESSIONS)))
        self.pid = self.store.process.pid
        self.most_sessions, self.sanitized = SESSIONS, "asan" in BUILD
        admin = self.store.admin()
        self.tenants(admin)
        admin.link.close()
        self.witness = W.Witness(self.store, "owner@victim.test", "MARKER-password")
        self.plant()
        self.witness.start()
        self.sessions = self.status("sessions")
        self.memory = self.anonymous()

    def times(self, n):
        return n * self.factor

    def tenants(self, admin):
        for tenant, users in (("victim", [("owner@victim.test", "MARKER-password")]),
                              ("evil", [(f"{u}@evil.test", "secret") for u in ("evil", "evil2", "evil3")])):
            admin.call("tenant_create", name=tenant)
            admin.call("domain_create", tenant=tenant, domain=f"{tenant}.test")
            reply = admin.call("user_create", users=[dict(address=u, secret=p) for u, p in users])
            P.expect("users", len(users), reply["created"])
        admin.call("alias_create", address="marker-alias@victim.test", targets=[dict(name="owner@victim.test")])
        admin.call("bye")

    def plant(self):
        """Mail of the intruder's own, so that there is something to ask for."""
        p = self.store.link(3, "imap")
        s = ipc.Session(p)
        s.login("evil@evil.test", "secret")
        s.call("create", mailbox="Things")
        for i in range(40):
            s.send_body(i + 1, b"Subject: intruder\r\n\r\n" + b"intruder %d\r\n" % i * 30000)
            s.call("append", mailbox="INBOX", messages=[dict(body=i + 1)])
        s.call("bye")
        p.close()

    def anonymous(self):
        """KiB of memory that no file is behind."""
        with open(f"/proc/{self.pid}/status") as f:
            return int(next(line for line in f if line.startswith("RssAnon:")).split()[1])

    def status(self, name):
        admin = self.store.admin()
        rows = admin.call("status_show")["values"]
        admin.call("bye")
        admin.link.close()
        return next(int(r["value"]) for r in rows if r["key"] == name.encode()) - (name == "sessions")

    def check(self, rounds):
        """After each family: the same process, and the witness was served."""
        if not self.store.alive():
            raise Failure(f"the store ended: {self.store.process.returncode}")
        deadline = time.monotonic() + P.WAIT
        while self.witness.rounds == rounds and self.witness.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        if self.witness.failure:
            raise Failure(f"the witness: {self.witness.failure}")
        if self.witness.rounds == rounds:
            raise Failure("the witness was not served")


def sessions_are_gone(world):
    deadline = time.monotonic() + P.WAIT
    while (n := world.status("sessions")) != world.sessions:
        if time.monotonic() > deadline:
            raise Failure(f"{n} sessions, {world.sessions} at the start")
        time.sleep(0.05)


def nothing_has_grown(world):
    deadline = time.monotonic() + P.WAIT  # it is given back now and then
    while (grown := world.anonymous() - world.memory) > GROWTH_KB and time.monotonic() < deadline:
        time.sleep(0.2)
    if grown > GROWTH_KB and not world.sanitized:
        raise Failure(f"{grown} KiB more")
    return f"{grown} KiB more than the {world.memory} at the start"


def data_is_whole(world):
    admin = world.store.admin()
    reply = admin.call("verify", tenant="", bodies=1)
    admin.link.close()
    P.expect("findings", [], reply["findings"])


def witness_was_served(world):
    world.witness.stop()
    if world.witness.failure:
        raise Failure(str(world.witness.failure))
    return f"{world.witness.rounds} rounds"


def store_ends_in_order(world):
    P.expect("exit status", 0, world.store.stop())
    with open(f"{world.store.folder}/log", "rb") as f:
        if b"Sanitizer" in f.read():
            raise Failure("a sanitizer spoke")


AFTER = [sessions_are_gone, nothing_has_grown, data_is_whole, witness_was_served, store_ends_in_order]
FAMILIES = frames.FAMILY + calls.FAMILY + bounds.FAMILY


def run(world, case, check):
    try:
        rounds = world.witness.rounds
        figures = case(world)
        if check:
            world.check(rounds)
    except (Failure, ipc.Refused, ipc.Gone, ipc.Unanswered, S.Failure, OSError) as e:
        print(f"not ok {case.__name__}: {e}", flush=True)
        return False
    print(f"ok {case.__name__}" + (f" ({figures})" if figures else ""), flush=True)
    return True


def main():
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int.from_bytes(os.urandom(4))
    only = sys.argv[4:]
    print(f"# seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="pk-hostile-")
    good = True
    world = World(folder, times, seed)
    try:
        for case in FAMILIES:
            if not only or case.__name__ in only:
                good &= run(world, case, True)
        for case in AFTER:
            good &= run(world, case, False)
    finally:
        world.store.kill()
        if good:
            shutil.rmtree(folder)
        else:
            print(f"# see {folder}")
    return not good


sys.exit(main())
