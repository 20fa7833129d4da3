# RFC 5321 3.8: 421 when the server goes down; a message that has begun is taken first
U: jane@example.test secret
S~ 220 *
C: HELO x.example
S~ 250 *
S2~ 220 *
E2: drain
S2~ 421 4.3.2 the server is going down (session *)
S2!
C: MAIL FROM:<a@x.example>
S~ 250 *
E: drain
C: RCPT TO:<jane@example.test>
C: DATA
S~ 250 *
S~ 354 *
C: .
S~ 250 2.0.0 stored as *
S~ 421 4.3.2 the server is going down (session *)
S!
