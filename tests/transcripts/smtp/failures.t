# RFC 5321 4.2.1: what the store cannot do now is 4yz, and the next message goes through
U: jane@example.test secret
S~ 220 *
C: HELO x.example
S~ 250 *
C: MAIL FROM:<a@x.example>
S~ 250 *
I: EUNAVAILABLE
C: RCPT TO:<jane@example.test>
S~ 451 4.3.0 temporary failure, try again later (session *)
I: EFULL
C: RCPT TO:<jane@example.test>
S~ 452 4.3.1 no space left on the system, try again later (session *)
I: EQUOTA
C: RCPT TO:<jane@example.test>
S~ 452 4.2.2 the mailbox is full, try again later (session *)
C: RCPT TO:<jane@example.test>
S: 250 2.1.5 ok
C: DATA
S~ 354 *
I: EIO
C: .
S~ 451 4.3.0 temporary failure, try again later (session *)
C: MAIL FROM:<a@x.example>
C: RCPT TO:<jane@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: .
S~ 250 2.0.0 stored as *
C: MAIL FROM:<a@x.example>
C: RCPT TO:<jane@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: half a message
E: link
S~ 421 4.3.0 storage is not available now (session *)
S!
