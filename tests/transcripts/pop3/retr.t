# RFC 1939 section 5 (RETR) and RFC 2449 section 6.6 (PIPELINING): many in one go, in order
U: jane@example.test secret
M: one.eml
M: two.eml
S: +OK Postkeep
C: USER jane
C: PASS secret
C: RETR 2
C: RETR 1
C: RETR 3
C: RETR 1
C: NOOP
C: QUIT
S: +OK
S: +OK 2 messages (240 octets)
S: +OK 131 octets
S: Return-Path: <>
S: Delivered-To: jane@example.test
S: From: john@example.net
S: Subject: two
S: X-Folded: a
S: <09>b
S:
S: line 1
S: line 2
S: line 3
S: .
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
S: -ERR no such message
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
S: +OK
S: +OK bye
S!
