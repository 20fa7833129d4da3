"""One who behaves, on a link of its own, all the time: its mail is what it put there, and it hears of nobody."""
import threading

from peer import Failure, ipc

MARK = b"MARKER-"
FOREIGN = b"intruder"
BODY = b"Subject: MARKER-subject\r\nFrom: a@example.net\r\n\r\nMARKER-body\r\n"


class Witness(threading.Thread):
    def __init__(self, store, user, password):
        super().__init__(daemon=True)
        self.link = store.link(3, "imap")
        self.session = ipc.Session(self.link)
        self.session.login(user, password)
        self.rounds, self.failure, self.over = 0, None, False
        self.session.send_body(1, BODY)
        self.session.call("create", mailbox="MARKER-place")
        self.session.call("append", mailbox="MARKER-place", messages=[dict(body=1, keywords=" MARKER-keyword ")])
        self.handle = self.session.call("open", mailbox="MARKER-place", mode=1)["handle"]
        self.first = self.look()

    def look(self):
        """All that it can see of its own place."""
        names = sorted(m["name"] for m in self.session.call("list")["mailboxes"])
        rows = self.session.call("messages", handle=self.handle, uids=[dict(first=1, last=2**32 - 1)], want=127)
        body = self.session.call("read", handle=self.handle, pieces=[dict(uid=1, octets=1 << 20)])
        status = self.session.call("status", mailbox="MARKER-place")
        return names, rows["messages"], b"".join(c["bytes"] for c in body["chunks"]), status

    def run(self):
        try:
            while not self.over:
                seen = self.look()
                if seen != self.first:
                    raise Failure(f"the witness sees {seen}, saw {self.first}")
                if FOREIGN in repr(seen).encode().lower():
                    raise Failure("the witness sees what an intruder wrote")
                self.rounds += 1
        except (Failure, ipc.Refused, ipc.Gone, ipc.Unanswered, OSError) as e:
            self.failure = e

    def stop(self):
        self.over = True
        self.join(60)
        if not self.failure and self.rounds:
            self.session.call("bye")
        self.link.close()
