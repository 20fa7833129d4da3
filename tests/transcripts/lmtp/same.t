# RFC 2033 section 4.2: a recipient that is named twice has two replies (and one copy)
U: pat@example.test secret
S~ 220 *
C: LHLO foo.edu
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<chris@bar.com><0d><0a>RCPT TO:<pat@example.test><0d><0a>RCPT TO:<PAT@example.test><0d><0a>BDAT 3 LAST<0d><0a>x
S~ 250 2.1.0 *
S~ 250 2.1.5 *
S~ 250 2.1.5 *
S: 250 2.0.0 delivered
S: 250 2.0.0 delivered
C: QUIT
S~ 221 *
