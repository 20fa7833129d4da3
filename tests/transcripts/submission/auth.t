# RFC 4954 section 4: AUTH, with and without initial response, cancelled, wrong; RFC 4616, draft-murchison-sasl-login
U: tim@example.test tanstaaf
O: errors=1000
S~ 220 * ESMTP Postkeep
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 503 5.5.1 not now: EHLO, and no transaction (session *)
C: HELO client.example
S~ 250 *
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 503 5.5.1 EHLO first (session *)
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH
S~ 501 5.5.4 an argument is missing (session *)
C: AUTH PLAIN
S: 334 
C: *
S~ 501 5.7.0 cancelled (session *)
C: AUTH PLAIN *
S~ 501 5.5.2 this is no base64, or not what the mechanism wants (session *)
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg
S~ 501 5.5.2 this is no base64, or not what the mechanism wants (session *)
C: AUTH PLAIN =AAA
S~ 501 5.5.2 this is no base64, or not what the mechanism wants (session *)
C: AUTH PLAIN
S: 334 
C: AAA=BBB
S~ 501 5.5.2 this is no base64, or not what the mechanism wants (session *)
C: AUTH PLAIN =
S~ 501 5.5.2 this is no base64, or not what the mechanism wants (session *)
C: AUTH CRAM-MD5
S~ 504 5.5.4 no such mechanism: EHLO names them (session *)
C: AUTH NTLM TlRMTVNTUAAB
S~ 504 5.5.4 no such mechanism: EHLO names them (session *)
C: NOOP
S: 250 2.0.0 ok
C: auth plain AHRpbQB0YW5zdGFhZg==
S: 235 2.7.0 welcome
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 503 5.5.1 logged in already (session *)
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 503 5.5.1 logged in already (session *)
C: STARTTLS
S~ 503 5.5.1 not behind a login (session *)
C: QUIT
S: 221 2.0.0 bye
S!
# The challenges of LOGIN; an initial response answers the first of them.
S2~ 220 *
C2: EHLO client.example
S2~ 250-*
S2* 250-*
S2~ 250 *
C2: AUTH LOGIN
S2: 334 VXNlcm5hbWU6
C2: dGltQGV4YW1wbGUudGVzdA==
S2: 334 UGFzc3dvcmQ6
C2: dGFuc3RhYWY=
S2: 235 2.7.0 welcome
C2: QUIT
S2~ 221 *
S3~ 220 *
C3: EHLO client.example
S3~ 250-*
S3* 250-*
S3~ 250 *
C3: AUTH LOGIN dGltQGV4YW1wbGUudGVzdA==
S3: 334 UGFzc3dvcmQ6
C3: dGFuc3RhYWY=
S3: 235 2.7.0 welcome
C3: QUIT
S3~ 221 *
# PLAIN may be the last of a group (RFC 4954 section 4), and what follows is read behind it.
S4~ 220 *
C4: EHLO client.example
C4: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
C4: NOOP
S4~ 250-*
S4* 250-*
S4~ 250 *
S4: 235 2.7.0 welcome
S4: 250 2.0.0 ok
# Not during a transaction.
C4: MAIL FROM:<tim@example.test>
S4: 250 2.1.0 ok
C4: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S4~ 503 5.5.1 not now: EHLO, and no transaction (session *)
C4: RSET
S4: 250 2.0.0 forgotten
