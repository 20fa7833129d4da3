"""The messages of tests/corpus, and hard ones that are made here: too large to lie there, or a rule."""
import glob
import os

here = os.path.dirname(os.path.abspath(__file__))


def nested(kind, depth):
    out = b"inmost"
    for i in range(depth):
        if kind == "multipart":
            out = b"Content-Type: multipart/mixed; boundary=b%d.\r\n\r\n--b%d.\r\n%s\r\n--b%d.--\r\n" % (i, i, out if i else b"\r\n" + out, i)
        else:
            out = b"Content-Type: message/rfc822\r\nSubject: %d\r\n\r\n%s" % (i, out if i else b"\r\n" + out)
    return out


def many(count):
    parts = b"".join(b"--b\r\nX-N: %d\r\n\r\n%d\r\n" % (i, i) for i in range(1, count + 1))
    return b"Subject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


MADE = {
    "parts-9998": many(9998),
    "parts-20000": many(20000),
    "deep-90": nested("multipart", 90),
    "deep-300": nested("multipart", 300),
    "rfc822-deep-90": nested("rfc822", 90),
    "rfc822-deep-300": nested("rfc822", 300),
    "header-of-a-megabyte": b"Subject: a\r\nX-Large: " + b"x" * (1 << 20) + b"\r\nTo: b@example.test\r\n\r\nbody\r\n",
    "header-of-20000-fields": b"Subject: a\r\n" + b"".join(b"X-%d: %d\r\n" % (i, i) for i in range(20000)) + b"\r\nbody\r\n",
    "header-folded-20000-times": b"Subject: a" + b"\r\n b" * 20000 + b"\r\n\r\nbody\r\n",
    "recipients-5000": b"To: " + b",\r\n ".join(b"n%d <u%d@example.test>" % (i, i) for i in range(5000)) + b"\r\n\r\nx\r\n",
    "line-of-a-megabyte": b"Subject: a\r\n\r\n" + b"y" * (1 << 20),
    "eight-bits-and-nul": b"Subject: a\r\nContent-Transfer-Encoding: binary\r\n\r\n" + bytes(range(256)) * 40,
    "parameters-2000": b"Content-Type: text/plain" + b"".join(b";\r\n p%d=v%d" % (i, i) for i in range(2000)) + b"\r\n\r\nx\r\n",
    "boundaries-20000": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 20000,
}
# Beyond the limits of lib/mime: what is there stays octets; Python has no limits.
LIMITED = {"parts-20000", "deep-300", "rfc822-deep-300", "boundaries-20000", "header-of-a-megabyte",
           "header-folded-20000-times", "recipients-5000"}
NOT_BY_LMTP = {"nul", "eight-bits-and-nul", "received"}  # it has none of NUL, and none that went in a circle
SAME_BOUNDARY = {"boundary-same"}  # of which delimiter is whose, RFC 2046 says nothing


def messages():
    out = {}
    for path in sorted(glob.glob(f"{here}/../corpus/*.eml")):
        with open(path, "rb") as f:
            out[os.path.basename(path)[:-4]] = f.read()
    return {**out, **MADE}
