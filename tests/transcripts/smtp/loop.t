# RFC 5321 6.3: mail that has come round
U: jane@example.test secret
S~ 220 *
C: HELO x.example
S~ 250 *
C: MAIL FROM:<a@x.example><0d><0a>RCPT TO:<jane@example.test><0d><0a>DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: Delivered-To: Jane@example.test<0d><0a>Subject: x<0d><0a><0d><0a>y<0d><0a>.
S~ 554 5.4.6 the message has been here before (session *)
C: MAIL FROM:<a@x.example><0d><0a>RCPT TO:<jane@example.test><0d><0a>DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: Delivered-To: john@example.test<0d><0a>Subject: x<0d><0a><0d><0a>y<0d><0a>.
S~ 250 2.0.0 stored as *
