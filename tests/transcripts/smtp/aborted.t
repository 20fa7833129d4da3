# RFC 5321 appendix D.2: an aborted transaction; 4.1.1.5: RSET
U: jones@example.test secret
S~ 220 *
C: EHLO bar.com
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<Smith@bar.com>
S~ 250 2.1.0 *
C: RCPT TO:<Jones@example.test>
S~ 250 2.1.5 *
C: RCPT TO:<Green@example.test>
S~ 550 5.1.1 *
C: RSET
S~ 250 2.0.0 *
C: DATA
S~ 503 5.5.1 no valid recipients (session *)
C: RSET
S~ 250 2.0.0 *
C: QUIT
S~ 221 *
