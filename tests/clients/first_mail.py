#!/usr/bin/env python3
"""first_mail.py send|look --base N --ca FILE: the way of a first mail.

send: a multipart message in by SMTP, one by LMTP while another session idles, one from the user by
submission, all out by IMAP and POP3. look: after a restart, all of it is still as it was.
"""
import argparse
import os
import pickle
import time

import mail

args = argparse.ArgumentParser()
args.add_argument("phase", choices=["send", "look"])
args.add_argument("--base", type=int, required=True)
args.add_argument("--ca", required=True)
args.add_argument("--password", default="pass")
args.add_argument("--keep", required=True, help="file for what is to be found again")
args = args.parse_args()

server = mail.Server(args.base, args.ca, args.password)
user, address = "u1", "u1@example.test"
stamp = f"{time.time():.6f}"
first = mail.message(f"first {stamp}", address, attachment=mail.octets(100_000))
second = mail.message(f"second {stamp}", address, seed=2)
own = mail.message(f"own {stamp}", address, seed=3, sender=address)
kept = {}


def smtp():
    c = server.smtp()
    refused = c.sendmail("joran@example.net", [address], first)
    mail.expect("refused recipients", {}, refused)
    c.quit()


def lmtp():
    c = server.lmtp()
    mail.expect("refused recipients", {}, c.sendmail("joran@example.net", [address], second))
    c.quit()


def submission():
    c = server.submission(user)
    mail.expect("refused recipients", {}, c.sendmail(address, [address], own))
    c.quit()


def lmtp_and_idle():
    """RFC 2177: another session is told without asking."""
    c = server.imap(user)
    _, (exists,) = c.select()
    c.send(b"i1 IDLE\r\n")
    line = c.readline()
    if not line.startswith(b"+"):
        raise mail.Failure(f"IDLE: {line!r}")
    began = time.monotonic()
    lmtp()
    while b"EXISTS" not in (line := c.readline()):
        if not line.startswith(b"*"):
            raise mail.Failure(f"while idle: {line!r}")
    mail.expect("EXISTS", int(exists) + 1, int(line.split()[1]))
    if time.monotonic() - began > 2:
        raise mail.Failure("the idle session was told too late")
    c.send(b"DONE\r\n")
    while not (line := c.readline()).startswith(b"i1 "):
        pass
    if not line.startswith(b"i1 OK"):
        raise mail.Failure(f"DONE: {line!r}")
    c.logout()


def by_subject(messages, sent):
    """The one that ends in what was sent; readers see trace lines before it."""
    sender = address if sent == own else "joran@example.net"
    found = [(name, octets) for name, octets in messages.items() if octets.endswith(sent)]
    if len(found) != 1:
        raise mail.Failure(f"found {len(found)} times among {len(messages)} messages")
    head = found[0][1][:-len(sent)]
    for field in (f"Return-Path: <{sender}>".encode(), b"Delivered-To: u1@example.test", b"Received: "):
        if field not in head:
            raise mail.Failure(f"no {field!r} in {head!r}")
    return found[0]


def imap():
    c = server.imap(user)
    messages = mail.imap_messages(c)
    kept["uids"] = dict(by_subject(messages, sent) for sent in (first, second, own))
    kept["uidvalidity"] = c.untagged_responses["UIDVALIDITY"]
    kept["sent"] = [m for m in mail.imap_messages(c, "Sent").values() if m.endswith(own)]
    mail.expect("copies in Sent", 1, len(kept["sent"]))
    c.logout()


def pop3():
    c = server.pop3(user)
    messages = mail.pop3_messages(c)
    kept["uidls"] = dict(by_subject(messages, sent) for sent in (first, second, own))
    c.quit()
    mail.expect("messages by POP3 and by IMAP", sorted(kept["uids"].values()), sorted(kept["uidls"].values()))
    with open(args.keep, "wb") as f:
        pickle.dump(kept, f)


def imap_again():
    c = server.imap(user)
    messages = mail.imap_messages(c)
    mail.expect("UIDVALIDITY", kept["uidvalidity"], c.untagged_responses["UIDVALIDITY"])
    for uid, octets in kept["uids"].items():
        mail.same(f"UID {uid}", octets, messages.get(uid, b""))
    mail.expect("copies in Sent", kept["sent"], [m for m in mail.imap_messages(c, "Sent").values() if m in kept["sent"]])
    c.logout()


def pop3_again():
    c = server.pop3(user)
    messages = mail.pop3_messages(c)
    for uidl, octets in kept["uidls"].items():
        mail.same(f"UIDL {uidl}", octets, messages.get(uidl, b""))
    c.quit()


if args.phase == "send":
    mail.finish([("smtp", smtp), ("lmtp-and-idle", lmtp_and_idle), ("submission", submission), ("imap", imap), ("pop3", pop3)])
if os.path.exists(args.keep):
    with open(args.keep, "rb") as f:
        kept = pickle.load(f)
    mail.finish([("imap-after-kill", imap_again), ("pop3-after-kill", pop3_again)])
print("not ok look: nothing had been kept")
raise SystemExit(1)
