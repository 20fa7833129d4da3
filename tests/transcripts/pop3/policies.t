# RFC 2449 6.5, 6.7, 8.1.1: what the settings pop3.* make of a maildrop
U: jane@example.test secret
O: plain=yes
M: one.eml
M: two.eml
A: jane@example.test pop3.leave_days=30
A: jane@example.test pop3.login_delay=60
S: +OK Postkeep
C: USER jane
S: +OK
C: PASS secret
S: +OK 2 messages (240 octets)
C: CAPA
S: +OK
S: TOP
S: UIDL
S: RESP-CODES
S: AUTH-RESP-CODE
S: PIPELINING
S: UTF8 USER
S: LANG
S: EXPIRE 30
S: LOGIN-DELAY 60
S: USER
S: SASL PLAIN LOGIN SCRAM-SHA-256
S: IMPLEMENTATION Postkeep
S: .
C: QUIT
S: +OK bye
S!
T: +20s
S2: +OK Postkeep
C2: USER jane
S2: +OK
C2: PASS secret
S2: -ERR [LOGIN-DELAY] seconds to wait: 40
S2!
# what leaves with the session in which it is retrieved may not be left on the server
T: +40s
A: jane@example.test pop3.login_delay=0
A: jane@example.test pop3.after=archive
S3: +OK Postkeep
C3: LANG de
S3: +OK de Sprache gewechselt
C3: USER jane
S3: +OK
C3: PASS secret
S3: +OK 2 Nachrichten (240 Oktette)
C3: CAPA
S3: +OK
S3: TOP
S3: UIDL
S3: RESP-CODES
S3: AUTH-RESP-CODE
S3: PIPELINING
S3: UTF8 USER
S3: LANG
S3: EXPIRE 0
S3: LOGIN-DELAY 0
S3: USER
S3: SASL PLAIN LOGIN SCRAM-SHA-256
S3: IMPLEMENTATION Postkeep
S3: .
C3: RETR 1
S3: +OK 109 Oktette
S3: Return-Path: <>
S3: Delivered-To: jane@example.test
S3: From: john@example.net
S3: Subject: one
S3:
S3: ..dots
S3: ...
S3: ..
S3: end
S3: .
C3: TOP 2 0
S3: +OK
S3: Return-Path: <>
S3: Delivered-To: jane@example.test
S3: From: john@example.net
S3: Subject: two
S3: X-Folded: a
S3: <09>b
S3:
S3: .
C3: QUIT
S3: +OK auf Wiedersehen
S3!
S4: +OK Postkeep
C4: USER jane
S4: +OK
C4: PASS secret
S4: +OK 1 messages (131 octets)
C4: QUIT
S4: +OK bye
S4!
S5: +OK Postkeep
C5: USER recent:jane+Archive
S5: +OK
C5: PASS secret
S5: +OK 1 messages (109 octets)
C5: QUIT
S5: +OK bye
S5!
S6: +OK Postkeep
C6: USER jane+Nowhere@example.test
S6: +OK
C6: PASS secret
S6: -ERR [SYS/PERM] there is no such mailbox: check the name you log in with
S6!
A: jane@example.test pop3.access=disabled
S7: +OK Postkeep
C7: USER jane
S7: +OK
C7: PASS wrong
S7: -ERR [AUTH] wrong name or password
C7: USER jane
S7: +OK
C7: PASS secret
S7: -ERR [SYS/PERM] POP3 is switched off for this account: ask your administrator
S7!
A: jane@example.test pop3.access=from-now
S8: +OK Postkeep
C8: USER jane
S8: +OK
C8: PASS secret
S8: +OK 0 messages (0 octets)
C8: LIST
S8: +OK 0 messages (0 octets)
S8: .
C8: UIDL
S8: +OK
S8: .
C8: STAT
S8: +OK 0 0
C8: QUIT
S8: +OK bye
S8!
