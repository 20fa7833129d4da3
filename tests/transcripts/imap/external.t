# RFC 4422 appendix A, RFC 9051 6.2.2: EXTERNAL is offered where TLS has proven a certificate of the
# client, and only there; RFC 3501 6.2.1: what was offered before STARTTLS is over
U: jane@example.test secret
U: joe@example.test secret
O: certificate=yes
S~ * OK [CAPABILITY * STARTTLS AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256] *
C: a1 AUTHENTICATE EXTERNAL amFuZUBleGFtcGxlLnRlc3Q=
S~ a1 NO *
C: a2 STARTTLS
S: a2 OK Begin TLS now
C: a3 CAPABILITY
S~ * CAPABILITY * AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS AUTH=EXTERNAL
S: a3 OK CAPABILITY completed
# joe has not registered it
C: a4 AUTHENTICATE EXTERNAL am9lQGV4YW1wbGUudGVzdA==
S~ a4 NO *
C: a5 AUTHENTICATE EXTERNAL
S: + 
C: amFuZUBleGFtcGxlLnRlc3Q=
S~ a5 OK [CAPABILITY *
C: a6 CAPABILITY
S~ * CAPABILITY * MOVE *APPENDLIMIT=67108864
S: a6 OK CAPABILITY completed
C: a7 STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 0)
S: a7 OK STATUS completed
