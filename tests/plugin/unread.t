# A protocol of another author: counts of all mailboxes, and pushes as they change
U: jane@example.test secret
S: OK unread
C: COUNT
S: NO log in first
C: WATCH
S: NO log in first
C: LOGIN jane@example.test wrong
S: NO wrong name or password
C: LOGIN jane@example.test secret
S: OK
C: COUNT
S* * 0 0
S: .
C: WATCH
S* * 0 0
S: .
M: mail.eml jane@example.test
S: * INBOX 1 1
M: mail.eml jane@example.test
S: * INBOX 2 2
C: enough
S: OK
M: mail.eml jane@example.test
C: COUNT
S* * 0 0
S: INBOX 3 3
S* * 0 0
S: .
S2: OK unread
C2: LOGIN jane@example.test secret
S2: OK
C2: WATCH
S2* * 0 0
S2: INBOX 3 3
S2* * 0 0
S2: .
E: kick
S: BYE the server ends this session
S! closed
M: mail.eml jane@example.test
S2: * INBOX 4 4
I: EIO
M: mail.eml jane@example.test
S2: NO try again later
C2: QUIT
S2: BYE
S2! closed
