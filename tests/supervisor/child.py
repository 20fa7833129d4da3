#!/usr/bin/python3 -I
# A child of the supervisor that only speaks the control protocol: it writes what it is told, one
# line each, into a file beside its program and obeys the orders found in another one.
import array
import fcntl
import hashlib
import os
import socket
import struct
import sys
import time

KINDS = {1: "link", 2: "listener", 3: "certificate", 4: "start", 6: "drain", 7: "latch", 8: "unlisten", 9: "forget", 11: "log",
         12: "board", 13: "end_points", 15: "reloaded", 16: "metrics", 18: "successes"}
folder = os.path.dirname(os.path.abspath(__file__))
program = os.path.basename(sys.argv[0])
control = socket.socket(fileno=int(sys.argv[sys.argv.index("--control-fd") + 1]))


def strings(payload, at, count):
    """The next strings of a record: u32 length, octets."""
    out = []
    for _ in range(count):
        (n,) = struct.unpack_from("<I", payload, at)
        out.append(payload[at + 4:at + 4 + n].decode())
        at += 4 + n
    return out, at


def orders():
    try:
        with open(f"{folder}/orders") as f:
            return f.read().split()
    except FileNotFoundError:
        return []


def say(*words):
    with open(f"{folder}/said", "a") as f:
        print(os.getpid(), program, *words, file=f)


def send(kind, payload=b""):
    control.send(bytes([kind, 0]) + payload)


def describe(kind, payload):
    if kind == "link":
        (roles,) = struct.unpack_from("<I", payload)
        names, _ = strings(payload, 4, 2)
        return [str(roles)] + names
    if kind == "listener":
        names, at = strings(payload, 0, 2)
        (rows,) = struct.unpack_from("<I", payload, at + 1)
        options = []
        at, end = at + 5, at + 5 + rows
        while at < end:
            pair, _ = strings(payload, at + 4, 2)
            options.append("=".join(pair))
            at += 4 + struct.unpack_from("<I", payload, at)[0]
        return names + [str(payload[4 + len(names[0]) + 4 + len(names[1])])] + options
    if kind == "certificate":
        (name, chain, _), at = strings(payload, 0, 3)
        return [name, f"rank={struct.unpack_from('<I', payload, at)[0]}", hashlib.sha256(chain.encode()).hexdigest()[:8]]
    if kind in ("latch", "unlisten", "forget"):
        return strings(payload, 0, 1)[0]
    if kind == "end_points":
        more, octets = struct.unpack_from("<BI", payload)
        at, hashes = 5, []
        while at < 5 + octets:
            (n,) = struct.unpack_from("<I", payload, at + 4)
            hashes.append(payload[at + 8:at + 8 + n].hex()[:8])
            at += 8 + n
        return [f"more={more}", ",".join(sorted(hashes)) if len(hashes) < 10 else f"n={len(hashes)}"]  # a line in one write
    if kind == "drain":
        return [f"seconds={struct.unpack_from('<I', payload)[0]}"]
    return []


def answer_check():
    """pkfrontd --check: the option `refused` is one that no plugin has."""
    while True:
        data = control.recv(1 << 20)
        kind = KINDS[data[0]]
        if "pkfrontd:crash" in orders():
            sys.exit(9)
        if kind == "start":
            send(5, struct.pack("<I", 0))
            sys.exit(0)
        if "refused=yes" in describe(kind, data[2:]):
            name, why = strings(data[2:], 0, 1)[0][0].encode(), b"there is no option refused"
            send(10, b"".join(struct.pack("<I", len(s)) + s for s in (name, why)))


if "--check" in sys.argv:
    answer_check()


fds = sorted(int(fd) for fd in os.listdir("/proc/self/fd") if int(fd) < 20)
say("args", *sys.argv[1:])
say("fds", ",".join(map(str, fds[:-1])), "env", str(len(os.environ) - ("LC_CTYPE" in os.environ)))
held = {}  # the descriptors that came; a listener has one
while True:
    data, extra, _, _ = control.recvmsg(1 << 20, socket.CMSG_SPACE(64))
    if not data:
        sys.exit(0)
    fds = array.array("i")
    for _, _, received in extra:
        fds.frombytes(received)
    kind = KINDS[data[0]]
    if kind == "metrics":  # a page to count in
        (name,), _ = strings(data[2:], 1, 1)
        say(kind, str(data[2]), name or "-", f"fds={len(fds)}")
        for fd in fds:
            os.close(fd)
        continue
    name = strings(data[2:], 0, 1)[0][0] if kind in ("listener", "unlisten") else len(held)
    if name in held and (fds or kind == "unlisten"):
        os.close(held.pop(name))
    held.update({name: fd for fd in fds})
    if kind == "successes":  # the next one finds how often there was one before
        before = int(os.pread(fds[0], 9, 0).strip(b"\0") or 0)
        os.pwrite(fds[0], str(before + 1).encode(), 0)
        say(kind, f"before={before}")
        continue
    about = ["writes" if fcntl.fcntl(fds[0], fcntl.F_GETFL) & os.O_RDWR else "reads"] if kind == "board" else []
    say(kind, *describe(kind, data[2:]), *about, f"fds={len(extra)}")
    if kind == "certificate" and f"{program}:slow" in orders():
        time.sleep(0.005)
    if kind == "start":
        if f"{program}:fail" in orders():
            sys.exit(3)
        if f"{program}:latch" in orders():
            name, why = b"00", b"no sync"
            send(7, b"".join(struct.pack("<I", len(s)) + s for s in (name, why)))
            sys.exit(4)
        send(5, struct.pack("<I", 0))
    if kind == "drain":
        if f"{program}:deaf" in orders():
            time.sleep(600)
        sys.exit(0)
