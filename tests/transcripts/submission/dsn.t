# RFC 3461: DSN is offered to users, by its parameters; RFC 3461 5.2.3: who asks for success is told
U: tim@example.test tanstaaf
U: jane@example.test secret
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 235 *
C: MAIL FROM:<tim@example.test> RET=HDRS ENVID=QQ314159
C: RCPT TO:<jane@example.test> NOTIFY=SUCCESS ORCPT=rfc822;Jane@example.test
C: RCPT TO:<tim@example.test> NOTIFY=NEVER
C: DATA
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S: 250 2.1.5 ok
S~ 354 *
C: Subject: x
C: 
C: .
S~ 250 2.0.0 stored as *
# No room for the report: the message is delivered all the same.
A: tim@example.test quota.octets=1
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<jane@example.test> NOTIFY=success,failure,delay
C: DATA
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S~ 354 *
C: .
S~ 250 2.0.0 stored as *, without a copy in Sent: no room
C: NOOP
S: 250 2.0.0 ok
