# RFC 1939 section 3: at least ten minutes, and no more, for others wait for the maildrop; then without
# a word, and nothing is deleted
U: jane@example.test secret
M: one.eml
S: +OK Postkeep
C: USER jane
C: PASS secret
S: +OK
S: +OK 1 messages (109 octets)
T: +9m
C: DELE 1
S: +OK deleted
T: +9m
C: NOOP
S: +OK
T: +601s
S!
S2: +OK Postkeep
C2: USER jane
C2: PASS secret
S2: +OK
S2: +OK 1 messages (109 octets)
C2: QUIT
S2: +OK bye
S2!
# nobody logs in
S3: +OK Postkeep
C3: NOOP
S3: -ERR not now
T: +61s
S3!
