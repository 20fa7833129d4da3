#!/usr/bin/env python3
"""slow.py BUILD: children that take what they are told slowly, or not at all, and thousands of certificates to tell.

Prints `ok NAME` or `not ok NAME: why` for each case.
"""
import os
import signal
import subprocess

from place import Place, expect, maker_of_certificates, run_cases, wait_for

NAMES = 1500  # more than the buffers of a socket hold


class Many(Place):
    """With a tls_dir of NAMES certificates."""

    def __init__(self):
        super().__init__()
        self.maker = maker_of_certificates(self.dir)
        self.config(f'tls_dir = "{self.dir}/live"')

    def make(self, mark, names=NAMES):
        subprocess.run([self.maker, self.dir, mark], input="\n".join(f"n{i}.example" for i in range(names)), text=True, check=True)

    def told(self, pid, kind="certificate"):
        return len([1 for p, _, words in self.said("pkfrontd") if p == pid and words[0] == kind])

    def place_of(self, *words):
        """The number of the log's first line with these words; None: there is none."""
        return next((i for i, line in enumerate(self.log()) if all(w in line for w in words)), None)

    def host(self, name):
        return int(self.logged("event=start ", f"child={name} ")[-1].split("child_pid=")[1])


def who_hangs_holds_up_nobody():
    """One host hangs while thousands of certificates are new: the others have them, a reload ends, the log is opened
    again and a host that dies comes back, all before the one that hangs is given up."""
    with Many() as p:
        p.make("first")
        p.start()
        hung, dies, other = p.host("imap/1"), p.host("imap/2"), p.host("mx/1")
        os.kill(hung, signal.SIGSTOP)
        p.make("second")
        p.process.send_signal(signal.SIGHUP)
        wait_for("the end of the reload", lambda: p.logged("event=reload ", "result=ok"))
        p.process.send_signal(signal.SIGUSR1)
        os.kill(dies, signal.SIGKILL)
        wait_for("the end of who hangs", lambda: p.logged("event=exit ", f"child_pid={hung} "))
        given_up = p.place_of("event=control_failed", "child=imap/1 ", "reason=deaf")
        expect("it was given up", True, given_up is not None)
        for words in (("event=reload ", "result=ok"), ("event=log_reopened",), ("event=exit ", f"child_pid={dies} "),
                      ("event=start ", "child=imap/2 ", f"child_pid={p.host('imap/2')}")):
            expect(f"{words} came before", True, p.place_of(*words) < given_up)
        wait_for("the other host to have all", lambda: p.told(other) == 2 * NAMES + 1)
        wait_for("the next ones to have all", lambda: all(p.told(p.host(n)) == NAMES + 1 and p.told(p.host(n), "start") == 1
                                                          for n in ("imap/1", "imap/2")))
        expect("given up", 1, len(p.logged("event=control_failed", "reason=deaf")))
        expect("status", 0, p.stop())


def who_is_slow_is_waited_for():
    """Longer in all than one that takes nothing is: it takes some all the time. Signals are heard meanwhile."""
    with Many() as p:
        p.make("first")
        p.write("bin/orders", "pkfrontd:slow")
        p.start(ready=False)
        wait_for("hosts", lambda: p.logged("event=start ", "child=mx/1 "))
        p.process.send_signal(signal.SIGUSR1)
        expect("line on stdout", "postkeepd ready\n", p.process.stdout.readline())
        expect("the log was opened meanwhile", True, p.place_of("event=log_reopened") < p.place_of("event=ready "))
        expect("given up", [], p.logged("event=control_failed"))
        expect("status", 0, p.stop())


def stop_of_who_hangs():
    """What waits for it does not keep the others from ending, nor the supervisor."""
    with Many() as p:
        p.make("first")
        p.start()
        hung = p.host("imap/1")
        os.kill(hung, signal.SIGSTOP)
        p.make("second")
        p.reload()
        expect("status", 0, p.stop())
        expect("who still runs", [], p.pids())


run_cases([who_hangs_holds_up_nobody, who_is_slow_is_waited_for, stop_of_who_hangs])
