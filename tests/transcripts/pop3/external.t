# RFC 5034 section 2, RFC 4422 appendix A: CAPA names EXTERNAL where TLS has proven a certificate of
# the client
U: jane@example.test secret
O: certificate=yes
O: tls=implicit
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
S: USER
S: SASL PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL
S: IMPLEMENTATION Postkeep
S: .
C: AUTH EXTERNAL amFuZUBleGFtcGxlLnRlc3Q=
S: +OK 0 messages (0 octets)
C: QUIT
S: +OK bye
S!
