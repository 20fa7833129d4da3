# RFC 5034 section 4: AUTH, with and without initial response; RFC 3206: [AUTH]
U: tim@example.test tanstaaf
S: +OK Postkeep
C: AUTH PLAIN
S: + 
C: *
S: -ERR cancelled
C: AUTH PLAIN AHRpbQB3cm9uZw==
S: -ERR [AUTH] wrong name or password
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg
S: -ERR malformed
S!
S2: +OK Postkeep
C2: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S2: +OK 0 messages (0 octets)
C2: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S2: -ERR not now
C2: QUIT
S2: +OK bye
S2!
S3: +OK Postkeep
C3: AUTH LOGIN
S3: + VXNlcm5hbWU6
C3: dGltQGV4YW1wbGUudGVzdA==
S3: + UGFzc3dvcmQ6
C3: dGFuc3RhYWY=
S3: +OK 0 messages (0 octets)
C3: QUIT
S3: +OK bye
S3!
S4: +OK Postkeep
C4: AUTH NTLM
S4: -ERR no such mechanism
C4: USER nobody
S4: +OK
C4: PASS tanstaaf
S4: -ERR [AUTH] wrong name or password
C4: USER tim
S4: +OK
C4: PASS wrong
S4: -ERR [AUTH] wrong name or password
S4!
S5: +OK Postkeep
C5: USER tim@example.test
S5: +OK
C5: PASS tanstaaf
S5: +OK 0 messages (0 octets)
C5: QUIT
S5: +OK bye
S5!
