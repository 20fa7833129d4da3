# RFC 1939 section 3: -ERR for what cannot be done; HAZARDS 9, 67, 105
U: jane@example.test secret
M: one.eml
S: +OK Postkeep
C: STAT
S: -ERR not now
C: RETR 1
S: -ERR not now
C: PASS secret
S: -ERR USER first
C: USER
S: -ERR an argument is missing
C: USER jane
S: +OK
C: PASS secret
S: +OK 1 messages (109 octets)
C: LIST 2
S: -ERR no such message
C: LIST 0
S: -ERR no such message
C: LIST 4294967297
S: -ERR no such message
C: RETR 18446744073709551617
S: -ERR no such message
C: DELE -1
S: -ERR no such message
C: RETR 1 1
S: -ERR too many arguments
C: STAT 1
S: -ERR too many arguments
C: XYZZY
S: -ERR unknown command
C: 
S: -ERR unknown command
C: DELE <00>1
S: -ERR no such message
S!
S2: +OK Postkeep
C2: GET / HTTP/1.1<0d0a>USER jane
S2: -ERR this is not a web server
S2!
