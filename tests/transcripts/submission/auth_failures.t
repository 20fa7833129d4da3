# RFC 4954 section 6: what is the server's fault is 454 and counts against nobody; the others by their kind
U: tim@example.test tanstaaf
O: errors=1000
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
I: EUNAVAILABLE
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 454 4.7.0 temporary failure, try again later (session *)
I: ERETRY
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 454 4.7.0 temporary failure, try again later (session *)
I: EIO
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 454 4.7.0 temporary failure, try again later (session *)
I: ENOMEM
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 454 4.7.0 temporary failure, try again later (session *)
I: ELIMIT
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 454 4.7.0 too many sessions or attempts, try again later (session *)
I: ESUSPENDED
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 525 5.7.13 the account is suspended: ask your administrator (session *)
I: EPERM
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 538 5.7.11 not without TLS: STARTTLS first (session *)
I: ENOTSUP
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 504 5.5.4 no such mechanism: EHLO names them (session *)
I: EPROTO
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 501 5.5.2 this is no base64, or not what the mechanism wants (session *)
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S: 235 2.7.0 welcome
# A client that is stopped in the middle of it.
S2~ 220 *
C2: EHLO client.example
S2~ 250-*
S2* 250-*
S2~ 250 *
C2: AUTH LOGIN
S2: 334 VXNlcm5hbWU6
E2: drain
S2~ 421 4.3.2 the server is going down (session *)
S2!
S3~ 220 *
C3: EHLO client.example
S3~ 250-*
S3* 250-*
S3~ 250 *
C3: AUTH LOGIN
S3: 334 VXNlcm5hbWU6
E3: eof
S3!
