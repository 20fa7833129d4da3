# RFC 2449 section 6.6: each command is answered in its turn, also before the end of the session
U: jane@example.test secret
M: one.eml
# the client has ended its side: what it asked for before is answered
S: +OK Postkeep
C: USER jane
C: PASS secret
S: +OK
S: +OK 1 messages (109 octets)
C: RETR 1
E: eof
S: +OK 109 octets
S: Return-Path: <>
S: Delivered-To: jane@example.test
S: From: john@example.net
S: Subject: one
S:
S: ..dots
S: ...
S: ..
S: end
S: .
S!
# a line that is too long, behind RETR
S2: +OK Postkeep
C2: USER jane
C2: PASS secret
S2: +OK
S2: +OK 1 messages (109 octets)
C2: RETR 1
C2: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
S2: +OK 109 octets
S2: Return-Path: <>
S2: Delivered-To: jane@example.test
S2: From: john@example.net
S2: Subject: one
S2:
S2: ..dots
S2: ...
S2: ..
S2: end
S2: .
S2: -ERR the line is too long
S2!
