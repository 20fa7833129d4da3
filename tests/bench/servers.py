"""Servers that are compared: what they take of the machine, and a line of a table of what they did.

They are asked in turn, so that other load of the machine meets all of them, after one round that is
not counted. Told are medians: time to the last octet of the answer; processor time of all processes
of the server; how often the first server is faster than the second, with the least and the most.
"""
import collections
import os
import re
import statistics
import time


class Server:
    """NAME=PORT:PID[:REST...]"""

    def __init__(self, word):
        self.name, where = word.split("=")
        port, pid, *self.rest = where.split(":")
        self.port, self.pid = int(port), int(pid)

    def processes(self):
        children = collections.defaultdict(list)
        for p in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{p}/stat") as f:
                    children[int(f.read().rsplit(")", 1)[1].split()[1])].append(int(p))
            except OSError:
                pass
        found, left = [], [self.pid]
        while left:
            found.append(left.pop())
            left += children[found[-1]]
        return found

    def cpu(self):
        """Processor time so far, in seconds, by thread."""
        taken = collections.Counter()
        for p in self.processes():
            try:
                for t in os.listdir(f"/proc/{p}/task"):
                    with open(f"/proc/{p}/task/{t}/schedstat") as f:
                        taken[t] = int(f.read().split()[0]) / 1e9
            except OSError:
                pass
        return taken

    def memory(self):
        """Octets, shared ones in parts (PSS), by the name of the process."""
        total = collections.Counter()
        for p in self.processes():
            try:
                with open(f"/proc/{p}/comm") as f:
                    name = f.read().strip()
                with open(f"/proc/{p}/smaps_rollup") as f:
                    total[name] += 1024 * int(re.search(r"^Pss: +(\d+)", f.read(), re.M)[1])
            except OSError:
                pass
        return total


def measure(server, work):
    """Wall time and processor time of work(server), in seconds. It returns None or what ends it: not
    before processor time was taken, which goes with the process where a session has its own."""
    before, begin = server.cpu(), time.monotonic()
    end = work(server)
    took = time.monotonic() - begin
    cpu = sum((server.cpu() - before).values())
    if end:
        end()
    return took, cpu


def unit(seconds):
    if seconds is None:
        return "-"
    return f"{seconds * 1e6:.3g} us" if seconds < 1e-3 else f"{seconds * 1e3:.3g} ms"


def compare(servers, work, rounds, things=1):
    """Words of a line. Of how many things the work is, which times are divided by."""
    for s in servers:
        measure(s, work)
    taken = [[[t / things for t in measure(s, work)] for s in servers] for _ in range(rounds)]
    words = []
    for i, s in enumerate(servers):
        wall, cpu = (statistics.median(t[i][k] for t in taken) for k in (0, 1))
        words.append(f"{s.name} {unit(wall):>8}, cpu {unit(cpu):>8}")
    if len(servers) > 1:
        ratio, least, most = (f(t[1][0] / t[0][0] for t in taken) for f in (statistics.median, min, max))
        cpu = statistics.median(t[1][1] / t[0][1] if t[0][1] else 0 for t in taken)
        words.append(f"ratio {ratio:5.2f} ({least:.2f}-{most:.2f}), of cpu {cpu:5.2f}")
    return words
