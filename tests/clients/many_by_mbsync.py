#!/usr/bin/env python3
"""many_by_mbsync.py STEP: with_mbsync's folder of thousands of messages, synchronised both ways."""
import collections
import pathlib
import sys

import mail
from client import address, folder, program, server, user

COUNT = 5000
near = pathlib.Path(folder, "near")
letters = {"D": r"\Draft", "F": r"\Flagged", "R": r"\Answered", "S": r"\Seen"}


def sync():
    program("mbsync", "-c", f"{folder}/rc", "-q", "all")


def letter(number):
    return (f"From: joran@example.net\r\nTo: {address}\r\nSubject: many {number}\r\n"
            f"Message-ID: <{number}.{user}@example.net>\r\n\r\nNumber {number}\r\n.\r\n").encode()


def multiappend(c, mailbox, messages):
    """RFC 3502 and 7888: all in one command."""
    tag = c._new_tag()
    c.send(tag + f' APPEND "{mailbox}"'.encode() + b"".join(b" {%d+}\r\n%s" % (len(m), m) for m in messages) + b"\r\n")
    while not (line := c.readline()).startswith(tag):
        if not line:
            raise mail.Failure("the server hung up")
    if not line.startswith(tag + b" OK [APPENDUID "):
        raise mail.Failure(f"APPEND: {line!r}")


def selected(mailbox):
    c = server.imap(user)
    status, data = c.select(f'"{mailbox}"')
    mail.expect(f"SELECT {data}", "OK", status)
    return c


def far_side(mailbox):
    """{number: flags}"""
    c = selected(mailbox)
    _, data = c.fetch("1:*", "(FLAGS BODY.PEEK[TEXT])")
    found = {}
    for part in data:
        if isinstance(part, tuple):
            flags = {f for f, name in letters.items() if name.encode() in part[0]}
            found[int(part[1].split()[1])] = "".join(sorted(flags))
    c.logout()
    return found


def files(mailbox):
    """{number: file}; a number that is there twice is a Failure."""
    found = collections.defaultdict(list)
    for part in ("cur", "new"):
        for path in (near / mailbox / part).iterdir():
            found[int(path.read_bytes().rpartition(b"Number ")[2].split()[0])].append(path)
    twice = [number for number, paths in found.items() if len(paths) > 1]
    mail.expect("twice", [], twice)
    return {number: path for number, (path,) in found.items()}


def near_side(mailbox):
    return {number: path.name.partition(":2,")[2] for number, path in files(mailbox).items()}


def both(mailbox, wanted):
    for side, found in (("far", far_side(mailbox)), ("near", near_side(mailbox))):
        wrong = {n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n)}
        if wrong:
            n = min(wrong)
            raise mail.Failure(f"{side}: {len(wrong)} wrong, {n}: wanted {wanted.get(n)}, got {found.get(n)}")


def mark(path, flags):
    path.rename(path.parents[1] / "cur" / (path.name.partition(":2,")[0] + ":2," + flags))


def after_flags():
    return {n: "F" * (n % 5 == 0) + "R" * (n % 49 == 0) + "S" * (n % 2 == 0) for n in range(COUNT)}


def after_expunge():
    wanted = {n: flags for n, flags in after_flags().items() if n % 50 not in (3, 4)}
    wanted.update((n, "S") for n in range(COUNT, COUNT + 100))
    wanted.update((n, "") for n in range(COUNT + 100, COUNT + 200))
    return wanted


def pull():
    c = server.imap(user)
    c.create("Many")
    multiappend(c, "Many", [letter(n) for n in range(COUNT)])
    c.logout()
    sync()
    both("Many", {n: "" for n in range(COUNT)})


def flags():
    """Every fifth flagged and every second seen there; every 49th answered here."""
    c = selected("Many")
    numbers = range(1, COUNT + 1)
    c.store(",".join(str(n) for n in numbers if (n - 1) % 5 == 0), "+FLAGS.SILENT", r"(\Flagged)")
    c.store(",".join(str(n) for n in numbers if (n - 1) % 2 == 0), "+FLAGS.SILENT", r"(\Seen)")
    c.logout()
    for number, path in files("Many").items():
        if number % 49 == 0:
            mark(path, "R")
    sync()
    both("Many", after_flags())


def push_and_expunge():
    """100 new here and 100 there, as many expunged here and there."""
    for number in range(COUNT, COUNT + 100):
        (near / "Many" / "cur" / f"1.{number}.here:2,S").write_bytes(letter(number).replace(b"\r\n", b"\n"))
    for number, path in files("Many").items():
        if number < COUNT and number % 50 == 3:
            mark(path, path.name.partition(":2,")[2] + "T")
    c = selected("Many")
    multiappend(c, "Many", [letter(n) for n in range(COUNT + 100, COUNT + 200)])
    c.store(",".join(str(n + 1) for n in range(COUNT) if n % 50 == 4), "+FLAGS.SILENT", r"(\Deleted)")
    c.expunge()
    c.logout()
    sync()
    both("Many", after_expunge())


def rename():
    """Renamed on both sides: what mbsync knew of UIDVALIDITY and UIDs still holds, so nothing is copied."""
    c = server.imap(user)
    before = c.status("Many", "(UIDVALIDITY UIDNEXT MESSAGES)")[1][0].partition(b" (")[2]
    mail.expect("RENAME", "OK", c.rename("Many", '"Old/Many 2026"')[0])
    (near / "Old").mkdir()
    (near / "Many").rename(near / "Old" / "Many 2026")
    names = {path.name for path in files("Old/Many 2026").values()}
    sync()
    after = c.status('"Old/Many 2026"', "(UIDVALIDITY UIDNEXT MESSAGES)")[1][0].partition(b" (")[2]
    mail.expect("status", before, after)
    mail.expect("names of files", names, {path.name for path in files("Old/Many 2026").values()})
    c.logout()


def again():
    sync()
    both("Old/Many 2026", after_expunge())
    if (near / "Many").exists():
        raise mail.Failure("Many has come back")


{"pull": pull, "flags": flags, "push-and-expunge": push_and_expunge, "rename": rename, "again": again}[sys.argv[1]]()
