# RFC 1939 section 4 and RFC 2449 8.1.1: one session has the maildrop
U: jane@example.test secret
M: one.eml
S: +OK Postkeep
C: USER jane
S: +OK
C: PASS secret
S: +OK 1 messages (109 octets)
S2: +OK Postkeep
C2: USER jane
S2: +OK
C2: PASS secret
S2: -ERR [IN-USE] another session has the maildrop, try again later
S2!
C: NOOP
S: +OK
C: QUIT
S: +OK bye
S!
S3: +OK Postkeep
C3: USER jane
S3: +OK
C3: PASS secret
S3: +OK 1 messages (109 octets)
C3: QUIT
S3: +OK bye
S3!
