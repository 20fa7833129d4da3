# RFC 1939 section 7: a message keeps its unique-id for ever; numbers are of the session
U: jane@example.test secret
M: one.eml
M: two.eml
M: one.eml
S: +OK Postkeep
C: USER jane
S: +OK
C: PASS secret
S~ +OK 3 messages *
C: UIDL
S: +OK
S~ 1 *.1
S~ 2 *.2
S~ 3 *.3
S: .
C: DELE 1
S: +OK deleted
C: UIDL 1
S: -ERR no such message
C: UIDL 3
S~ +OK 3 *.3
C: UIDL
S: +OK
S~ 2 *.2
S~ 3 *.3
S: .
C: QUIT
S: +OK bye
S!
S2: +OK Postkeep
C2: USER jane
S2: +OK
C2: PASS secret
S2~ +OK 2 messages *
C2: UIDL
S2: +OK
S2~ 1 *.2
S2~ 2 *.3
S2: .
C2: QUIT
S2: +OK bye
S2!
