# RFC 4954 section 5: AUTH= of MAIL is taken, checked and believed from nobody; xtext of RFC 3461 section 4
U: tim@example.test tanstaaf
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 235 *
C: MAIL FROM:<tim@example.test> AUTH=<>
S: 250 2.1.0 ok
C: RSET
S~ 250 *
C: MAIL FROM:<tim@example.test> AUTH=e+3Dmc2@example.com
S: 250 2.1.0 ok
C: RSET
S~ 250 *
C: MAIL FROM:<tim@example.test> AUTH=e=mc2@example.com
S~ 501 5.5.4 AUTH is <> or an address in xtext (session *)
C: MAIL FROM:<tim@example.test> AUTH=e+3dmc2@example.com
S~ 501 5.5.4 AUTH is <> or an address in xtext (session *)
C: MAIL FROM:<tim@example.test> AUTH=e+3
S~ 501 5.5.4 AUTH is <> or an address in xtext (session *)
C: MAIL FROM:<tim@example.test> AUTH=nobody
S~ 501 5.5.4 AUTH is <> or an address in xtext (session *)
C: MAIL FROM:<tim@example.test> AUTH=e+0A@example.com
S~ 501 5.5.4 AUTH is <> or an address in xtext (session *)
C: MAIL FROM:<tim@example.test> AUTH=
S~ 501 5.5.4 AUTH is <> or an address in xtext (session *)
C: MAIL FROM:<tim@example.test> AUTH=<> AUTH=<>
S~ 501 5.5.4 a parameter is there twice (session *)
