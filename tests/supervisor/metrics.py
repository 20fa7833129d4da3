#!/usr/bin/env python3
"""metrics.py BUILD: what the server counts, asked for as Prometheus does.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import re
import signal
import socket
import subprocess
import time

from place import DEADLINE, Failure, Place, expect, free_ports, run_cases, wait_for
from server import MESSAGE, Server, Talk, children, host_service

AS_ROOT = "user = root" if os.geteuid() == 0 else ""
GET = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
TYPES = {}  # of the metrics, from the text


def parse(text):
    """{series: value}; every line is one of the format, every series stands there once."""
    values = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            TYPES[line.split()[2]] = line.split()[3]
            continue
        if line.startswith("# HELP "):
            continue
        m = re.fullmatch(r'(\w+)(\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\})? (-?[0-9.]+)', line)
        if not m:
            raise Failure(f"no line of the format: {line!r}")
        name = m[1] + (m[2] or "")
        if name in values:
            raise Failure(f"twice: {name}")
        values[name] = float(m[3])
    return values


def curl(s, *words):
    return subprocess.run(["curl", "-sS", "--max-time", str(DEADLINE), "--unix-socket", f"{s.data}/run/metrics.sock", *words,
                           "http://localhost/metrics"], capture_output=True, text=True, check=True).stdout


def scrape(s):
    return parse(curl(s))


def connect(s):
    c = socket.socket(socket.AF_UNIX)
    c.settimeout(DEADLINE)
    c.connect(f"{s.data}/run/metrics.sock")
    return c


def rest(c):
    """Until the server closes; the socket is closed then."""
    octets = b""
    while piece := c.recv(65536):
        octets += piece
    c.close()
    return octets


def ask(s, octets):
    c = connect(s)
    c.sendall(octets)
    return rest(c)


def more(before, after):
    """What has changed, without what time alone changes."""
    changed = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    return {name: n for name, n in changed.items() if "_seconds" not in name and "postkeep_process_" not in name}


def wait_more(s, before, wanted):
    """Waits until exactly this has been counted, of these metrics."""
    names = {name.split("{")[0] for name in wanted}

    def counted():
        got = {name: n for name, n in more(before, scrape(s)).items() if name.split("{")[0] in names}
        counted.got = got
        return got == wanted

    try:
        wait_for("", counted)
    except Failure:
        expect("counted", dict(sorted(wanted.items())), dict(sorted(counted.got.items())))


def of(name, **labels):
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"postkeep_{name}{{{inside}}}" if inside else f"postkeep_{name}"


def lmtp(s, *users, text=b"counted"):
    """One message by LMTP; the answers to recipients and message."""
    c = Talk(s.base + 24)
    c.answer("220 ")
    c.say("LHLO x.example", "MAIL FROM:<a@x.example>")
    c.answer("250 2.1.0")
    c.say(*[f"RCPT TO:<{u}@example.test>" for u in users])
    answers = [c.line()[:3] for _ in users]
    if "250" in answers:
        c.say("DATA")
        c.answer("354 ")
        c.say(MESSAGE % text, ".")
        answers += [c.line()[:3] for a in answers if a == "250"]
    c.say("QUIT")
    c.answer("221 ")
    c.close()
    return answers


def imap(s, *commands, user="u1", password="pass"):
    """A session that says these; the answers to them, and to LOGIN."""
    c = Talk(s.base + 143)
    c.answer("* OK")
    answers = []
    for n, line in enumerate([f"LOGIN {user} {password}", *commands, "LOGOUT"]):
        c.say(f"t{n} {line}")
        answers.append(c.answer(f"t{n} ").split()[1])
    c.close()
    return answers[:-1]


def promtool_accepts():
    with Server("--metrics") as s:
        s.deliver("u1")
        imap(s, "SELECT INBOX", "FETCH 1 (FLAGS)")
        r = subprocess.run(["promtool", "check", "metrics"], input=curl(s), capture_output=True, text=True)
        expect("promtool", (0, "", ""), (r.returncode, r.stdout, r.stderr))
        expect("stops", 0, s.stop())


def the_numbers_are_what_was_done():
    with Server("--metrics") as s:
        before = scrape(s)
        for user in ("u1", "u1", "u2"):  # hashed, from the cache, hashed
            expect("LOGIN", ["OK"], imap(s, user=user))
        for user in ("u3", "u4"):
            expect("wrong password", ["NO"], imap(s, user=user, password="wrong"))
        expect("no such user", ["NO"], imap(s, user="nobody"))
        c = Talk(s.base + 110)
        c.say("USER u5", "PASS pass", "QUIT")
        for _ in range(4):
            c.answer("+OK")
        c.close()
        wait_more(s, before, {
            of("logins_total", service="imap", mechanism="PLAIN", result="ok"): 3,
            of("logins_total", service="imap", mechanism="PLAIN", result="password"): 2,
            of("logins_total", service="imap", mechanism="PLAIN", result="user"): 1,
            of("logins_total", service="pop3", mechanism="PLAIN", result="ok"): 1,
            of("password_cache_hits_total"): 1,
            of("connections_accepted_total", service="imap"): 6,
            of("connections_accepted_total", service="pop3"): 1})
        after = scrape(s)
        hashes = of("password_hash_seconds_count")
        expect("hashes", 6, after[hashes] - before[hashes])
        expect("time of them", True, after[of("password_hash_seconds_sum")] > 0.001)


def mail_is_counted():
    with Server("--metrics") as s:
        before = scrape(s)
        for _ in range(3):
            expect("one", ["250", "250"], lmtp(s, "u1"))
        expect("two, and one that is not there", ["250", "550", "250", "250", "250"], lmtp(s, "u1", "nobody", "u2"))
        wait_more(s, before, {
            of("recipients_total", service="lmtp", result="ok"): 5,
            of("recipients_total", service="lmtp", result="unknown"): 1,
            of("deliveries_total", service="lmtp", result="ok"): 5,
            of("delivered_messages_total", service="lmtp"): 5,
            of("delivered_bytes_total", service="lmtp"): octets_of(s, "u1") + octets_of(s, "u2")})
        before = scrape(s)
        append = f"APPEND INBOX {{{len(MESSAGE)}+}}\r\n{MESSAGE.decode()}"
        expect("changes", ["OK"] * 9, imap(
            s, "SELECT INBOX", append, append, "CREATE other", "COPY 1:3 other", "MOVE 4 other", "STORE 1:2 +FLAGS (\\Deleted)",
            "EXPUNGE"))
        c = s.pop3("u2")
        c.say("DELE 1", "QUIT")
        c.answer("+OK")
        c.answer("+OK")
        c.close()
        wait_more(s, before, {
            of("messages_appended_total", service="imap"): 2, of("messages_copied_total", service="imap"): 3,
            of("messages_moved_total", service="imap"): 1, of("messages_expunged_total", service="imap"): 2,
            of("messages_expunged_total", service="pop3"): 1})
        s.ctl("quota", "set", "u3@example.test", "--octets", "10")
        before = scrape(s)
        expect("over quota", ["250", "250", "452", "250"], lmtp(s, "u3", "u1"))
        wait_more(s, before, {
            of("recipients_total", service="lmtp", result="ok"): 2,
            of("deliveries_total", service="lmtp", result="ok"): 1,
            of("deliveries_total", service="lmtp", result="quota"): 1,
            of("delivered_messages_total", service="lmtp"): 1})


def octets_of(s, user):
    """The sizes of a mailbox, as its reader sees them."""
    c = s.imap(user)
    c.say("c FETCH 1:* (RFC822.SIZE)")
    total, line = 0, c.line()
    while not line.startswith("c OK"):
        total += int(re.search(r"RFC822.SIZE (\d+)", line)[1])
        line = c.line()
    c.close()
    return total


def connections_and_tls():
    with Server("--metrics") as s:
        before = scrape(s)
        plain, secure = s.imap("u1"), s.imap("u2", tls=True)
        wait_more(s, before, {
            of("connections", service="imap", tls="no"): 1, of("connections", service="imap", tls="yes"): 1,
            of("connections_accepted_total", service="imap"): 2, of("sessions", service="imap"): 2,
            of("tls_handshakes_total", service="imap", result="ok"): 1})
        bad = Talk(s.base + 993)
        bad.say("this is no TLS")
        bad.rest()
        bad.close()
        plain.close()
        secure.close()
        wait_more(s, before, {
            of("connections_accepted_total", service="imap"): 3,
            of("tls_handshakes_total", service="imap", result="ok"): 1,
            of("tls_handshakes_total", service="imap", result="failed"): 1})
        expect("nothing is left", [0, 0, 0], [scrape(s)[name] for name in (
            of("connections", service="imap", tls="no"), of("connections", service="imap", tls="yes"), of("sessions", service="imap"))])
        c = Talk(s.base + 143)
        greeting = c.line()
        before = wait_for("the greeting's octets", lambda: greeted(s, before, len(greeting) + 2))
        c.say("a NOOP")
        answer = c.answer("a ")
        wait_more(s, before, {of("received_bytes_total", service="imap"): len("a NOOP\r\n"),
                              of("sent_bytes_total", service="imap"): len(answer) + 2})
        c.close()


def greeted(s, before, octets):
    """What is counted when so many octets more than before were sent, or more; else None."""
    name, now = of("sent_bytes_total", service="imap"), scrape(s)
    return now if now[name] >= before[name] + octets else None


def never_less(before, after):
    """Counters, and what histograms count, only grow."""
    less = {}
    for name, n in before.items():
        base = name.split("{")[0]
        kind = TYPES.get(base) or TYPES.get(re.sub("_(bucket|sum|count)$", "", base))
        if kind in ("counter", "histogram") and after.get(name, -1) < n:
            less[name] = (n, after.get(name))
    expect("counters that went back, or away", {}, less)


def goes_on_over_kills():
    with Server("--metrics") as s:
        for _ in range(3):
            s.deliver("u1")
        imap(s, "SELECT INBOX")
        idle = s.imap("u2")
        before = wait_for("the session", lambda: seen(s, of("sessions", service="imap"), 1))
        for name, what in (("pkstored", "store"), ("pkfrontd", None), ("pkmetrics", "metrics")):
            pid = children(s.pid, name)[0]
            what = what or f"{host_service(pid)}/1"
            time.sleep(1.1)  # what served for a second is started again at once
            os.kill(pid, signal.SIGKILL)
            wait_for(f"another {name}", lambda: (new := children(s.pid, name)) and pid not in new)
            after = wait_for(f"{what} is back", lambda: up_again(s, what))
            never_less(before, after)
            expect("starts", 2, after[of("process_starts_total", process=what)])
            expect("ends", 1, after[of("process_exits_total", process=what, how="signal")])
            expect("processor time goes on", True, after[of("process_cpu_seconds_total", process=what)] > 0)
            before = after
        idle.close()
        s.deliver("u1")
        wait_more(s, before, {of("deliveries_total", service="lmtp", result="ok"): 1})
        expect("no session is left", 0, scrape(s)[of("sessions", service="imap")])


def seen(s, name, wanted):
    now = scrape(s)
    return now if now[name] == wanted else None


def up_again(s, process):
    try:
        return seen(s, of("process_up", process=process), 1)
    except subprocess.CalledProcessError:
        return None  # it was pkmetrics


def processes_are_measured():
    with Server("--metrics") as s:
        now = wait_for("a look", lambda: seen_memory(s))
        names = {"supervisor", "store", "metrics"} | {f"{v}/{n}" for v in ("imap", "pop3", "mx", "submission", "lmtp")
                                                      for n in range(1, (os.cpu_count() or 1) + 1)}
        expect("processes", names, {name.split('"')[1] for name in now if name.startswith("postkeep_process_up{")})
        for pid, what in [(s.pid, "supervisor")] + [(children(s.pid, p)[0], w) for p, w in (("pkstored", "store"), ("pkmetrics", "metrics"))]:
            with open(f"/proc/{pid}/statm") as f:
                memory = int(f.read().split()[1]) * os.sysconf("SC_PAGESIZE")
            counted = now[of("process_resident_memory_bytes", process=what)]
            expect(f"memory of {what}, within a half: {counted} {memory}", True, memory / 2 < counted < memory * 2)
            if os.geteuid() == 0:
                there = len(os.listdir(f"/proc/{pid}/fd"))
                expect(f"descriptors of {what}: {now[of('process_open_fds', process=what)]} {there}", True,
                       abs(now[of("process_open_fds", process=what)] - there) < 3)
            began = now[of("process_start_time_seconds", process=what)]
            expect(f"start of {what}", True, time.time() - 60 < began <= time.time())


def seen_memory(s):
    now = scrape(s)
    names = [name for name in now if "resident_memory" in name]
    return now if names and all(now[name] > 0 for name in names) else None


def http_answers():
    with Server("--metrics") as s:
        cases = ((b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 200), (b"GET /metrics HTTP/1.0\r\n\r\n", 200),
                 (b"\r\nGET /metrics?a=b HTTP/1.0\n\n", 200), (b"GET http://x:1/metrics HTTP/1.1\r\nhost:x\r\n\r\n", 200),
                 (b"HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 200), (b"GET / HTTP/1.0\r\n\r\n", 404),
                 (b"GET /metrics/ HTTP/1.0\r\n\r\n", 404), (b"POST /metrics HTTP/1.0\r\n\r\n", 405),
                 (b"get /metrics HTTP/1.0\r\n\r\n", 405), (b"GET /metrics HTTP/1.1\r\n\r\n", 400),
                 (b"GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400), (b"GET /metrics\r\n\r\n", 400),
                 (b"GET /metrics HTTP/2.0\r\n\r\n", 505), (b"\x16\x03\x01\x02\x00\n\n", 400),
                 (b"GET /metrics HTTP/1.0\r\nno field\r\n\r\n", 400), (b"GET /metrics HTTP/1.0\r\nA: " + b"a" * 5000, 431))
        for request, code in cases:
            head, _, body = ask(s, request).partition(b"\r\n\r\n")
            expect(f"code of {request[:50]!r}", str(code), head.split()[1].decode())
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])
            expect("a body", 0 if request.startswith(b"HEAD") else length, len(body))
            expect("it closes", True, b"\r\nConnection: close" in head)
            expect("what is allowed", code == 405, b"\r\nAllow: GET, HEAD" in head)
        values = scrape(s)
        for code in (200, 400, 404, 405, 431, 505):
            expect(f"answers {code}", sum(c == code for _, c in cases) + (code == 200),
                   values[of("metrics_requests_total", code=code)])
        text = curl(s, "-i")
        expect("its type", True, "Content-Type: text/plain; version=0.0.4; charset=utf-8" in text)


def clients_that_hold_on():
    """Slow, silent, deaf, huge and many: others are answered at once, and mail goes on."""
    with Server("--metrics") as s:
        wait_for("a look", lambda: seen_memory(s))
        many = [connect(s) for _ in range(40)]
        for n, c in enumerate(many):
            try:
                c.sendall((b"", b"G", b"GET /metrics HTTP/1.1\r\nHost: x\r\nA: ", GET * 50)[n % 4])  # the last reads nothing
            except (BrokenPipeError, ConnectionResetError):
                pass  # another came in its place
        for _ in range(5):
            expect("an answer", True, len(scrape(s)) > 100)
            s.deliver("u1")
        huge = connect(s)
        try:
            for _ in range(1000):
                huge.sendall(b"x" * 10000)
        except (BrokenPipeError, ConnectionResetError):
            pass
        huge.close()
        (pid,) = children(s.pid, "pkmetrics")
        wait_for("they are sent away", lambda: sockets_of(pid) <= 4)
        for c in many:
            c.close()
        after = scrape(s)
        expect("the same process", 1, after[of("process_starts_total", process="metrics")])
        expect("messages", 5, s.count("u1"))


def sockets_of(pid):
    if os.geteuid() != 0:
        return 0
    return sum(os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:") for fd in os.listdir(f"/proc/{pid}/fd"))


def ports_and_reloads():
    """A port instead of a socket, another one, none, and again, while it runs; counters go on."""
    with Server() as s:
        one, two = free_ports(2)
        s.deliver("u1")
        where = "certificate localhost {"
        s.config((where, f"metrics {{ port = {one} {AS_ROOT} }}\n{where}"))
        s.reload()
        first = wait_for("a first answer", lambda: by_port(one))
        expect("what was before it was asked", 1, first[of("deliveries_total", service="lmtp", result="ok")])
        s.config((f"port = {one}", f'address = "::1" port = {two}') if has_v6() else (f"port = {one}", f"port = {two}"))
        s.reload()
        second = wait_for("an answer there", lambda: by_port(two, "::1" if has_v6() else "127.0.0.1"))
        never_less(first, second)
        expect("reloads", 2, second[of("config_reloads_total", result="ok")])
        wait_for("nobody is at the old one", lambda: refused(one))
        s.config((f"{where}", f"service more {{ plugin = \"imap.so\" hosts = 1 listener more {{ port = {one} }} }}\n{where}"))
        s.reload()
        third = wait_for("a new service", lambda: (v := by_port(two, "::1" if has_v6() else "127.0.0.1")) and
                         of("process_up", process="more/1") in v and v)
        expect("logins of it", 0, third[of("logins_total", service="more", mechanism="PLAIN", result="ok")])
        s.config(("drain_seconds = 2", "drain_seconds = zwei"))
        s.reload("refused")
        expect("a refused one", 1, by_port(two, "::1" if has_v6() else "127.0.0.1")[of("config_reloads_total", result="refused")])
        text = s.config(("drain_seconds = zwei", "drain_seconds = 2"))
        s.config((re.search(r"metrics \{.*\}\n", text)[0], ""))
        s.reload()
        wait_for("nobody is there", lambda: refused(two) and not children(s.pid, "pkmetrics"))


def has_v6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


def by_port(port, address="127.0.0.1"):
    host = f"[{address}]" if ":" in address else address
    r = subprocess.run(["curl", "-sS", "--max-time", str(DEADLINE), f"http://{host}:{port}/metrics"], capture_output=True, text=True)
    return parse(r.stdout) if r.returncode == 0 else None


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE).close()
        return False
    except ConnectionRefusedError:
        return True


def only_on_loopback():
    for setting, wanted in (('address = "0.0.0.0" port = 9119', "0.0.0.0 is no address of loopback"),
                            ('address = "*" port = 9119', "* is no address of loopback"),
                            ('address = "192.0.2.1" port = 9119', "192.0.2.1 is no address of loopback"),
                            ('address = "::" port = 9119', ":: is no address of loopback"),
                            ("", "metrics has no port and no path")):
        with Place() as p:
            p.config(f"metrics {{\n{setting} {AS_ROOT}\n}}")
            with open(f"{p.dir}/conf") as f:
                line = len(f.read().rstrip().splitlines())
            r = p.check()
            expect("status", 78, r.returncode)
            expect(f"words about {setting!r}", True, f"{p.dir}/conf:{line}: " in r.stderr and wanted in r.stderr)
    with Place() as p:
        p.config(f'metrics {{ path = "{p.dir}/m" mode = "0600" {AS_ROOT} }}')
        expect("a socket", (0, ""), (p.check().returncode, p.check().stderr))
        p.edit(('mode = "0600"', f'port = {p.ports[0]}'))
        expect("both", True, "has both a path and a port" in p.check().stderr)
        p.edit((f'path = "{p.dir}/m" port', "port"))
        expect("another's port", True, "has address and port of listener 'imap'" in p.check().stderr)


def pages_for_each():
    """Who counts gets pages of its own, again the same after it has ended."""
    with Place() as p:
        p.config(f'metrics {{ path = "{p.dir}/m" {AS_ROOT} }}')
        p.start()
        expect("mode of the socket", 0o660, os.stat(f"{p.dir}/m").st_mode & 0o777)
        pages = {program: sorted({tuple(w[1:]) for _, _, w in p.said(program) if w[0] == "metrics"}) for program in (
            "pkstored", "pkfrontd", "pkmetrics")}
        expect("the store's", [("3", "imap", "fds=1"), ("4", "mx", "fds=1"), ("5", "-", "fds=1"), ("6", "01", "fds=1")],
               pages["pkstored"])
        expect("the hosts'", [("2", "imap", "fds=1"), ("2", "mx", "fds=1")], pages["pkfrontd"])
        expect("the reader's, of all kinds", {str(kind) for kind in range(9)}, {kind for kind, _, _ in pages["pkmetrics"]})
        (before,) = p.pids("pkstored")
        os.kill(before, signal.SIGKILL)
        (after,) = wait_for("another store", lambda: [pid for pid in p.pids("pkstored") if pid != before])
        wait_for("its start", lambda: any(pid == after and w[0] == "start" for pid, _, w in p.said("pkstored")))
        given = {pid: sorted(w[1:] for q, _, w in p.said("pkstored") if w[0] == "metrics" and q == pid) for pid in (before, after)}
        expect("the same pages", given[before], given[after])
        expect("stop", 0, p.stop())
        expect("the file of the socket", False, os.path.exists(f"{p.dir}/m"))


run_cases([promtool_accepts, the_numbers_are_what_was_done, mail_is_counted, connections_and_tls, goes_on_over_kills,
           processes_are_measured, http_answers, clients_that_hold_on, ports_and_reloads, only_on_loopback, pages_for_each])
