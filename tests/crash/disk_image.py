"""What a disk may hold after the power went, at some point of a log that shim.c wrote.

Octets that were synced are there. Octets that were not may be there or not, in pieces of 4 KiB,
each for itself. Names that were not synced with their folder are there up to some point of their
order. LMDB's lock files are made anew by whoever opens the environment and are left out.
"""
import os
import struct

HEAD = struct.Struct("<BBHHxxIxxxxQ")  # struct record of shim.c, with its padding
PIECE = 4096
LEFT_OUT = ("lock.mdb", "lock")


def read_log(path):
    """The records, each (its end in the log, kind, synced, name, to, offset, octets)."""
    with open(path, "rb") as f:
        raw = f.read()
    at, records = 0, []
    while at + HEAD.size <= len(raw):
        kind, synced, name_n, to_n, octets, offset = HEAD.unpack_from(raw, at)
        names = at + HEAD.size
        data = names + name_n + to_n
        end = data + octets
        if end > len(raw):
            break
        name = raw[names:names + name_n].decode()
        to = raw[names + name_n:data].decode()
        records.append((end, chr(kind), bool(synced), name, to, offset, raw[data:end]))
        at = end
    return records


class File:
    def __init__(self, octets=b""):
        self.durable = bytearray(octets)
        self.pending = []  # ("w", offset, octets) of one piece each, or ("t", size, b"")

    def put(self, kind, offset, octets):
        if kind == "t":
            size = len(self.durable)
            del self.durable[offset:]
            self.durable.extend(bytes(max(0, offset - size)))
            return
        end = offset + len(octets)
        if end > len(self.durable):
            self.durable.extend(bytes(end - len(self.durable)))
        self.durable[offset:end] = octets

    def write(self, offset, octets, synced):
        at = 0
        while at < len(octets):
            n = min(len(octets) - at, PIECE - (offset + at) % PIECE)
            self.pending.append(("w", offset + at, octets[at:at + n]))
            at += n
        if synced:
            self.sync_range(offset, offset + len(octets))

    def sync_range(self, first, last):
        """A page is written whole: what waited for the same pages goes with it."""
        first, last = first // PIECE * PIECE, -(-last // PIECE) * PIECE
        waiting = []
        for op in self.pending:
            if op[0] == "w" and first <= op[1] < last:
                self.put(*op)
            else:
                waiting.append(op)
        self.pending = waiting

    def sync(self):
        for op in self.pending:
            self.put(*op)
        self.pending = []

    def lose(self, random):
        for op in self.pending:
            if random.random() < 0.5:
                self.put(*op)
        self.pending = []


class Disk:
    """A folder as the disk has it; names of files relative to it."""

    def __init__(self, folder):
        self.live, self.names, self.moves = {}, {}, []
        for top, _, files in os.walk(folder):
            for name in files:
                path = os.path.join(top, name)
                if name in LEFT_OUT:
                    continue
                with open(path, "rb") as f:
                    self.names[os.path.relpath(path, folder)] = File(f.read())
        self.live = dict(self.names)

    @staticmethod
    def move(names, op):
        kind, name, to, file = op
        if kind == "c":
            names[name] = file
        elif kind == "u":
            names.pop(name, None)
        else:
            names.pop(name, None)
            names[to] = file

    def sync_folder(self, folder):
        waiting = []
        for op in self.moves:
            if os.path.dirname(op[1]) == folder:
                self.move(self.names, op)
            else:
                waiting.append(op)
        self.moves = waiting

    def apply(self, record):
        _, kind, synced, name, to, offset, octets = record
        if kind == "d":
            self.sync_folder(name)
            return
        if os.path.basename(name) in LEFT_OUT:
            return
        if kind in "cur":
            file = File() if kind == "c" else self.live.get(name)
            op = (kind, name, to, file)
            self.move(self.live, op)
            self.moves.append(op)
            return
        file = self.live.get(name)
        if file is None:
            return
        if kind == "w":
            file.write(offset, octets, synced)
        elif kind == "t":
            file.pending.append(("t", offset, b""))
        elif kind == "s":
            file.sync()

    def cut(self, random):
        for op in self.moves[:random.randint(0, len(self.moves))]:
            self.move(self.names, op)
        for file in set(self.names.values()):
            file.lose(random)

    def save(self, folder):
        for name, file in self.names.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(file.durable)


def after_power_cut(before, records, at, random, folder):
    """Writes to `folder` what is left of `before` when the power went after `at` records."""
    disk = Disk(before)
    for record in records[:at]:
        disk.apply(record)
    disk.cut(random)
    disk.save(folder)
