# RFC 2033 section 4.2: a reply for each accepted recipient
U: pat@example.test secret
U: jones@example.test secret
S~ 220 * LMTP Postkeep
C: EHLO foo.edu
S~ 500 5.5.1 *
C: LHLO foo.edu
S~ 250-*
S: 250-PIPELINING
S~ 250-SIZE *
S~ 250-*
S: 250-ENHANCEDSTATUSCODES
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<chris@bar.com><0d><0a>RCPT TO:<pat@example.test><0d><0a>RCPT TO:<jones@example.test><0d><0a>RCPT TO:<green@example.test><0d><0a>DATA
S~ 250 2.1.0 *
S~ 250 2.1.5 *
S~ 250 2.1.5 *
S~ 550 5.1.1 *
S~ 354 *
C: Blah blah blah...<0d><0a>etc. etc. etc.<0d><0a>.
S: 250 2.0.0 delivered
S: 250 2.0.0 delivered
C: MAIL FROM:<chris@bar.com><0d><0a>RCPT TO:<green@example.test><0d><0a>DATA
S~ 250 2.1.0 *
S~ 550 5.1.1 *
S~ 503 5.5.1 *
C: QUIT
S~ 221 *
