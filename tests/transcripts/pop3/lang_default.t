# RFC 6856 section 3.2: "*" is the language that the administrator prefers
U: jane@example.test secret
O: plain=yes
O: language=id
S: +OK Postkeep
C: FOO
S: -ERR perintah tidak dikenal
C: LANG en
S: +OK en language changed
C: LANG *
S: +OK id bahasa diganti
C: QUIT
S: +OK sampai jumpa
S!
