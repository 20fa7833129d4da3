# RFC 5321 appendix D.1: a typical transaction
U: jones@example.test secret
U: brown@example.test secret
S~ 220 * ESMTP Postkeep
C: EHLO bar.com
S~ 250-*
S: 250-PIPELINING
S~ 250-SIZE *
S: 250-8BITMIME
S~ 250-*
S: 250-CHUNKING
S: 250-BINARYMIME
S~ 250-LIMITS RCPTMAX=*
S: 250 SMTPUTF8
C: MAIL FROM:<Smith@bar.com>
S: 250 2.1.0 ok
C: RCPT TO:<Jones@example.test>
S: 250 2.1.5 ok
C: RCPT TO:<Green@example.test>
S~ 550 5.1.1 no such mailbox here: check the address (session *)
C: RCPT TO:<Brown@example.test>
S: 250 2.1.5 ok
C: DATA
S~ 354 *
C: Blah blah blah...
C: ...etc. etc. etc.
C: .
S~ 250 2.0.0 stored as *
C: QUIT
S: 221 2.0.0 bye
