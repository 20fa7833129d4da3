#!/usr/bin/env python3
"""powercut.py BUILD [CUTS]: the power goes while mail arrives and changes.

One run of the store is logged write by write. Then, CUTS times: what a disk may hold after a cut
at a random point is given to a new store, and what was acknowledged before the cut must be there.
The control: the same with syncs left out must lose something, else this test proves nothing.
"""
import os
import random
import shutil
import sys
import tempfile
import time

import disk_image
import store as stores
import workload

build = os.path.abspath(sys.argv[1])
cuts = int(sys.argv[2]) if len(sys.argv) > 2 else 20
seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
USERS = [f"u{i}@example.test" for i in range(1, 5)]
RUN_S = 2.0


def record(folder, before, shim):
    """Runs people on a copy of `before` under the shim; returns them and the log."""
    stores.copy(before, folder)
    log = f"{folder}/shim.log"
    store = stores.Store(build, folder, {"LOG": log, **shim})
    people = [workload.Person(store, user, f"{seed}.{i}", lambda: os.stat(log).st_size)
              for i, user in enumerate(USERS)]
    for person in people:
        person.start()
    time.sleep(RUN_S)
    store.kill()  # the power is gone: nothing is finished in order
    for person in people:
        person.join(30)
        if person.error:
            raise stores.Failure(f"{person.user}: {person.error!r}")
    return people, disk_image.read_log(log)


def after_cut(folder, before, people, records, at, rng):
    """What is wrong in a store on what a cut leaves."""
    os.makedirs(f"{folder}/data")
    shutil.copy(f"{before}/key", folder)
    disk_image.after_power_cut(f"{before}/data", records, at, rng, f"{folder}/data")
    try:
        store = stores.Store(build, folder)
    except stores.Failure as e:
        return [str(e)]
    try:
        return workload.check(store, people, records[at - 1][0])
    except (stores.ipc.Refused, stores.ipc.Gone, stores.ipc.Unanswered, AssertionError, TimeoutError) as e:
        return [f"{type(e).__name__}: {e}"]
    finally:
        store.kill()


def run_cuts(top, before, name, shim):
    """How many of the cuts were survived; says what was lost otherwise."""
    rng = random.Random(f"{seed}.{name}")
    people, records = record(f"{top}/{name}", before, shim)
    done = sum(person.acknowledged for person in people)
    if done < 20 or not records:
        raise stores.Failure(f"only {done} changes were acknowledged")
    results = []
    for i in range(cuts):
        at = rng.randint(len(records) // 4, len(records))
        folder = f"{top}/{name}.{i}"
        results.append((at, after_cut(folder, before, people, records, at, rng)))
        shutil.rmtree(folder)
    return done, len(records), results


def main():
    top = tempfile.mkdtemp(prefix="pk-powercut-", dir="/dev/shm")
    good = True
    try:
        before = f"{top}/before"
        store = stores.Store(build, before)
        stores.make_users(store, USERS, workload.PASSWORD)
        store.stop()
        done, count, results = run_cuts(top, before, "run", {})
        print(f"{done} changes acknowledged in {count} writes and syncs, seed {seed}")
        for i, (at, wrong) in enumerate(results):
            good = good and not wrong
            print(f"not ok cut-{i}: at {at} of {count}, seed {seed}: {'; '.join(wrong[:3])}" if wrong else f"ok cut-{i}")
        _, _, results = run_cuts(top, before, "control", {"NOSYNC": 1})
        lost = sum(bool(wrong) for _, wrong in results)
        print(f"ok control ({lost} of {cuts} cuts lose mail without syncs)" if lost else
              "not ok control: without syncs nothing was lost, so the cuts above prove nothing")
        good = good and lost
    except (stores.Failure, stores.ipc.Refused, stores.ipc.Gone) as e:
        good = False
        print(f"not ok powercut: {e!r}")
    finally:
        shutil.rmtree(top)
    sys.exit(0 if good else 1)


main()
