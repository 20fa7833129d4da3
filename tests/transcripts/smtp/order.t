# RFC 5321 4.1.4: the order of commands; each wrong one changes nothing
U: jane@example.test secret
S~ 220 *
C: MAIL FROM:<a@x.example>
S~ 503 5.5.1 *
C: RCPT TO:<jane@example.test>
S~ 503 5.5.1 *
C: DATA
S~ 503 5.5.1 *
C: HELO x.example
S~ 250 *
C: RCPT TO:<jane@example.test>
S~ 503 5.5.1 *
C: MAIL FROM:<a@x.example>
S~ 250 *
C: MAIL FROM:<b@x.example>
S~ 503 5.5.1 *
C: DATA
S~ 503 5.5.1 *
C: RCPT TO:<jane@example.test>
S~ 250 *
C: NOOP
S~ 250 *
C: VRFY jane
S~ 252 *
C: HELP
S~ 214 *
C: DATA
S~ 354 *
C: .
S~ 250 *
C: DATA
S~ 503 5.5.1 *
C: QUIT
S~ 221 *
