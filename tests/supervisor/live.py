#!/usr/bin/env python3
"""live.py BUILD: the real server, reloaded and stopped while clients are in the middle of something.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import json
import os
import re
import select
import signal
import subprocess
import threading
import time

from place import Failure, build, expect, run_cases, wait_for
from server import MESSAGE, USERS, Server, Talk, children, free, host_service, scram

REST = (MESSAGE % b"half")[5000:]
HALF = (MESSAGE % b"half")[:5000]


def appending(server, user):
    c = server.imap(user)
    c.say(f"c APPEND INBOX {{{len(HALF + REST)}}}")
    c.answer("+ ")
    c.say(HALF)
    return c


def end_append(c):
    c.say(REST, "")
    c.answer("c OK")


def end_data(c):
    c.say(REST, ".")
    c.answer("250 2.0.0")


def idling(server, user):
    c = server.imap(user)
    c.say("c IDLE")
    c.answer("+ ")
    return c


def end_idle(c):
    c.say("DONE", "d NOOP")
    c.answer("c OK")
    c.answer("d OK")


def deleting(server, user):
    c = server.pop3(user)
    c.say("DELE 1", "NOOP")
    c.answer("+OK")
    c.answer("+OK")
    return c


def end_deleting(c):
    c.say("QUIT")
    c.answer("+OK")


def kinds(server):
    """begin, end, how many messages more the mailbox has afterwards"""
    return [(lambda u: appending(server, u), end_append, 1),
            (lambda u: server.smtp(u), end_data, 1),
            (lambda u: server.smtp(u, 24, "LHLO"), end_data, 1),
            (lambda u: idling(server, u), end_idle, 0)]


def reload_under_load():
    """Three hundred sessions in the middle of something, deliveries beside them, and a dozen reloads."""
    with Server() as s:
        users = [f"u{n + 1}" for n in range(USERS)]
        wanted = {u: 1 for u in users}
        for u in users:
            s.deliver(u)
        open_ones = []
        for number in range(288):
            user = users[number % USERS]
            begin, end, more = kinds(s)[number // USERS % 4]
            open_ones.append((begin(user), end))
            wanted[user] += more
        for u in users:  # one a maildrop
            open_ones.append((deleting(s, u), end_deleting))
            wanted[u] -= 1
        done, failed, delivered = threading.Event(), [], dict.fromkeys(users, 0)

        def traffic(user):
            while not done.is_set():
                try:
                    s.deliver(user)
                    delivered[user] += 1
                except (Failure, OSError) as e:
                    failed.append(e)
                    return

        threads = [threading.Thread(target=traffic, args=(u,)) for u in users[:4]]
        for t in threads:
            t.start()
        for number in range(12):
            s.config((f" max_size = {number + 10}M" if number else " hostname = localhost mode = mx",
                      f" max_size = {number + 11}M" if number else " max_size = 11M hostname = localhost mode = mx"))
            s.certificate(f"number-{number}")
            s.reload()
        wait_for("the last certificate", lambda: s.shown() == "number-11")
        done.set()
        for t in threads:
            t.join()
        expect("deliveries that failed", [], failed)
        for c, end in open_ones:
            end(c)
        for c, _ in open_ones:
            c.close()
        expect("messages", {u: wanted[u] + delivered[u] for u in users}, {u: s.count(u) for u in users})
        expect("a few of them while it was reloaded", True, sum(delivered.values()) > 12)
        expect("verify", 0, s.ctl("verify", "--bodies").returncode)
        expect("status", 0, s.stop())
        print(f"# {len(open_ones)} sessions, {sum(delivered.values())} deliveries during 12 reloads")


def size_said(c):
    c.say("EHLO x.example")
    size = c.answer("250-SIZE")
    c.say("NOOP")
    c.answer("250 2.0.0")
    return int(size.split()[1])


def new_options_for_new_sessions():
    with Server() as s:
        old = Talk(s.base + 25)
        old.answer("220 ")
        s.config((" hostname = localhost mode = mx", " max_size = 1M hostname = localhost mode = mx"))
        s.reload()

        def new_size():
            c = Talk(s.base + 25)
            c.answer("220 ")
            size = size_said(c)
            c.close()
            return size

        wait_for("new sessions with it", lambda: new_size() == 1 << 20)
        expect("an old session", 44 << 20, size_said(old))
        s.config(("max_size = 1M", "max_size = much"))
        s.reload("refused")
        expect("where", 1, len(s.logged("event=config_error", "listener 'smtp'", "option max_size")))
        expect("new sessions", 1 << 20, new_size())


def listener_moves_under_a_session():
    with Server() as s:
        old = s.smtp("u1")
        port = next(n for n in range(s.base + 1, s.base + 20) if free(n))
        s.config((f"port = {s.base + 25} ", f"port = {port} "))
        s.reload()
        wait_for("the old port closed", lambda: free(s.base + 25))
        end_data(old)
        new = Talk(port)
        new.answer("220 ")
        size_said(old)
        expect("messages", 1, s.count("u1"))


def certificates_of_new_sessions():
    with Server() as s:
        old = s.imap("u1", tls=True)
        s.certificate("second")
        s.reload()
        wait_for("the new one", lambda: s.shown() == "second")
        with open(f"{s.data}/etc/ca.key") as f:
            wrong = f.read()
        with open(f"{s.data}/etc/server.key", "w") as f:
            f.write(wrong)
        s.reload()
        expect("said", 1, len(s.logged("event=config_error", "not the one of the first", "in use is kept")))
        expect("after a bad pair", "second", s.shown())
        for host in children(s.pid, "pkfrontd"):
            if host_service(host) == "imap":
                os.kill(host, signal.SIGKILL)
        wait_for("hosts that began after it", lambda: shown_or_nothing(s) == "second")
        s.certificate("third")
        s.reload()
        wait_for("a good pair", lambda: s.shown() == "third")
        old.close()


def logins_are_bound_to_certificates_in_use():
    """tls-server-end-point: a new certificate is good at once, what began under the old one may still log in, and a new
    store knows them too. What a proxy in the middle was given for its own is no certificate of ours."""
    with Server() as s:
        def fresh():
            return scram.Line(s.base + 993, s.context)

        def all_show(name):
            return all(shown_or_nothing(s) == name for _ in range(6))

        expect("keys for SCRAM", "a OK", fresh().say("a LOGIN u1 pass")[:4])
        expect("at the start", "a OK", scram.bound(fresh(), "u1", "pass")[:4])
        early = fresh()
        s.certificate("second")
        s.reload()
        wait_for("the new one", lambda: s.shown() == "second")
        expect("under the new one", "a OK", scram.bound(fresh(), "u1", "pass")[:4])
        wait_for("the new one on all hosts", lambda: all_show("second"))
        expect("under the old one", "a OK", scram.bound(early, "u1", "pass")[:4])
        os.kill(children(s.pid, "pkstored")[0], signal.SIGKILL)
        wait_for("a new store", lambda: len(s.logged("event=start ", "child=store ")) == 2)
        wait_for("it serves", lambda: answered(lambda: fresh().say("a LOGIN u1 pass"))[:4] == "a OK")
        expect("in the new store", "a OK", scram.bound(fresh(), "u1", "pass")[:4])
        expect("unknown", [], s.logged("event=end_point_unknown"))
        expect("status", 0, s.stop())


def answered(ask):
    try:
        return ask()
    except OSError:
        return ""


def pkctl_asks_for_a_reload():
    """It says what the supervisor says to its log, with file and line, and the status tells what came of it."""
    with Server() as s:
        conf = f"{s.data}/etc/postkeep.conf"
        done = s.ctl("reload", "--as", "jo", "--reason", "ticket", "--json")
        expect("nothing to do", (0, {"version": 1, "result": "ok", "changes": 0, "said": []}),
               (done.returncode, json.loads(done.stdout)))
        before = s.config()
        s.certificate("second")
        expect("a certificate", (0, "result           ok\nchanges          1\n", ""), answer(s.ctl("reload")))
        wait_for("it in use", lambda: s.shown() == "second")
        s.config(("drain_seconds", "drain_second"), ('listener imaps { address = "127.0.0.1"', 'listener imaps { address = "nowhere"'))
        status, out, said = answer(s.ctl("reload"))
        checked = subprocess.run([f"{build}/postkeepd", "--check", conf], capture_output=True, text=True, timeout=60)
        expect("refused", (78, "result           refused\nchanges          0\n"), (status, out))
        expect("as --check says", (78, checked.stderr), (checked.returncode, said))
        expect("file and line", True, all(re.search(rf"^{re.escape(conf)}:\d+: .*{word}", said, re.M) for word in ("drain_second", "nowhere")))
        expect("nothing changed", "second", s.shown())
        with open(conf, "w") as f:
            f.write(before)
        with open(f"{s.data}/etc/server.key", "w") as f:
            f.write("no key")
        s.config(('default_domain = "example.test"', 'default_domain = "other.test"'))
        status, out, said = answer(s.ctl("reload"))
        expect("a part of it", 0, status)
        expect("what is kept", True, "the one in use is kept" in said and "default_domain needs a restart: example.test is kept" in said)
        expect("lines of changes", 4, len(s.logged("event=change ", "op=reload ", "result=success")))
        expect("who and why", 1, len(s.logged("event=change ", "op=reload ", "as=jo", "reason=ticket")))
        expect("status", 0, s.stop())


def two_ask(s):
    """Two at once, while the supervisor does nothing: the one that waits. The other is told to come again."""
    two = [subprocess.Popen([f"{build}/pkctl", "--socket", s.words["admin"], "reload"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True) for _ in range(2)]
    wait_for("one to be refused", lambda: any(p.poll() == 75 for p in two))
    for p in two:
        if p.poll() is not None:
            p.stdout.close()
    (waits,) = (p for p in two if p.poll() is None)
    return waits


def one_reload_at_a_time():
    """The server serves meanwhile. A store that dies leaves no answer, and the next one can ask again."""
    with Server() as s:
        os.kill(s.pid, signal.SIGSTOP)
        try:
            waits = two_ask(s)
            s.imap("u1").close()
        finally:
            os.kill(s.pid, signal.SIGCONT)
        expect("in the end", ("result           ok\nchanges          0\n", None), waits.communicate(timeout=60))
        os.kill(s.pid, signal.SIGSTOP)
        try:
            waits = two_ask(s)
            os.kill(children(s.pid, "pkstored")[0], signal.SIGKILL)
            waits.communicate(timeout=60)
            expect("no store", 69, waits.returncode)
        finally:
            os.kill(s.pid, signal.SIGCONT)
        wait_for("the next store", lambda: s.ctl("reload").returncode == 0)
        expect("status", 0, s.stop())


def answer(done):
    return done.returncode, done.stdout, done.stderr


def shown_or_nothing(s):
    try:
        return s.shown()
    except OSError:
        return None


def service_is_taken_away():
    with Server() as s:
        s.deliver("u1")
        between, amid = s.pop3("u1"), s.imap("u2")
        text = s.config()
        start = text.index("service pop3 {")
        s.config((text[start:text.index("service mx {")], ""))
        s.reload()
        expect("farewell", ["-ERR [SYS/TEMP] the server is going down"], between.rest())
        wait_for("the port closed", lambda: free(s.base + 110))
        wait_for("the hosts gone", lambda: not [h for h in children(s.pid, "pkfrontd") if host_service(h) == "pop3"])
        with open(f"{s.data}/etc/postkeep.conf", "w") as f:
            f.write(text)
        s.reload()
        wait_for("it is back", lambda: not free(s.base + 110))
        again = s.pop3("u1")
        again.say("STAT")
        expect("its mail", "+OK 1", again.answer("+OK")[:5])
        amid.say("c NOOP")
        amid.answer("c OK")


def stop_says_goodbye():
    """What can end ends, what cannot is told; what was acknowledged is there, what was not is not."""
    with Server() as s:
        idle = idling(s, "u1")
        quiet, greeted = s.pop3("u2"), Talk(s.base + 25)
        greeted.answer("220 ")
        ends, stalls, appends = s.smtp("u3"), s.smtp("u4"), appending(s, "u5")
        lmtp = s.smtp("u6", 24, "LHLO")
        os.kill(s.pid, signal.SIGTERM)
        expect("imap", "* BYE", "\n".join(idle.rest())[:5])
        expect("pop3", ["-ERR [SYS/TEMP] the server is going down"], quiet.rest())
        expect("smtp", ["421 4.3.2 the server is going down"], [re.sub(r" \(session \d+\)$", "", line) for line in greeted.rest()])
        wait_for("ports closed", lambda: all(free(s.base + n) for n in (24, 25, 110, 143, 993, 995)))
        ends.say(REST, ".")
        expect("a message that was under way", ["250 2.0.0", "421 4.3.2"], [line[:9] for line in ends.rest()])
        lmtp.say(REST, ".")
        expect("by LMTP", ["250 2.0.0", "421 4.3.2"], [line[:9] for line in lmtp.rest()])
        expect("one that never ends", ["421 4.3.2"], [line[:9] for line in stalls.rest()])
        expect("an APPEND that never ends", "* BYE", "\n".join(appends.rest())[:5])
        s.demo.wait(60)
        order = [line for line in s.logged("event=exit") if "level=info" in line]
        expect("the store is last", ("child=store", "status=0"), (order[-1].split()[4], order[-1].split()[-1]))
        expect("nobody was killed", [], [line for line in order if "signal=0 status=0" not in line])
        s.start()
        expect("messages", [0, 0, 1, 0, 0, 1], [s.count(f"u{n}") for n in range(1, 7)])
        expect("verify", 0, s.ctl("verify", "--bodies").returncode)
        expect("status", 0, s.stop())


def busy(s, turns=40):
    """Lines of the hosts and of the store, from several threads."""
    def talk(user):
        for _ in range(turns):
            s.deliver(user)
            s.pop3(user).close()
    threads = [threading.Thread(target=talk, args=(f"u{n}",)) for n in range(1, 5)]
    for t in threads:
        t.start()
    return threads


def log_rotates():
    """The file is moved away three times under load: every line is there, once, whole, in its time's file."""
    with Server() as s:
        threads = busy(s)
        for n in range(1, 4):
            time.sleep(0.3)
            os.rename(f"{s.data}/log", f"{s.data}/log.{n}")
            os.kill(s.pid, signal.SIGUSR1)
            wait_for("a new log", lambda: os.path.exists(f"{s.data}/log") and s.logged("event=log_reopened"))
        for t in threads:
            t.join()
        wait_for("the last ends", lambda: 320 <= len([1 for l in all_logs(s) if "event=disconnect" in l]))
        size = os.path.getsize(f"{s.data}/log.3")
        s.deliver("u1")
        s.pop3("u1").close()
        wait_for("lines of hosts and store in the new one",
                 lambda: s.logged("event=delivery") and s.logged("event=login") and s.logged("event=disconnect", "service=pop3"))
        expect("nobody writes to the old one", size, os.path.getsize(f"{s.data}/log.3"))
        lines = all_logs(s)
        broken = [line for line in lines if not re.match(r"time=\S+Z level=\w+ pid=\d+ event=[a-z_]+( |\n$)", line)]
        expect("torn lines", [], broken[:3])
        expect("deliveries", 161, len([1 for line in lines if "event=delivery" in line and "code=250" in line]))
        expect("logins", 161, len([1 for line in lines if "event=login" in line and "auth=ok" in line]))
        expect("status", 0, s.stop())


def all_logs(s):
    lines = []
    for name in ("log.1", "log.2", "log.3", "log"):
        with open(f"{s.data}/{name}", errors="replace") as f:
            lines += f.readlines()
    return lines


def log_reader_stalls():
    """A pipe that nobody reads is full after 64 KiB; more than that is said, and all serve on."""
    with Server() as s:
        s.stop()
        os.rename(f"{s.data}/log", f"{s.data}/log.1")
        os.mkfifo(f"{s.data}/log", 0o600)
        pipe = os.open(f"{s.data}/log", os.O_RDWR | os.O_NONBLOCK)
        s.start()
        for t in busy(s):
            t.join()
        seen = b""
        try:
            while some := os.read(pipe, 1 << 16):
                seen += some
        except BlockingIOError:
            pass
        expect("it was full", True, len(seen) > 60000)
        expect("whole lines", b"\n", seen[-1:])
        expect("messages", 40, s.count("u1"))
        time.sleep(1)
        s.deliver("u1")  # a second later the hosts tell what they dropped
        wait_for("what was dropped", lambda: b"event=log_dropped" in (os.read(pipe, 1 << 16) if readable(pipe) else b""))
        expect("status", 0, s.stop())
        os.close(pipe)
        os.unlink(f"{s.data}/log")


def readable(fd):
    return select.select([fd], [], [], 0)[0]


run_cases([log_rotates, log_reader_stalls, reload_under_load, new_options_for_new_sessions, listener_moves_under_a_session,
           certificates_of_new_sessions, logins_are_bound_to_certificates_in_use, pkctl_asks_for_a_reload,
           one_reload_at_a_time, service_is_taken_away, stop_says_goodbye])
