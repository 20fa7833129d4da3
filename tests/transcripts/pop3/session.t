# RFC 1939 section 10: an example session, with our messages
U: mrose@example.test secret
M: one.eml
M: two.eml
S: +OK Postkeep
C: USER mrose
S: +OK
C: PASS secret
S: +OK 2 messages (242 octets)
C: STAT
S: +OK 2 242
C: LIST
S: +OK 2 messages (242 octets)
S: 1 110
S: 2 132
S: .
C: RETR 1
S: +OK 110 octets
S: Return-Path: <>
S: Delivered-To: mrose@example.test
S: From: john@example.net
S: Subject: one
S:
S: ..dots
S: ...
S: ..
S: end
S: .
C: DELE 1
S: +OK deleted
C: RETR 1
S: -ERR no such message
C: LIST
S: +OK 1 messages (132 octets)
S: 2 132
S: .
C: QUIT
S: +OK bye
S!
# section 6: it is gone now, and numbers begin anew
S2: +OK Postkeep
C2: USER mrose@example.test
S2: +OK
C2: PASS secret
S2: +OK 1 messages (132 octets)
C2: LIST 1
S2: +OK 1 132
C2: QUIT
S2: +OK bye
S2!
