# RFC 3516: BINARY, BINARY.PEEK, BINARY.SIZE, literal8
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK [CAPABILITY * BINARY *
C: a2 APPEND INBOX {440+}
C: From: a@example.test
C: Subject: parts
C: MIME-Version: 1.0
C: Content-Type: multipart/mixed; boundary=b
C: 
C: --b
C: Content-Type: text/plain; charset=utf-8
C: Content-Transfer-Encoding: quoted-printable
C: 
C: caf=C3=A9=
C: s
C: --b
C: Content-Type: application/octet-stream
C: Content-Transfer-Encoding: base64
C: 
C: AAECAwQF
C: BgcICQ==
C: --b
C: Content-Type: text/plain
C: 
C: plain
C: --b
C: Content-Type: text/plain
C: Content-Transfer-Encoding: x-uuencode
C: 
C: strange
C: --b--
C: 
S~ a2 OK *
C: a3 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ a3 OK *
C: b1 FETCH 1 (BINARY.SIZE[1] BINARY.SIZE[2] BINARY.SIZE[3] FLAGS)
S: * 1 FETCH (BINARY.SIZE[1] 6 BINARY.SIZE[2] 10 BINARY.SIZE[3] 5 FLAGS (\Recent))
S: b1 OK FETCH completed
# Eight bits without NUL: a string; with NUL a literal8.
C: b2 FETCH 1 BINARY.PEEK[1]
S: * 1 FETCH (BINARY[1] {6}
S: cafés)
S: b2 OK FETCH completed
C: b3 FETCH 1 BINARY.PEEK[2]
S: * 1 FETCH (BINARY[2] ~{10}
S: <00010203040506070809>)
S: b3 OK FETCH completed
# Partials are of the decoded octets.
C: b4 FETCH 1 (BINARY.PEEK[2]<1.3> BINARY.PEEK[2]<9.100> BINARY.PEEK[2]<100.1> BINARY.PEEK[3]<1.2>)
S: * 1 FETCH (BINARY[2]<1> {3}
S: <010203> BINARY[2]<9> {1}
S: <09> BINARY[2]<100> "" BINARY[3]<1> {2}
S: la)
S: b4 OK FETCH completed
# Not the PEEK form: it is seen.
C: b5 FETCH 1 BINARY[3]
S: * 1 FETCH (BINARY[3] {5}
S: plain)
S: * 1 FETCH (FLAGS (\Seen \Recent))
S: b5 OK FETCH completed
# An encoding that nobody knows.
C: b6 FETCH 1 BINARY.PEEK[4]
S: * 1 FETCH (BINARY[4] NIL)
S~ b6 NO [UNKNOWN-CTE] *
C: b7 FETCH 1 BINARY.SIZE[4]
S: * 1 FETCH (BINARY.SIZE[4] 0)
S~ b7 NO [UNKNOWN-CTE] *
C: b8 FETCH 1 BINARY.PEEK[9]
S: * 1 FETCH (BINARY[9] NIL)
S: b8 OK FETCH completed
# What holds other parts has no encoding of its own.
C: c1 FETCH 1 (BINARY.SIZE[] RFC822.SIZE)
S: * 1 FETCH (BINARY.SIZE[] 440 RFC822.SIZE 440)
S: c1 OK FETCH completed
C: c2 FETCH 1 BINARY[1.TEXT]
S~ c2 BAD *
C: c3 FETCH 1 BINARY
S~ c3 BAD *
C: c4 FETCH 1 BINARY.SIZE[1]<0.1>
S~ c4 BAD *
C: c5 UID FETCH 1 (BINARY.PEEK[1]<0.4>)
S: * 1 FETCH (UID 1 BINARY[1]<0> {4}
S: caf<c3>)
S: c5 OK UID FETCH completed
# NUL in what is appended, and out again as it was.
C: d1 APPEND INBOX ~{26+}
C. Subject: nul<0d0a0d0a>a<00>b<0d0a>cd<00><0d0a>
C: 
S: * 2 EXISTS
S: * 2 RECENT
S~ d1 OK [APPENDUID * 2] *
C: d2 FETCH 2 (BINARY.PEEK[1] BINARY.SIZE[1] RFC822.SIZE)
S: * 2 FETCH (BINARY[1] ~{10}
S: a<00>b
S: cd<00>
S:  BINARY.SIZE[1] 10 RFC822.SIZE 26)
S: d2 OK FETCH completed
