# RFC 5321 4.1.2, 4.5.1, 4.5.5, appendix C: paths; RFC 6531: SMTPUTF8
U: jane@example.test secret
U: postmaster@example.test secret
S~ 220 *
C: EHLO [192.0.2.1]
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<>
S~ 250 2.1.0 *
C: RCPT TO:<postmaster>
S~ 250 2.1.5 *
C: RCPT TO:<"jane"@example.test>
S~ 250 2.1.5 *
C: RCPT TO:<@hosta.int,@jkl.org:jane@example.test>
S~ 250 2.1.5 *
C: RCPT TO:<""@example.test>
S~ 501 5.1.3 *
C: RCPT TO:<jane@example.test
S~ 501 5.1.3 *
C: RCPT TO:<jane@example.test<00>>
S~ 501 5.1.3 *
C: RCPT TO:<j<c3><b6>rg@example.test>
S~ 553 5.6.7 *
C: RCPT TO:<jane@elsewhere.example>
S~ 550 5.7.1 *
C: RCPT TO:<jane%elsewhere.example@example.test>
S~ 550 5.1.1 *
C: RSET
S~ 250 *
C: MAIL FROM:<j<c3><b6>rg@x.example> SMTPUTF8
S~ 250 2.1.0 *
C: RCPT TO:<j<c3><b6>rg@example.test>
S~ 550 5.1.1 *
C: QUIT
S~ 221 *
