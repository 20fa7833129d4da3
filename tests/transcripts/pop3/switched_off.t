# RFC 3206: who may log in but not by this protocol hears what to do, after the right password alone
U: jane@example.test secret
A: jane@example.test login.pop3=off
S: +OK Postkeep
C: USER jane
S: +OK
C: PASS wrong
S: -ERR [AUTH] wrong name or password
C: USER jane
S: +OK
C: PASS secret
S: -ERR [SYS/PERM] the account is suspended, or POP3 is switched off for it: ask your administrator
C: LANG de
S: +OK de Sprache gewechselt
C: USER jane
S: +OK
C: PASS secret
S: -ERR [SYS/PERM] das Konto ist gesperrt oder POP3 dafür abgeschaltet: bitte den Administrator fragen
S!
A: jane@example.test login.pop3=
A: jane@example.test suspended=on
S2: +OK Postkeep
C2: USER jane
S2: +OK
C2: PASS secret
S2: -ERR [SYS/PERM] the account is suspended, or POP3 is switched off for it: ask your administrator
A: jane@example.test suspended=off
C2: USER jane
S2: +OK
C2: PASS secret
S2: +OK 0 messages (0 octets)
C2: QUIT
S2: +OK bye
