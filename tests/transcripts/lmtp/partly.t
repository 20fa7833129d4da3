# RFC 2033 section 4.2: each recipient for itself, in the order of their RCPTs
U: pat@example.test secret
U: jones@example.test secret
S~ 220 *
C: LHLO foo.edu
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<>
C: RCPT TO:<jones@example.test>
C: RCPT TO:<pat@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 250 *
S~ 354 *
C: Delivered-To: pat@example.test
C: 
C: x
C: .
S~ 451 4.3.0 another recipient of this message loops, try again (session *)
S~ 554 5.4.6 the message has been here before (session *)
C: MAIL FROM:<>
C: RCPT TO:<jones@example.test>
C: RCPT TO:<pat@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 250 *
S~ 354 *
I: EFULL
C: .
S~ 452 4.3.1 no space left on the system, try again later (session *)
S~ 452 4.3.1 no space left on the system, try again later (session *)
C: MAIL FROM:<>
C: RCPT TO:<jones@example.test>
C: RCPT TO:<pat@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 250 *
S~ 354 *
C: a<0a>b
C: .
S~ 550 5.6.0 a CR or LF stands alone: lines end in CRLF (session *)
S~ 550 5.6.0 a CR or LF stands alone: lines end in CRLF (session *)
C: QUIT
S~ 221 *
