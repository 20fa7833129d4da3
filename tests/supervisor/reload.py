#!/usr/bin/env python3
"""reload.py BUILD: SIGHUP for postkeepd, with children that only write down what they are told.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import shutil
import signal
import socket
import time

from place import DEADLINE, Failure, Place, expect, free_ports, run_cases, wait_for

POP3 = """service pop3 {{
  plugin = "imap.so"
  hosts = 2
  listener pop3 {{ address = "127.0.0.1" port = {port} }}
}}
"""


def hosts_of(p, service):
    """pid -> what the running hosts of a service were told, but for links."""
    told = {}
    alive = p.pids("pkfrontd")
    for pid, _, words in p.said("pkfrontd"):
        if words[0] == "args":
            told[pid] = words[words.index("--service") + 1], []
        elif words[0] not in ("fds", "link"):
            told[pid][1].append(words)
    return {pid: words for pid, (name, words) in told.items() if name == service and pid in alive}


def news(p, service, before):
    """What each host was told since, the same for all; hosts stay the same processes."""
    wait = wait_for("news for all", lambda: all(len(hosts_of(p, service)[pid]) > len(old) for pid, old in before.items()))
    assert wait
    time.sleep(0.05)
    now = hosts_of(p, service)
    expect("hosts of " + service, sorted(before), sorted(now))
    told = [now[pid][len(old):] for pid, old in before.items()]
    for one in told:
        expect("told to every host alike", told[0], one)
    return told[0]


def listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE).close()
        return True
    except ConnectionRefusedError:
        return False


def sockets(ports):
    """The kernel's numbers of the sockets that listen on them."""
    with open("/proc/net/tcp") as f:
        rows = [line.split() for line in f][1:]
    return sorted(r[9] for r in rows if r[3] == "0A" and int(r[1].split(":")[1], 16) in ports)


def reload_of_nothing():
    with Place() as p:
        p.config()
        p.start()
        before = p.said()
        expect("changes", [], p.reload())
        expect("words to children", [], [s for s in p.said()[len(before):] if s[2][0] != "link"])
        expect("status", 0, p.stop())


def options_are_told():
    with Place() as p:
        p.config()
        p.start()
        imap, mx, open_ones = hosts_of(p, "imap"), hosts_of(p, "mx"), sockets(p.ports)
        p.edit(("idle_ms = 5000 plain = yes", "idle_ms = 7000"), ("tls = implicit", "tls = starttls"))
        expect("changes", [("listener_changed", "imap/imap"), ("listener_changed", "imap/imaps")], p.reload())
        expect("told", [["listener", "imap", "imap", "1", "idle_ms=7000", "fds=0"],
                        ["listener", "imaps", "imap", "1", "fds=0"]], news(p, "imap", imap))
        expect("the other service", mx, hosts_of(p, "mx"))
        expect("sockets", open_ones, sockets(p.ports))
        expect("status", 0, p.stop())


def listeners_come_move_and_go():
    with Place() as p:
        p.config()
        p.start()
        first, second, third = p.ports
        before, (fresh,) = hosts_of(p, "imap"), free_ports(1)
        text = open(f"{p.dir}/conf").read()
        p.edit((f"port = {second} tls = implicit", f"port = {fresh} tls = implicit"))
        expect("a move", [("listener_moved", "imap/imaps")], p.reload())
        expect("told", [["listener", "imaps", "imap", "2", "fds=1"]], news(p, "imap", before))
        expect("the new port", True, listening(fresh))
        wait_for("the old port closed", lambda: not listening(second))
        before = hosts_of(p, "imap")
        p.edit(("listener imaps {", "listener other {"))
        expect("another name, the same socket", [("listener_removed", "imap/imaps"), ("listener_added", "imap/other")],
               p.reload())
        expect("told", [["unlisten", "imaps", "fds=0"], ["listener", "other", "imap", "2", "fds=1"]], news(p, "imap", before))
        # Two listeners exchange their ports, and the mx listener takes one that nobody has.
        p.write("conf", text.replace(f"port = {first}", "port = X").replace(f"port = {second}", f"port = {first}")
                .replace("port = X", f"port = {second}").replace(f"port = {third}", f"port = {fresh}"))
        expect("an exchange", {"listener_moved", "listener_added", "listener_removed"}, {c for c, _ in p.reload()})
        expect("ports", [True] * 3, [listening(n) for n in (first, second, fresh)])
        expect("the last host", True, all(h and h[-1][0] == "listener" for h in hosts_of(p, "mx").values()))
        expect("status", 0, p.stop())


def between_all_addresses_and_one():
    with Place() as p:
        p.config()
        p.start()
        for new in ('"*"', '"127.0.0.1"', '"127.0.0.2"', '"*"'):
            old = open(f"{p.dir}/conf").read().split("listener mx { address = ")[1].split()[0]
            p.edit((f"listener mx {{ address = {old}", f"listener mx {{ address = {new}"))
            expect(f"from {old} to {new}", [("listener_moved", "mx/mx")], p.reload())
            wait_for("the right addresses", lambda: (new != '"127.0.0.2"') == listening(p.ports[2]))
        expect("status", 0, p.stop())


def port_of_another():
    """Nothing of a reload is done when a part of it cannot be."""
    with Place() as p:
        p.config()
        p.start()
        before = p.said()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            p.edit(("idle_ms = 5000", "idle_ms = 1"), (f"port = {p.ports[2]}", f"port = {taken.getsockname()[1]}"))
            p.reload("refused")
            line = p.logged("event=config_error", "line=21", "listener 'mx'", "in use")
            expect("a line that says so", 1, len(line))
        expect("words to children", [], [s for s in p.said()[len(before):] if s[2][0] != "link"])
        expect("a reload when it is free", 2, len(p.reload()))
        expect("status", 0, p.stop())


def certificates_are_replaced():
    with Place() as p:
        p.config("certificate second { chain = \"%s/two.crt\" key = \"%s/two.key\" }" % (p.dir, p.dir))
        p.pair("two")
        p.pair("new")
        p.start()
        imap, mx = hosts_of(p, "imap"), hosts_of(p, "mx")

        def sets():
            return [words[2] for _, _, words in p.said("pkstored") if words[:2] == ["end_points", "more=0"]]

        expect("the store knows", [",".join(sorted([p.end_point(), p.end_point("two")]))], sets())
        for kind in ("crt", "key"):
            shutil.copy(f"{p.dir}/new.{kind}", f"{p.dir}/tls.{kind}")
        expect("the files' content", [("certificate_changed", "*/main")], p.reload())
        told = [["certificate", "main", "rank=0", p.hash("new"), "fds=0"]]
        expect("told to imap", told, news(p, "imap", imap))
        expect("told to mx", told, news(p, "mx", mx))
        expect("the store knows", ",".join(sorted([p.end_point("new"), p.end_point("two")])),
               wait_for("the next set", lambda: sets()[1:])[0])
        mx = hosts_of(p, "mx")
        text = open(f"{p.dir}/conf").read()
        p.write("conf", text[text.index("certificate second"):] + text[:text.index("certificate second")])
        expect("the other comes first", {("certificate_changed", "*/main"), ("certificate_changed", "*/second")}, set(p.reload()))
        expect("told", {"rank=0", "rank=1"}, {words[2] for words in news(p, "mx", mx)})
        mx = hosts_of(p, "mx")
        p.write("conf", text[:text.index("certificate second")])
        p.reload()
        expect("told", ["forget", "second", "fds=0"], news(p, "mx", mx)[-1])
        wait_for("the store to know", lambda: sets()[-1] == p.end_point("new"))
        seen = len(sets())
        p.edit(("idle_ms = 5000", "idle_ms = 5001"))
        imap = hosts_of(p, "imap")
        p.reload()
        news(p, "imap", imap)
        expect("sets when no certificate changes", seen, len(sets()))
        expect("status", 0, p.stop())


def bad_pair_keeps_the_old_one():
    """A key that does not match, a file cut short, one that is gone: said, and what else is new is done."""
    def mismatch(p):
        shutil.copy(f"{p.dir}/new.crt", f"{p.dir}/tls.crt")

    def cut(p):
        p.write("tls.crt", open(f"{p.dir}/new.crt").read()[:300])

    def cut_behind(p):
        p.write("tls.crt", open(f"{p.dir}/kept.crt").read() + open(f"{p.dir}/new.crt").read()[:300])

    def no_key(p):
        os.unlink(f"{p.dir}/tls.key")

    for number, (harm, word) in enumerate([(mismatch, "not the one"), (cut, "no certificate"),
                                           (cut_behind, "behind the first"), (no_key, "No such file")]):
        with Place() as p:
            p.config()
            p.pair("new")
            shutil.copy(f"{p.dir}/tls.crt", f"{p.dir}/kept.crt")
            p.start()
            before = hosts_of(p, "imap")
            harm(p)
            p.edit(("idle_ms = 5000", f"idle_ms = {number + 1}"))
            expect(word, [("listener_changed", "imap/imap")], p.reload())
            expect("words in the log", 1, len(p.logged("event=config_error", "line=10", word, "the one in use is kept")))
            expect("told", "listener", news(p, "imap", before)[0][0])
            victim = sorted(before)[0]
            os.kill(victim, signal.SIGKILL)
            host = wait_for("the next host", lambda: [h for q, h in hosts_of(p, "imap").items()
                                                      if q not in before and h and h[-1][0] == "start"])
            expect("its certificate", ["certificate", "main", "rank=0", p.hash("kept"), "fds=0"],
                   next(w for w in host[0] if w[0] == "certificate"))
            expect("status", 0, p.stop())


def new_pair_that_is_bad():
    with Place() as p:
        p.config()
        p.start()
        p.config(f'certificate fresh {{ chain = "{p.dir}/tls.crt" key = "{p.dir}/none.key" }}')
        p.reload("refused")
        expect("words in the log", 1, len(p.logged("event=config_error", "fresh", "none.key: No such file")))
        expect("status", 0, p.stop())


def broken_config_changes_nothing():
    with Place() as p:
        p.config()
        p.start()
        before = p.said()
        text = open(f"{p.dir}/conf").read()
        p.edit(("idle_ms = 5000", "idle_ms = 6000"), ("tls = implicit", "tls = maybe"), ("hosts = 1", "hostz = 1"),
               ("smtp.so", "none.so"), (f"{p.dir}/key\"", f"{p.dir}/nokey\""))
        p.reload("refused")
        errors = p.logged("event=config_error", f"file={p.dir}/conf")
        for line, fault in (("line=16", "maybe"), ("line=20", "hostz"), ("line=22", "none.so"), ("", "nokey")):
            if not any(line in e and fault in e for e in errors):
                raise Failure(f"nothing of {fault} in {line}: {errors}")
        expect("errors", 4, len(errors))
        expect("words to children", [], [s for s in p.said()[len(before):] if s[2][0] != "link"])
        os.unlink(f"{p.dir}/conf")
        p.reload("refused")
        p.write("conf", text, 0o666)
        p.reload("refused")
        expect("a file of others", 1, len(p.logged("event=config_error", "others can write")))
        p.config()
        p.edit(("idle_ms = 5000", "idle_ms = 6000"))
        expect("when it is good again", [("listener_changed", "imap/imap")], p.reload())
        expect("status", 0, p.stop())


def options_that_a_plugin_refuses():
    """Asked before anything is done: a host that had to start with them would not."""
    with Place() as p:
        p.config()
        p.start()
        before = p.said()
        p.edit(("plain = yes", "refused = yes"))
        expect("status of --check", 78, p.check().returncode)
        expect("words of --check", f"{p.dir}/conf:15: listener 'imap': there is no option refused\n", p.check().stderr)
        p.reload("refused")
        expect("words in the log", 1, len(p.logged("event=config_error", "line=15", "no option refused")))
        p.write("bin/orders", "pkfrontd:crash")
        p.reload("refused")
        expect("a plugin that crashes", 2, len(p.logged("event=config_error", "ended or hung")))
        expect("words to children", [], [s for s in p.said()[len(before):] if s[2][0] != "link"])
        expect("status", 0, p.stop())


def fixed_settings_are_kept():
    with Place() as p:
        p.config()
        p.start()
        os.mkdir(f"{p.dir}/data2", 0o700)
        shutil.copy(f"{p.dir}/key", f"{p.dir}/key2")
        p.edit((f'"{p.dir}/data"', f'"{p.dir}/data2"'), (f'"{p.dir}/run"', f'"{p.dir}/run2"'), (f'"{p.dir}/key"', f'"{p.dir}/key2"'),
               ('"example.test"', f'"example.org"\nlog = "{p.dir}/log2"\nadmin_socket = "{p.dir}/a.sock"'),
               ("idle_ms = 5000", "idle_ms = 1"))
        expect("what can change does", [("listener_changed", "imap/imap")], p.reload())
        for setting in ("data", "run", "operator_key", "default_domain", "log", "admin_socket"):
            expect(setting, 1, len(p.logged("event=needs_restart", f"setting={setting} ")))
        os.kill(p.pids("pkstored")[0], signal.SIGKILL)
        words = wait_for("a new store", lambda: [w for _, _, w in p.said("pkstored") if w[0] == "args"][1:])[0]
        expect("its data", f"{p.dir}/data", words[words.index("--data") + 1])
        expect("its domain", "example.test", words[words.index("--default-domain") + 1])
        wait_for("links", lambda: len([1 for _, _, w in p.said("pkstored") if w[0] == "link"]) == 6)
        p.reload()
        expect("said again", 2, len(p.logged("event=needs_restart", "setting=data ")))
        expect("the admin socket", True, os.path.exists(f"{p.dir}/run/admin.sock"))
        expect("status", 0, p.stop())
        expect("the admin socket afterwards", False, os.path.exists(f"{p.dir}/run/admin.sock"))


def services_come_and_go():
    with Place() as p:
        p.config()
        p.start()
        (port,) = free_ports(1)
        text = open(f"{p.dir}/conf").read()
        imap = hosts_of(p, "imap")
        p.config(POP3.format(port=port))
        expect("changes", [("service_added", "pop3/pop3")], p.reload())
        started = wait_for("two hosts", lambda: {q: h for q, h in hosts_of(p, "pop3").items() if h and h[-1][0] == "start"})
        wait_for("both", lambda: len([h for h in hosts_of(p, "pop3").values() if h and h[-1][0] == "start"]) == 2)
        wait_for("their links", lambda: len([1 for _, _, w in p.said("pkstored") if w[:3] == ["link", "3", "pop3"]]) == 2)
        expect("the port", True, bool(started) and listening(port))
        p.edit(("drain_seconds = 1", "drain_seconds = 3"), (POP3.format(port=port), ""))
        expect("changes", [("service_removed", "pop3/pop3")], p.reload())
        wait_for("their end", lambda: not hosts_of(p, "pop3"))
        expect("told to drain", 2, len([1 for _, _, w in p.said() if w == ["drain", "seconds=3", "fds=0"]]))
        wait_for("the port closed", lambda: not listening(port))
        p.write("conf", text)
        p.edit(("smtp.so", "imap.so"))
        mx = hosts_of(p, "mx")
        expect("another plugin", [("service_replaced", "mx/mx")], p.reload())
        wait_for("another process", lambda: len(hosts_of(p, "mx")) == 1 and not set(mx) & set(hosts_of(p, "mx")))
        expect("hosts of imap", sorted(imap), sorted(hosts_of(p, "imap")))
        expect("status", 0, p.stop())
        expect("who still runs", [], p.pids())


def number_of_hosts():
    with Place() as p:
        p.config()
        p.start()
        two = sorted(hosts_of(p, "imap"))
        p.edit(("hosts = 2", "hosts = 4"))
        expect("changes", [("hosts_changed", "imap/imap")], p.reload())
        wait_for("four", lambda: len(hosts_of(p, "imap")) == 4)
        expect("the two", True, set(two) <= set(hosts_of(p, "imap")))
        p.edit(("hosts = 4", "hosts = 1"))
        p.reload()
        wait_for("one", lambda: len(hosts_of(p, "imap")) == 1)
        expect("one of the two", True, set(hosts_of(p, "imap")) < set(two))
        time.sleep(0.3)
        expect("none comes back", 1, len(hosts_of(p, "imap")))
        expect("status", 0, p.stop())


def dismissed_and_deaf():
    with Place() as p:
        p.config()
        p.write("bin/orders", "pkfrontd:deaf")
        p.start()
        text = open(f"{p.dir}/conf").read()
        mx = sorted(hosts_of(p, "mx"))
        p.write("conf", text[:text.index("service mx")])
        p.reload()
        expect("it drains", mx, sorted(hosts_of(p, "mx")))
        wait_for("it is killed", lambda: not hosts_of(p, "mx"))
        expect("the others", 2, len(hosts_of(p, "imap")))
        p.write("bin/orders", "")
        p.write("conf", text)
        p.reload()
        wait_for("a new one", lambda: len(hosts_of(p, "mx")) == 1)
        p.process.kill()


def reload_while_a_host_restarts():
    """Dead and not noticed, dead and in back-off, just started: the next one has the new options."""
    with Place() as p:
        p.config()
        p.start()
        for number in range(1, 9):
            victim = sorted(wait_for("a host", lambda: hosts_of(p, "imap")))[-1]
            os.kill(victim, signal.SIGKILL)
            time.sleep(0.03 * (number % 4))
            p.config()
            p.edit(("idle_ms = 5000", f"idle_ms = {number}"))
            p.reload()

        def all_have_it():
            told = list(hosts_of(p, "imap").values())
            last = [[w for w in h if w[:2] == ["listener", "imap"]][-1:] for h in told]
            return len(told) == 2 and all(w and "idle_ms=8" in w[0] for w in last)
        wait_for("two hosts with the last options", all_have_it)
        expect("status", 0, p.stop())


def many_hangups():
    with Place() as p:
        p.config()
        p.start()
        pids, before = p.pids(), len(os.listdir(f"/proc/{p.process.pid}/fd"))
        for number in range(100):
            p.edit(("idle_ms = 5000", "idle_ms = 5001") if number % 2 == 0 else ("idle_ms = 5001", "idle_ms = 5000"))
            p.process.send_signal(signal.SIGHUP)
        p.edit(("idle_ms = 5000", "idle_ms = 5002"))
        p.process.send_signal(signal.SIGHUP)
        wait_for("the last options", lambda: all("idle_ms=5002" in h[-1] for h in hosts_of(p, "imap").values()))
        expect("processes", pids, p.pids())
        for number in range(5):
            p.reload()
        wait_for("as many descriptors as at the start", lambda: len(os.listdir(f"/proc/{p.process.pid}/fd")) == before)
        p.process.send_signal(signal.SIGHUP)
        expect("status", 0, p.stop())


def hangup_while_it_starts():
    with Place() as p:
        p.config()
        p.start(ready=False)
        wait_for("its signals", lambda: blocks_hangup(p.process.pid))
        p.process.send_signal(signal.SIGHUP)
        expect("line on stdout", "postkeepd ready\n", p.process.stdout.readline())
        wait_for("the reload", lambda: p.logged("event=reload ", "result=ok"))
        expect("order", True, p.log().index(p.logged("event=reload ")[0]) > p.log().index(p.logged("event=ready")[0]))
        expect("status", 0, p.stop())


def blocks_hangup(pid):
    with open(f"/proc/{pid}/status") as f:
        mask = next(line for line in f if line.startswith("SigBlk:"))
    return int(mask.split()[1], 16) & 1 << signal.SIGHUP - 1


run_cases([reload_of_nothing, options_are_told, listeners_come_move_and_go, between_all_addresses_and_one, port_of_another, certificates_are_replaced,
           bad_pair_keeps_the_old_one, new_pair_that_is_bad, broken_config_changes_nothing, options_that_a_plugin_refuses,
           fixed_settings_are_kept, services_come_and_go, number_of_hosts, dismissed_and_deaf, reload_while_a_host_restarts,
           many_hangups, hangup_while_it_starts])
