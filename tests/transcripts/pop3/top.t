# RFC 1939 section 7: TOP is the header, the empty line and so many lines
U: jane@example.test secret
M: two.eml
M: one.eml
S: +OK Postkeep
C: USER jane
S: +OK
C: PASS secret
S~ +OK 2 messages *
C: TOP 1 0
S: +OK
S: Return-Path: <>
S: Delivered-To: jane@example.test
S: From: john@example.net
S: Subject: two
S: X-Folded: a
S: <09>b
S:
S: .
C: TOP 1 2
S: +OK
S: Return-Path: <>
S: Delivered-To: jane@example.test
S: From: john@example.net
S: Subject: two
S: X-Folded: a
S: <09>b
S:
S: line 1
S: line 2
S: .
C: TOP 2 2
S: +OK
S: Return-Path: <>
S: Delivered-To: jane@example.test
S: From: john@example.net
S: Subject: one
S:
S: ..dots
S: ...
S: .
C: TOP 2 100
S: +OK
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
C: TOP 3 1
S: -ERR no such message
C: TOP 1
S: -ERR an argument is missing
C: TOP 1 -1
S: -ERR TOP number lines
C: QUIT
S: +OK bye
S!
