"""SCRAM-SHA-256 over a line of IMAP, by hand (RFC 5802, RFC 7677): a client that can also cheat."""
import base64
import hashlib
import hmac
import os
import socket


class Wrong(Exception):
    pass


class Line:
    """An IMAP connection inside TLS."""

    def __init__(self, port, context, name="localhost"):
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", port), 30), server_hostname=name)
        self.file = self.socket.makefile("rwb")
        self.file.readline()

    def say(self, text):
        self.file.write(text.encode() + b"\r\n")
        self.file.flush()
        return self.file.readline().decode().rstrip("\r\n")

    def end_point(self):
        """RFC 5929 4.1: our certificates are signed with SHA-256."""
        return hashlib.sha256(self.socket.getpeercert(binary_form=True)).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def login(line, name, secret, header="n,,", channel=b"", mangle=None, plus=None):
    """The last line of an exchange. mangle changes the last message before it is sent."""
    mechanism = "SCRAM-SHA-256-PLUS" if (header[0] == "p" if plus is None else plus) else "SCRAM-SHA-256"
    bare = f"n={name},r={base64.b64encode(os.urandom(12)).decode()}"
    answer = line.say(f"a AUTHENTICATE {mechanism} " + base64.b64encode((header + bare).encode()).decode())
    if not answer.startswith("+ "):
        return answer
    first = base64.b64decode(answer[2:]).decode()
    nonce, salt, count = (part[2:] for part in first.split(","))
    without = f"c={base64.b64encode(header.encode() + channel).decode()},r={nonce}"
    salted = hashlib.pbkdf2_hmac("sha256", secret.encode(), base64.b64decode(salt), int(count))
    key = mac(salted, b"Client Key")
    auth = f"{bare},{first},{without}".encode()
    signature = mac(hashlib.sha256(key).digest(), auth)
    proof = bytes(a ^ b for a, b in zip(key, signature))
    last = f"{without},p={base64.b64encode(proof).decode()}"
    answer = line.say(base64.b64encode((mangle(last) if mangle else last).encode()).decode())
    if not answer.startswith("+ "):
        return answer
    if base64.b64decode(answer[2:]) != b"v=" + base64.b64encode(mac(mac(salted, b"Server Key"), auth)):
        raise Wrong("the server's proof")
    return line.say("")


def bound(line, name, secret):
    """By SCRAM-SHA-256-PLUS, bound to the certificate that the line was shown."""
    return login(line, name, secret, "p=tls-server-end-point,,", line.end_point())
