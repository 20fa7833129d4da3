# RFC 5321 2.3.8 and 4.1.1.4; HAZARDS 29 to 32: nothing but CRLF.CRLF ends a message
U: jane@example.test secret
S~ 220 *
C: HELO x.example
S~ 250 *
C: MAIL FROM:<a@x.example><0d><0a>RCPT TO:<jane@example.test><0d><0a>DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: one<0a>.<0a>MAIL FROM:<evil@x.example><0d><0a>.
S~ 550 5.6.0 a CR or LF stands alone: lines end in CRLF (session *)
C: MAIL FROM:<a@x.example><0d><0a>RCPT TO:<jane@example.test><0d><0a>DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: one<0a>.<0d><0a>MAIL FROM:<evil@x.example><0d><0a>.
S~ 550 5.6.0 a CR or LF stands alone: lines end in CRLF (session *)
C: MAIL FROM:<a@x.example><0d><0a>RCPT TO:<jane@example.test><0d><0a>DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: one<0d>.<0d>MAIL FROM:<evil@x.example><0d><0a>.
S~ 550 5.6.0 a CR or LF stands alone: lines end in CRLF (session *)
C: MAIL FROM:<a@x.example><0d><0a>RCPT TO:<jane@example.test><0d><0a>DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: one<00>two<0d><0a>.
S~ 550 5.6.0 the message has a NUL (session *)
C: MAIL FROM:<a@x.example><0d><0a>RCPT TO:<jane@example.test><0d><0a>DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: ..<0d><0a>..two<0d><0a>.
S~ 250 2.0.0 stored as *
C: QUIT
S~ 221 *
