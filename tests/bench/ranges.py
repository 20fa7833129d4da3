#!/usr/bin/env python3
"""ranges.py PORT SECONDS: pieces of 4 KiB out of the middle of a message of 16 MB, one after the other."""
import imaplib
import random
import sys
import time

port, seconds = int(sys.argv[1]), float(sys.argv[2])
SIZE, PIECE = 16 << 20, 4096
c = imaplib.IMAP4("127.0.0.1", port)
c.login("u1120", "pass")
c.append("INBOX", None, None, b"Subject: big\r\n\r\n" + b"0123456789abcdef" * (SIZE // 16))
c.select()
begin, n = time.monotonic(), 0
while time.monotonic() - begin < seconds:
    at = random.randrange(0, SIZE - PIECE)
    status, data = c.fetch("1", f"(BODY.PEEK[]<{at}.{PIECE}>)")
    assert status == "OK" and len(data[0][1]) == PIECE
    n += 1
print(f"{'ranges 4K of 16M':16} rate {n / (time.monotonic() - begin):.4g} reads/s")
c.logout()
