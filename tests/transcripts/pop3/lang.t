# RFC 6856 section 3: LANG; section 2: UTF8
U: jane@example.test secret
O: plain=yes
S: +OK Postkeep
C: LANG MUL
S: -ERR no such language
C: LANG
S: +OK languages:
S: en English
S: de Deutsch
S: id Bahasa Indonesia
S: .
C: LANG de
S: +OK de Sprache gewechselt
C: FOO
S: -ERR unbekannter Befehl
C: LANG uga
S: -ERR diese Sprache gibt es hier nicht
C: LANG
S: +OK Sprachen:
S: en English
S: de Deutsch
S: id Bahasa Indonesia
S: .
# RFC 4647 3.4: less and less of the range
C: LANG id-ID-x-foo
S: +OK id bahasa diganti
C: USER jane
S: +OK
C: PASS wrong
S: -ERR [AUTH] nama atau kata sandi salah
C: LANG de-at
S: +OK de Sprache gewechselt
# 2.1: before the login only, without an argument
C: UTF8 yes
S: -ERR zu viele Argumente
C: UTF8
S: +OK
C: USER jane
S: +OK
C: PASS secret
S: +OK 0 Nachrichten (0 Oktette)
C: UTF8
S: -ERR nicht jetzt
C: STAT
S: +OK 0 0
C: LIST
S: +OK 0 Nachrichten (0 Oktette)
S: .
C: RETR 1
S: -ERR diese Nachricht gibt es nicht
C: LANG *
S: +OK en language changed
C: QUIT
S: +OK bye
S!
