#!/usr/bin/env python3
"""pair.py ROUNDS ONLY NAME=PORT:PID[:METRICS] ...: what commands of IMAP cost, a line each.

The servers have the same mail of u1100, 10,000 messages; folders and MILLION messages (1000000) are
made here. What is told of them says servers.py. METRICS is where the counters of a server are
(pk-metrics(5)): then is told how many requests to its store a NOOP makes. ONLY is a regular
expression of names of rows.
"""
import http.client
import os
import re
import socket
import sys

from servers import Server, compare

FOLDERS = 1000
TAG = b"q7x7q "  # no line of a message begins with it
LAST = 8192  # octets, longer than any last line
LISTED = "(UID ENVELOPE FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE)"
HEADERS = "BODY.PEEK[HEADER.FIELDS (FROM TO CC SUBJECT DATE MESSAGE-ID REFERENCES)]"
MAIL, FOLDED, MILLION = "u1100", "u1101", "u1102"
FETCHED, FOUND = rb"^\* \d+ FETCH \(", rb"(?<=\d) |(?<=\d)\r"
# Name; user; commands; how many things these are, which the time is divided by; of what in the
# answers all servers must say the same number.
ROWS = [
    ("list of 10,000", MAIL, [f"UID FETCH 1:* {LISTED}"], 10000, FETCHED),
    ("list, 50 at a time", MAIL, [f"FETCH {n}:{n + 49} {LISTED}" for n in range(1, 2001, 50)], 2000, FETCHED),
    ("flags of 10,000", MAIL, ["UID FETCH 1:* (FLAGS)"], 10000, FETCHED),
    ("headers of 10,000", MAIL, [f"UID FETCH 1:* (UID {HEADERS})"], 10000, FETCHED),
    ("bodies of 10,000", MAIL, ["UID FETCH 1:* (UID BODY.PEEK[])"], 10000, FETCHED),
    ("bodies with flags", MAIL, ["UID FETCH 1:* (UID FLAGS RFC822.SIZE BODY.PEEK[])"], 10000, FETCHED),
    ("bodies, one at a time", MAIL, [f"FETCH {n} (UID BODY.PEEK[])" for n in range(1, 1001)], 1000, FETCHED),
    ("SEARCH UNSEEN", MAIL, ["UID SEARCH UNSEEN"], 1, FOUND),
    ("SEARCH SINCE", MAIL, ["UID SEARCH SENTSINCE 1-Jan-2025"], 1, FOUND),
    ("SEARCH SUBJECT", MAIL, ["UID SEARCH SUBJECT meeting"], 1, FOUND),
    ("SEARCH FROM", MAIL, ["UID SEARCH FROM smith"], 1, FOUND),
    ("SEARCH BODY", MAIL, ["UID SEARCH BODY quokkamarker"], 1, FOUND),
    ("SORT SUBJECT", MAIL, ["UID SORT (SUBJECT) UTF-8 ALL"], 1, FOUND),
    ("SORT REVERSE DATE", MAIL, ["UID SORT (REVERSE DATE) UTF-8 ALL"], 1, FOUND),
    ("THREAD REFERENCES", MAIL, ["UID THREAD REFERENCES UTF-8 ALL"], 1, None),
    ("LIST of 1,000", FOLDED, ['LIST "" "*"'], 1, None),
    ("LIST with STATUS", FOLDED, ['LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN UIDNEXT))'], 1, None),
    ("SELECT of 10,000", MAIL, ["SELECT INBOX"], 1, rb"\d+ EXISTS"),
    ("SELECT of a million", MILLION, ["SELECT INBOX"], 1, rb"\d+ EXISTS"),
    ("NOOP", MAIL, ["NOOP"] * 1000, 1000, None),
]


class ImapServer(Server):
    def __init__(self, word):
        super().__init__(word)
        self.metrics, self.users = self.rest, {}

    def session(self, user):
        if user not in self.users:
            self.users[user] = Session(self.port, user)
        return self.users[user]

    def requests(self):
        c = http.client.HTTPConnection("localhost")
        c.sock = socket.socket(socket.AF_UNIX)
        c.sock.connect(self.metrics[0])
        c.request("GET", "/metrics")
        text = c.getresponse().read().decode()
        c.close()
        return sum(int(n) for n in re.findall(r'^postkeep_request_seconds_count\{.*service="imap".*\} (\d+)$', text, re.M))


class Session:
    def __init__(self, port, user):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.memory = bytearray(1 << 20)
        self.view = memoryview(self.memory)
        self.socket.recv(4096)
        self.ask(f"LOGIN {user} pass")
        self.ask("SELECT INBOX")

    def ask(self, command, literal=b""):
        self.socket.sendall(TAG + command.encode() + b"\r\n")
        if literal:
            self.socket.recv(4096)
            self.socket.sendall(literal + b"\r\n")
        end = b""
        while True:
            n = self.socket.recv_into(self.memory)
            if not n:
                raise SystemExit(f"bench: closed after {command[:200]}")
            end = (end + self.view[max(0, n - LAST):n])[-LAST:]
            last = end[end.rfind(b"\r\n", 0, -2) + 2 if b"\r\n" in end[:-2] else 0:]
            if last.startswith(TAG) and last.endswith(b"\r\n"):
                if not last.startswith(TAG + b"OK"):
                    raise SystemExit(f"bench: {command[:200]}: {last.decode()}")
                return

    def count(self, command, pattern):
        """How often `pattern` is in the lines of the answer that are not its last one."""
        self.socket.sendall(TAG + command.encode() + b"\r\n")
        lines, n = self.socket.makefile("rb"), 0
        for line in lines:
            if line.startswith(TAG):
                return n
            n += len(re.findall(pattern, line))
        raise SystemExit(f"bench: closed after {command}")


def ask_all(row):
    def work(server):
        for command in row[2]:
            server.session(row[1]).ask(command)

    return work


def tell(servers, row, rounds):
    words = compare(servers, ask_all(row), rounds, row[3])
    counts = [sum(s.session(row[1]).count(c, row[4]) for c in row[2]) for s in servers] if row[4] else []
    if len(set(counts)) > 1:
        words.append("the answers differ: " + " ".join(map(str, counts)))
    print(f"{row[0]:22} {'; '.join(words)}", flush=True)


def folders(session):
    """In ten branches; only what is not there is made."""
    have = session.count('LIST "" "*"', rb"^\* LIST")
    for n in range(FOLDERS if have < FOLDERS else 0):
        session.ask(f"CREATE branch{n % 10}/folder{n}")


def copies(session, wanted):
    """Of a hundred small messages; how many there are then."""
    text = b"From: ann@x.example\r\nSubject: one of many\r\n\r\nsmall\r\n"
    have = 100
    for _ in range(have):
        session.ask(f"APPEND INBOX {{{len(text)}}}", text)
    while have < wanted:
        n = min(have, 90000, wanted - have)
        session.ask("SELECT INBOX")
        session.ask(f"COPY 1:{n} INBOX")
        have += n
    session.ask("SELECT INBOX")
    return have


def million(session, wanted):
    """Some are gone, and all but the last ten are seen: so is a large mailbox."""
    have = copies(session, wanted)
    session.ask(f"STORE 1:{have - 10} +FLAGS.SILENT (\\Seen)")
    gone = ",".join(f"{n}:{n + 9}" for n in range(100, have - 1000, have // 500))
    session.ask(f"STORE {gone} +FLAGS.SILENT (\\Deleted)")
    session.ask("EXPUNGE")


def main():
    rounds, only, servers = int(sys.argv[1]), sys.argv[2], [ImapServer(w) for w in sys.argv[3:]]
    rows = [row for row in ROWS if re.search(only, row[0])]
    for s in servers:
        if any(row[1] == FOLDED for row in rows):
            folders(s.session(FOLDED))
        if any(row[1] == MILLION for row in rows):
            million(s.session(MILLION), int(os.environ.get("MILLION", "1000000")))
    for row in rows:
        tell(servers, row, rounds)
    for s in servers:
        if s.metrics and rows and rows[-1] is ROWS[-1]:
            before = s.requests()
            ask_all(ROWS[-1])(s)
            made = (s.requests() - before) / ROWS[-1][3] if before else "not counted"
            print(f"{'requests of a NOOP':22} {s.name} {made}")


if __name__ == "__main__":
    main()
