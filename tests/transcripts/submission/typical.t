# RFC 6409: a user sends to others of the house; RFC 5321 appendix D.1
U: tim@example.test tanstaaf
U: jane@example.test secret
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S: 235 2.7.0 welcome
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<jane@example.test>
C: RCPT TO:<Green@example.test>
C: RCPT TO:<jones@example.com>
C: RCPT TO:<tim+notes@example.test>
C: DATA
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S~ 550 5.1.1 no such mailbox here: check the address (session *)
S~ 550 5.7.1 no relaying: this domain is not served here (session *)
S: 250 2.1.5 ok
S~ 354 *
C: From: Tim <tim@example.test>
C: To: jane@example.test
C: Bcc: tim+notes@example.test
C: 
C: Blah blah blah...
C: .
S~ 250 2.0.0 stored as *
C: MAIL FROM:<> SIZE=100 BODY=8BITMIME
C: RCPT TO:<jane@example.test>
C: BDAT 7 LAST
C. abc<0d0a0d0a>
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S~ 250 2.0.0 stored as *
C: QUIT
S: 221 2.0.0 bye
S!
