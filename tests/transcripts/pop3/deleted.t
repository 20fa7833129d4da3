# RFC 1939 sections 5 and 6; HAZARDS 106: nothing is deleted without QUIT
U: jane@example.test secret
M: one.eml
M: two.eml
S: +OK Postkeep
C: USER jane
S: +OK
C: PASS secret
S: +OK 2 messages (240 octets)
C: DELE 1
S: +OK deleted
C: DELE 1
S: -ERR the message is deleted already
C: DELE 2
S: +OK deleted
C: STAT
S: +OK 0 0
C: LIST
S: +OK 0 messages (0 octets)
S: .
C: RSET
S: +OK nothing is deleted
C: STAT
S: +OK 2 240
C: DELE 2
S: +OK deleted
E: eof
S!
S2: +OK Postkeep
C2: USER jane
S2: +OK
C2: PASS secret
S2: +OK 2 messages (240 octets)
C2: DELE 2
S2: +OK deleted
E2: kick
S2: -ERR [SYS/TEMP] the session was ended
S2!
S3: +OK Postkeep
C3: USER jane
S3: +OK
C3: PASS secret
S3: +OK 2 messages (240 octets)
C3: DELE 1
C3: DELE 2
C3: QUIT
S3: +OK deleted
S3: +OK deleted
S3: +OK bye
S3!
S4: +OK Postkeep
C4: USER jane
S4: +OK
C4: PASS secret
S4: +OK 0 messages (0 octets)
C4: LIST
S4: +OK 0 messages (0 octets)
S4: .
C4: UIDL
S4: +OK
S4: .
C4: RETR 1
S4: -ERR no such message
C4: QUIT
S4: +OK bye
S4!
