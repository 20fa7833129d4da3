#!/usr/bin/env python3
"""damage.py BUILD [EVERY]: pages of a volume's database are damaged, one at a time, while the store is down.

LMDB has no checksums. What a store on such pages may do is end, refuse, or find it in verify; what
it may not do is give anybody other octets than were delivered to him, or lose mail and call it
whole. EVERY: each so-manieth page only.
"""
import os
import random
import shutil
import sys
import tempfile
import time

import store as stores
import workload

build = os.path.abspath(sys.argv[1])
every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
rng = random.Random(seed)
USERS = ["u1@example.test", "u2@example.test"]
PAGE, META = 4096, 2


def zeros(page, others):
    return bytes(PAGE)


def noise(page, others):
    return rng.randbytes(PAGE)


def torn(page, others):
    """Its second half is what another page has there."""
    return page[:PAGE // 2] + rng.choice(others)[PAGE // 2:]


def misplaced(page, others):
    return rng.choice(others)


def flipped(page, others):
    at = rng.randrange(PAGE)
    return page[:at] + bytes([page[at] ^ 1 << rng.randrange(8)]) + page[at + 1:]


KINDS = (zeros, noise, torn, misplaced, flipped)


def make(folder):
    """Two accounts; what each was sent."""
    store = stores.Store(build, folder)
    stores.make_users(store, USERS, workload.PASSWORD)
    mta = stores.ipc.Session(store.link(stores.DELIVER, "lmtp"))
    sent = {}
    for user in USERS:
        sent[user] = [f"Subject: {user} {n}\r\n\r\n{rng.randbytes(50 * n).hex()}\r\n".encode() for n in range(20)]
        for octets in sent[user]:
            mta.deliver([user], octets)
    store.stop()
    return sent


def read(store, user):
    session = stores.ipc.Session(store.link(stores.LOGINS, "imap"))
    session.login(user, workload.PASSWORD)
    try:
        return [octets for _, _, octets in workload.mailbox(session, "INBOX")]
    finally:
        session.link.close()


def look(folder, sent):
    """(what is wrong and must not be, whether the damage was noticed)"""
    wrong, noticed = [], False
    store = None
    try:
        store = stores.Store(build, folder)
        for user in USERS:
            try:
                got = read(store, user)
            except (stores.ipc.Refused, AssertionError):
                noticed = True
                continue
            strange = [o for o in got if not any(o.endswith(s) for s in sent[user])]
            if strange:
                wrong.append(f"{user} is given {strange[0][:80]!r}")
            missing = sum(not any(o.endswith(s) for o in got) for s in sent[user])
            if missing:
                wrong.append(f"{user} misses {missing} without a word")
        admin = store.admin()
        noticed = bool(admin.call("verify", tenant="", bodies=1)["findings"]) or noticed
    except stores.ipc.Unanswered as e:
        wrong.append(f"it hangs: {e}")
    except (stores.Failure, stores.ipc.Gone, stores.ipc.Refused, OSError):
        noticed = True
    finally:
        if store:
            store.kill()
    if noticed:
        wrong = [w for w in wrong if "without a word" not in w]
    return wrong, noticed


def main():
    top = tempfile.mkdtemp(prefix="pk-damage-", dir="/dev/shm")
    bad, noticed, tries = [], 0, 0
    try:
        sent = make(f"{top}/whole")
        place = "data/volumes/01/data.mdb"
        with open(f"{top}/whole/{place}", "rb") as f:
            pages = [p for p in iter(lambda: f.read(PAGE), b"")]
        wrong, found = look(f"{top}/whole", sent)
        print("ok undamaged" if not wrong and not found else f"not ok undamaged: {wrong} {found}")
        for number in range(META, len(pages), every):
            for kind in KINDS:
                folder = f"{top}/{number}"
                stores.copy(f"{top}/whole", folder)
                with open(f"{folder}/{place}", "r+b") as f:
                    f.seek(number * PAGE)
                    f.write(kind(pages[number], pages[META:]))
                wrong, found = look(folder, sent)
                tries, noticed = tries + 1, noticed + found
                bad += [f"page {number} {kind.__name__}: {w}" for w in wrong]
                shutil.rmtree(folder)
        print(f"not ok damaged: seed {seed}: {len(bad)} of {tries}: {'; '.join(bad[:5])}" if bad or not noticed else
              f"ok damaged ({tries} pages, {noticed} noticed, seed {seed})")
    finally:
        shutil.rmtree(top)
    sys.exit(bool(bad))


main()
