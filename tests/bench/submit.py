#!/usr/bin/env python3
"""submit.py SECONDS CONNECTIONS USERS NAME=PORT:PID: what it costs when users send mail, a line.

Each connection is of a user of its own, inside TLS, and sends one message of 4 KB after the other
to one recipient. Each is then in the recipient's mailbox and in the sender's Sent. Told are messages
a second, the median from the last octet of a message to its reply, and processor time of all
processes of the server. The users must be free to send as many in an hour.
"""
import base64
import random
import socket
import ssl
import statistics
import sys
import threading
import time

from servers import Server, measure

OCTETS = 4096


class Sender(threading.Thread):
    def __init__(self, port, number, users):
        super().__init__()
        self.user, self.users, self.random = f"u{number}@example.test", users, random.Random(number)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", port)))
        self.lines = self.socket.makefile("rb")
        self.took = []
        self.expect(b"220")
        self.say(b"EHLO client.example.test", b"250")
        self.say(b"AUTH PLAIN " + base64.b64encode(f"\0{self.user}\0pass".encode()), b"235")

    def expect(self, code):
        while True:
            line = self.lines.readline()
            if not line.startswith(code):
                raise SystemExit(f"bench: {line.decode()}")
            if line[3:4] == b" ":
                return

    def say(self, command, code):
        self.socket.sendall(command + b"\r\n")
        self.expect(code)

    def text(self, number, to):
        head = (f"From: <{self.user}>\r\nTo: <{to}>\r\nSubject: message {number}\r\n"
                f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime())}\r\n"
                f"Message-ID: <{number}.{time.monotonic_ns()}.{self.user}>\r\n\r\n")
        lines = base64.b64encode(self.random.randbytes((OCTETS - len(head)) * 35 // 48))
        return head.encode() + b"\r\n".join(lines[n:n + 70] for n in range(0, len(lines), 70)) + b"\r\n.\r\n"

    def send(self, number):
        to = f"u{self.random.randrange(self.users) + 1}@example.test"
        text = self.text(number, to)
        self.socket.sendall(f"MAIL FROM:<{self.user}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode())
        for code in (b"250", b"250", b"354"):
            self.expect(code)
        self.socket.sendall(text)
        begin = time.monotonic()
        self.expect(b"250")
        self.took.append(time.monotonic() - begin)

    def run(self):
        while time.monotonic() < self.until:
            self.send(len(self.took))


def main():
    seconds, connections, users = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    server = Server(sys.argv[4])
    senders = [Sender(server.port, n + 1, users) for n in range(connections)]

    def send_all(_):
        for s in senders:
            s.until = time.monotonic() + seconds
            s.start()
        for s in senders:
            s.join()

    wall, cpu = measure(server, send_all)
    took = [t for s in senders for t in s.took]
    print(f"{f'submit 4K c{connections} tls':22} {server.name} {len(took) / wall:.4g} msgs/s, latency p50 "
          f"{statistics.median(took) * 1e3:.3g} ms, cpu {cpu / len(took) * 1e6:.3g} us a message with its copy in Sent")


main()
