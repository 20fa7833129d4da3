# RFC 2449 8.1.1 and RFC 3206: what the store cannot do now is temporary
U: jane@example.test secret
M: one.eml
S: +OK Postkeep
I: EUNAVAILABLE
C: USER jane
C: PASS secret
S: +OK
S: -ERR [SYS/TEMP] try again later
C: USER jane
C: PASS secret
S: +OK
S: +OK 1 messages (109 octets)
I: EIO
C: RETR 1
S: -ERR [SYS/TEMP] try again later
C: DELE 1
S: +OK deleted
I: EIO
C: QUIT
S: -ERR [SYS/TEMP] some deleted messages are not removed: delete them again
S!
S2: +OK Postkeep
C2: USER jane
C2: PASS secret
S2: +OK
S2: +OK 1 messages (109 octets)
E2: link
S2: -ERR [SYS/TEMP] the session was ended
S2!
S3: +OK Postkeep
C3: USER jane
C3: PASS secret
S3: +OK
S3: +OK 1 messages (109 octets)
E3: drain
S3: -ERR [SYS/TEMP] the server is going down
S3!
