# RFC 4954 sections 4 and 6, RFC 3207: no password without TLS, right or wrong (HAZARDS 5)
U: tim@example.test tanstaaf
O: plain=no
S~ 220 *
C: EHLO client.example
S~ 250-*
S: 250-PIPELINING
S~ 250-SIZE *
S: 250-8BITMIME
S: 250-STARTTLS
S: 250-ENHANCEDSTATUSCODES
S: 250-CHUNKING
S: 250-BINARYMIME
S: 250-DSN
S~ 250-LIMITS RCPTMAX=*
S: 250 SMTPUTF8
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 538 5.7.11 not without TLS: STARTTLS first (session *)
C: AUTH LOGIN
S~ 538 5.7.11 not without TLS: STARTTLS first (session *)
C: AUTH PLAIN AHRpbQB3cm9uZw==
S~ 538 5.7.11 not without TLS: STARTTLS first (session *)
C: MAIL FROM:<tim@example.test>
S~ 530 5.7.0 STARTTLS first, then log in (session *)
C: RCPT TO:<tim@example.test>
S~ 530 5.7.0 STARTTLS first, then log in (session *)
C: VRFY tim
S~ 530 5.7.0 STARTTLS first, then log in (session *)
C: STARTTLS
S: 220 2.0.0 begin TLS
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 503 5.5.1 not now: EHLO, and no transaction (session *)
C: EHLO client.example
S~ 250-*
S: 250-PIPELINING
S~ 250-SIZE *
S: 250-8BITMIME
S: 250-AUTH PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS
S: 250-ENHANCEDSTATUSCODES
S: 250-CHUNKING
S: 250-BINARYMIME
S: 250-DSN
S~ 250-LIMITS RCPTMAX=*
S: 250 SMTPUTF8
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S: 235 2.7.0 welcome
