# RFC 3207 section 4: STARTTLS is offered, needs no argument, and all before it is forgotten
U: jane@example.test secret
O: tls=starttls
S~ 220 *
C: STARTTLS
S~ 503 5.5.1 *
C: EHLO mail.example.com
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<a@x.example>
S~ 250 *
C: STARTTLS
S~ 503 5.5.1 *
C: RSET
S~ 250 *
C: STARTTLS now
S~ 501 5.5.4 *
C: STARTTLS
S: 220 2.0.0 begin TLS
C: MAIL FROM:<a@x.example>
S~ 503 5.5.1 *
C: EHLO mail.example.com
S~ 250-*
S: 250-PIPELINING
S~ 250-SIZE *
S: 250-8BITMIME
S: 250-ENHANCEDSTATUSCODES
S: 250-CHUNKING
S: 250-BINARYMIME
S~ 250-LIMITS RCPTMAX=*
S: 250 SMTPUTF8
C: STARTTLS
S~ 503 5.5.1 TLS is on already (session *)
C: MAIL FROM:<a@x.example>
C: RCPT TO:<jane@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: .
S~ 250 2.0.0 stored as *
C: QUIT
S~ 221 *
S!
