#!/usr/bin/env python3
"""run.py BUILD: postkeepd with children that only speak the control protocol.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import shutil
import signal
import subprocess
import time

from place import DEADLINE, Failure, Place, expect, run_cases, wait_for

IMAP_ROLES, MX_ROLES, SUBMISSION_ROLES = 3, 4, 0x103


def config_good():
    with Place() as p:
        p.config()
        r = p.check()
        expect("status", 0, r.returncode)
        expect("errors", "", r.stderr)


def config_all_errors():
    """Three faults of three kinds in one run, each with its line."""
    with Place() as p:
        p.config()
        with open(f"{p.dir}/conf") as f:
            text = f.read()
        text = text.replace("drain_seconds = 1", "drain_seconds = 0")
        text = text.replace("tls = implicit", "tls = maybe")
        text = text.replace("hosts = 1", "hostz = 1")
        p.write("conf", text)
        r = p.check()
        expect("status", 78, r.returncode)
        expect("errors", 3, len(r.stderr.splitlines()))
        for line, fault in ((5, "drain_seconds"), (16, "maybe"), (20, "hostz")):
            if not any(e.startswith(f"{p.dir}/conf:{line}: ") and fault in e for e in r.stderr.splitlines()):
                raise Failure(f"no error about {fault} in line {line}: {r.stderr}")


def config_errors_hide_nothing():
    """A line that cannot be read hides no fault elsewhere, and makes none that is not there."""
    with Place() as p:
        p.config("""service pop3 {
  plugin = "none.so"
  listener pop3 { address = "127.0.0.1" }
}
servce odd {
  plugin = "imap.so"
  listener odd { port = 1 }
}
service last {
  listener last { address = "127.0.0.1" port = 25 tls = implicit hosts = 2 }
}
""")
        p.write("tls.key", "no key")
        p.edit(("plugin = \"smtp.so\"", "plugin smtp"))
        r = p.check()
        expect("status", 78, r.returncode)
        faults = ((19, "plugin"), (27, "servce"), (32, "hosts"), (10, "private key"), (26, "none.so"), (25, "no port"))
        errors = r.stderr.splitlines()
        for line, fault in faults:
            if not any(e.startswith(f"{p.dir}/conf:{line}: ") and fault in e for e in errors):
                raise Failure(f"no error about {fault} in line {line}: {r.stderr}")
        expect("all of them: " + r.stderr, len(faults), len(errors))


def config_two_listeners_one_port():
    with Place() as p:
        p.config()
        p.edit((f"port = {p.ports[2]}", f"port = {p.ports[0]}"))
        r = p.check()
        expect("status", 78, r.returncode)
        expect("words", f"{p.dir}/conf:21: listener 'mx' has address and port of listener 'imap' of service 'imap'\n", r.stderr)


def config_missing_things():
    with Place() as p:
        p.config("service pop3 { listener pop3 { address = \"127.0.0.1\" } }")
        p.write("tls.key", "no key")
        os.chmod(f"{p.dir}/key", 0o644)
        r = p.check()
        expect("status", 78, r.returncode)
        for fault in ("no plugin", "no port", "mode 0600", "private key"):
            if fault not in r.stderr:
                raise Failure(f"nothing about {fault!r}: {r.stderr}")


def config_of_others():
    with Place() as p:
        p.config()
        os.chmod(f"{p.dir}/conf", 0o666)
        expect("status of a file that all can write", 78, p.check().returncode)
        os.chmod(f"{p.dir}/conf", 0o600)
        os.chmod(p.dir, 0o777)
        expect("status in a folder that all can write", 78, p.check().returncode)
        os.chmod(p.dir, 0o700)
        os.chmod(f"{p.dir}/bin/imap.so", 0o666)
        expect("status with a plugin that all can write", 78, p.check().returncode)


def key_inside_data():
    with Place() as p:
        p.config()
        shutil.move(f"{p.dir}/key", f"{p.dir}/data/key")
        text = open(f"{p.dir}/conf").read().replace(f"{p.dir}/key", f"{p.dir}/data/key")
        p.write("conf", text)
        r = p.check()
        expect("status", 78, r.returncode)
        if "inside the data directory" not in r.stderr:
            raise Failure(r.stderr)


def children_get_what_they_need():
    with Place() as p:
        p.config()
        p.edit(("drain_seconds = 1", "drain_seconds = 1 sessions_per_link = 4321 trace_days = 30"))
        p.start()
        store = p.said("pkstored")
        hosts = {pid: [w for q, _, w in p.said("pkfrontd") if q == pid] for pid in p.pids("pkfrontd")}
        expect("hosts", 3, len(hosts))
        expect("default domain of the store", ["--default-domain", "example.test"], store[0][2][-2:])
        expect("sessions of a link", "4321", store[0][2][store[0][2].index("--sessions-per-link") + 1])
        expect("days of the trace", "30", store[0][2][store[0][2].index("--trace-days") + 1])
        expect("store's descriptors", ["fds", "0,1,2,3,4,5", "env", "0"], store[1][2])
        wait_for("links to the store", lambda: sum(w[0] == "link" for _, _, w in p.said("pkstored")) == 3)
        links = sorted(w for _, _, w in p.said("pkstored") if w[0] == "link")
        expect("links of the store", [
            ["link", str(IMAP_ROLES), "imap", "imap/1", "fds=1"],
            ["link", str(IMAP_ROLES), "imap", "imap/2", "fds=1"],
            ["link", str(MX_ROLES), "mx", "mx/1", "fds=1"]], links)
        expect("board of the store", ["board", "writes", "fds=1"], store[2][2])
        for words in hosts.values():
            expect("board of a host", ["board", "reads", "fds=1"], words[2])
            expect("host's descriptors", ["fds", "0,1,2,3", "env", "0"], words[1])
            service = words[0][words[0].index("--service") + 1]
            expect("certificates", [["certificate", "main", "rank=0", p.hash(), "fds=0"]],
                   [w for w in words if w[0] == "certificate"])
            expect("last word", ["start", "fds=0"], words[-1])
            if service == "imap":
                expect("listeners", [["listener", "imap", "imap", "1", "idle_ms=5000", "plain=yes", "fds=1"],
                                     ["listener", "imaps", "imap", "2", "fds=1"]],
                       [w for w in words if w[0] == "listener"])
        expect("mode of the admin socket", 0o660, os.stat(f"{p.dir}/run/admin.sock").st_mode & 0o777)
        expect("status", 0, p.stop())
        expect("who still runs", [], p.pids())


def rights_go_by_the_service():
    """Its name decides: who takes mail from users may submit it, and deliver nothing without a login."""
    with Place() as p:
        p.config()
        p.edit(("service mx {", "service submission {"))
        p.start()
        wait_for("links to the store", lambda: sum(w[0] == "link" for _, _, w in p.said("pkstored")) == 3)
        links = [w for _, _, w in p.said("pkstored") if w[0] == "link" and w[2] == "submission"]
        expect("its link", [["link", str(SUBMISSION_ROLES), "submission", "submission/1", "fds=1"]], links)
        expect("logins and mail are counted", [["metrics", "9", "submission", "fds=1"]],
               [w for _, _, w in p.said("pkstored") if w[0] == "metrics" and w[2] == "submission"])


def host_killed():
    with Place() as p:
        p.config()
        p.start()
        time.sleep(1.1)
        victim = p.pids("pkfrontd")[0]
        before = len([1 for _, _, w in p.said("pkstored") if w[0] == "link"])
        os.kill(victim, signal.SIGKILL)
        wait_for("a new host", lambda: len(p.pids("pkfrontd")) == 3 and victim not in p.pids("pkfrontd"))
        wait_for("a new link to the store",
                 lambda: len([1 for _, _, w in p.said("pkstored") if w[0] == "link"]) == before + 1)
        expect("status", 0, p.stop())


def restarts_wait_longer_and_longer():
    """At once after a good run, then 0.1 s, doubled with every run that fails, and at once again after a good one."""
    with Place() as p:
        p.config()
        p.start()

        def waits():
            return [int(line.split("restart_ms=")[1].split()[0]) for line in p.logged("event=exit", "child=mx/1")]

        def host():
            return wait_for("a host of mx", lambda: [q for q in p.pids("pkfrontd") for r, _, w in p.said()
                                                     if r == q and w[0] == "start" and "mx" in args_of(q)])[0]

        def args_of(pid):
            return next(w for q, _, w in p.said() if q == pid and w[0] == "args")

        first = host()
        time.sleep(1.1)
        p.write("bin/orders", "pkfrontd:fail")
        os.kill(first, signal.SIGKILL)
        wait_for("four failures", lambda: len(waits()) >= 5)
        expect("waits", [0, 100, 200, 400, 800], waits()[:5])
        os.unlink(f"{p.dir}/bin/orders")
        again = host()
        time.sleep(1.1)
        os.kill(again, signal.SIGKILL)
        wait_for("the next one", lambda: host() != again)
        expect("after a good run", 0, waits()[-1])
        expect("status", 0, p.stop())
        expect("no more after the end", -1, waits()[-1])


def store_killed():
    with Place() as p:
        p.config()
        p.start()
        time.sleep(1.1)
        hosts, (victim,) = p.pids("pkfrontd"), p.pids("pkstored")
        os.kill(victim, signal.SIGKILL)
        began = time.monotonic()
        wait_for("new links to the hosts",
                 lambda: all(len([1 for q, _, w in p.said("pkfrontd") if q == pid and w[0] == "link"]) == 2
                             for pid in hosts))
        if time.monotonic() - began > 2:
            raise Failure("the store came back too late")
        expect("hosts", hosts, p.pids("pkfrontd"))
        expect("status", 0, p.stop())


def supervisor_killed():
    """Nobody survives it, and the next one starts at once on the same ports."""
    with Place() as p:
        p.config()
        p.start()
        p.process.kill()
        p.process.wait()
        p.start()
        expect("processes", 4, len(p.pids()))
        expect("status", 0, p.stop())


def start_that_fails():
    with Place() as p:
        p.config()
        p.write("bin/orders", "pkstored:fail")
        p.start(ready=False)
        expect("status", 70, p.process.wait(DEADLINE))
        expect("who still runs", [], p.pids())


def latch_is_remembered():
    with Place() as p:
        p.config()
        p.start()
        p.write("bin/orders", "pkstored:latch")
        os.kill(p.pids("pkstored")[0], signal.SIGKILL)
        wait_for("a store that is told", lambda: [w for _, _, w in p.said("pkstored") if w[0] == "latch"])
        p.write("bin/orders", "")
        def words_of_store():
            for pid in p.pids("pkstored"):
                words = [w for q, _, w in p.said("pkstored") if q == pid]
                if [w[0] for w in words].count("link") == 3:
                    return words
            return None
        words = wait_for("a store that stays", words_of_store)
        expect("latches of the last store", [["latch", "00", "fds=0"]], [w for w in words if w[0] == "latch"])
        expect("status", 0, p.stop())


def deaf_host_is_killed():
    with Place() as p:
        p.config()
        p.write("bin/orders", "pkfrontd:deaf")
        p.start()
        expect("status", 0, p.stop())
        expect("who still runs", [], p.pids())


def terminal_stops_in_order():
    """^C goes to the whole foreground group: the children must end by being told, not by it."""
    with Place() as p:
        p.config()
        p.start()
        os.killpg(p.process.pid, signal.SIGINT)
        expect("status", 0, p.process.wait(DEADLINE))
        expect("told to drain", 4, len([1 for _, _, w in p.said() if w[0] == "drain"]))


def second_one_is_refused():
    with Place() as p:
        p.config()
        p.start()
        r = subprocess.run([f"{p.dir}/bin/postkeepd", f"{p.dir}/conf"], capture_output=True, text=True, timeout=DEADLINE)
        expect("status", 78, r.returncode)
        expect("status", 0, p.stop())


run_cases([config_good, config_all_errors, config_errors_hide_nothing, config_two_listeners_one_port, config_missing_things, config_of_others, key_inside_data,
         children_get_what_they_need, rights_go_by_the_service, host_killed, restarts_wait_longer_and_longer, store_killed, supervisor_killed, start_that_fails,
         latch_is_remembered, deaf_host_is_killed, terminal_stops_in_order, second_one_is_refused])
