# RFC 2595 section 4, RFC 6856 section 7: what was said before TLS, by whomever, is forgotten
U: jane@example.test secret
O: plain=yes
O: tls=starttls
S: +OK Postkeep
C: LANG de
S: +OK de Sprache gewechselt
C: UTF8
S: +OK
C: USER jane
S: +OK
C: STLS
S: +OK TLS beginnt
C: PASS secret
S: -ERR USER first
C: USER jane
S: +OK
C: PASS secret
S: +OK 0 messages (0 octets)
C: QUIT
S: +OK bye
S!
