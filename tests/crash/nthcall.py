#!/usr/bin/env python3
"""nthcall.py BUILD [all]: the n-th write, sync or allocation of the store fails, or kills it.

n = 1..200, then every 13th (all: every one), until a run is not hit. Kinds of failure take turns,
once or from then on. Afterwards a store without faults must have all that was acknowledged.
"""
import os
import shutil
import sys
import tempfile
import time

import store as stores
import workload

build = os.path.abspath(sys.argv[1])
every = len(sys.argv) > 2 and sys.argv[2] == "all"
BUDGET_S = float(os.environ.get("NTHCALL_SECONDS", "1e9" if every else "100"))
USERS = ["u1@example.test"]
STEPS = 25
KINDS = ["EIO", "ENOSPC", "SHORT", "KILL"]


def numbers():
    n = 1
    while True:
        yield n
        n += 1 if every or n < 200 else 13


def one_run(top, before, shim):
    """(was the fault met, what is wrong afterwards)."""
    folder = f"{top}/run"
    stores.copy(before, folder)
    arm, hit = f"{folder}/arm", f"{folder}/hit"
    people = []
    try:
        store = stores.Store(build, folder, {"ARM": arm, "HIT": hit, **shim})
        person = workload.Person(store, USERS[0], "steps", lambda: 0, STEPS)
        people.append(person)
        open(arm, "w").close()
        person.start()
        person.join(60)
        if person.is_alive():
            store.kill()
            return True, ["a request was never answered"]
        store.kill()
        if person.error and not isinstance(person.error, stores.ipc.Refused):
            return True, [f"{person.error!r} in {person.doing}"]
        met = os.path.getsize(hit) > 0
        store = stores.Store(build, folder)
        try:
            return met, workload.check(store, people)
        except (stores.ipc.Refused, stores.ipc.Gone, AssertionError) as e:
            return met, [f"{type(e).__name__}: {e}"]
        finally:
            store.kill()
    except stores.Failure as e:
        return True, [str(e)]
    finally:
        if os.environ.get("KEEP"):
            shutil.copytree(folder, f"{os.environ['KEEP']}/{'-'.join(f'{k}{v}' for k, v in shim.items())}")
        shutil.rmtree(folder)


def series(top, before, name, fault, until):
    """Runs until one is not hit; the number of runs and of those that failed."""
    runs = bad = misses = hits = 0
    for i, n in enumerate(numbers()):
        if time.monotonic() > until:
            print(f"# {name}: time is up after {runs} runs, at call {n}")
            break
        shim = fault(n, i)
        met, wrong = one_run(top, before, shim)
        runs += 1
        if wrong:
            bad += 1
            print(f"not ok {name}-{n} ({' '.join(f'{k}={v}' for k, v in shim.items())}): {'; '.join(wrong[:3])}")
        hits += met
        misses = 0 if met else misses + 1
        if misses >= len(KINDS):
            break
    if not hits:
        print(f"not ok {name}: no fault was ever met")
    elif not bad:
        print(f"ok {name} ({runs} runs)")
    return bad == 0 and hits > 0


def main():
    top = tempfile.mkdtemp(prefix="pk-nthcall-", dir="/dev/shm")
    good = False
    try:
        before = f"{top}/before"
        store = stores.Store(build, before)
        stores.make_users(store, USERS, workload.PASSWORD)
        store.stop()
        now = time.monotonic()
        good = series(top, before, "io", lambda n, i: {
            "FAIL": f"{n}:{KINDS[i % len(KINDS)]}{':on' if i // len(KINDS) % 2 else ''}"}, now + BUDGET_S * 0.7)
        good = series(top, before, "malloc", lambda n, i: {
            "MALLOC": f"{n}{':on' if i % 2 else ''}"}, now + BUDGET_S) and good
    except (stores.Failure, stores.ipc.Refused, stores.ipc.Gone) as e:
        print(f"not ok nthcall: {e!r}")
    finally:
        shutil.rmtree(top)
    sys.exit(0 if good else 1)


main()
