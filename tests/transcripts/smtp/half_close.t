# A client that sends all, closes its side and waits (RFC 5321 4.1.1.4: what was answered 250 is kept, so it has to be told)
U: jane@example.test secret
S~ 220 *
C: HELO x.example
C: MAIL FROM:<a@x.example>
C: RCPT TO:<jane@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 250 *
S~ 354 *
C: hello
C: .
E: eof
S~ 250 2.0.0 stored as *
S!
