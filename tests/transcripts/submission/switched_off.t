# pkctl(1): login.submission: who is switched off sends nothing any more, also in a session that is there
U: tim@example.test tanstaaf
U: boss@example.test secret
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 235 *
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
S~ 250 *
S~ 250 *
A: tim@example.test login.submission=off
C: DATA
S~ 354 *
C: .
S~ 550 5.7.13 submission is switched off for this account (session *)
C: MAIL FROM:<tim@example.test>
S~ 550 5.7.13 submission is switched off for this account (session *)
A: tim@example.test login.submission=on
C: MAIL FROM:<tim@example.test>
S~ 250 *
