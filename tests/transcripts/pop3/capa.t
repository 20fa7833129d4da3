# RFC 2449 sections 5 and 6: CAPA in both states, true each time; RFC 5034 section 3: SASL stays there
# after the login; RFC 2595 section 4: STLS only where it may be said
U: jane@example.test secret
O: plain=no
O: tls=starttls
S: +OK Postkeep
C: CAPA
S: +OK
S: TOP
S: UIDL
S: RESP-CODES
S: AUTH-RESP-CODE
S: PIPELINING
S: UTF8 USER
S: LANG
S: EXPIRE 0 USER
S: LOGIN-DELAY 86400 USER
S: STLS
S: IMPLEMENTATION Postkeep
S: .
# no password without TLS, right or wrong
C: USER jane
S: -ERR not without TLS: STLS first
C: PASS secret
S: -ERR not without TLS: STLS first
C: AUTH PLAIN AGphbmUAc2VjcmV0
S: -ERR not without TLS: STLS first
C: STLS
S: +OK begin TLS
C: CAPA
S: +OK
S: TOP
S: UIDL
S: RESP-CODES
S: AUTH-RESP-CODE
S: PIPELINING
S: UTF8 USER
S: LANG
S: EXPIRE 0 USER
S: LOGIN-DELAY 86400 USER
S: USER
S: SASL PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS
S: IMPLEMENTATION Postkeep
S: .
C: PASS secret
S: -ERR USER first
C: STLS
S: -ERR TLS is on already
C: USER jane
S: +OK
C: PASS secret
S: +OK 0 messages (0 octets)
C: STLS
S: -ERR not now
C: CAPA
S: +OK
S: TOP
S: UIDL
S: RESP-CODES
S: AUTH-RESP-CODE
S: PIPELINING
S: UTF8 USER
S: LANG
S: EXPIRE NEVER
S: LOGIN-DELAY 0
S: USER
S: SASL PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS
S: IMPLEMENTATION Postkeep
S: .
C: QUIT
S: +OK bye
S!
