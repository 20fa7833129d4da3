# RFC 4954 section 4.1: EXTERNAL where TLS has proven a certificate of the client (RFC 4422 appendix A)
U: jane@example.test secret
O: certificate=yes
O: tls=implicit
S~ 220 *
C: EHLO client.example
S~ 250-*
S: 250-PIPELINING
S~ 250-SIZE *
S: 250-8BITMIME
S: 250-AUTH PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL
S* 250-*
S~ 250 *
C: AUTH EXTERNAL amFuZUBleGFtcGxlLnRlc3Q=
S: 235 2.7.0 welcome
S2~ 220 *
C2: EHLO client.example
S2~ 250-*
S2* 250-*
S2~ 250 *
C2: AUTH EXTERNAL
S2: 334 
C2: amFuZUBleGFtcGxlLnRlc3Q=
S2: 235 2.7.0 welcome
