# Issue 5: full and suspended mailboxes are refused for now or for good, in the tenant's words
U: full@example.test secret
U: gone@example.test secret
U: jane@example.test secret
A: full@example.test quota.messages=0
A: gone@example.test suspended=on
S~ 220 *
C: EHLO x.example
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<a@x.example>
S~ 250 *
C: RCPT TO:<full@example.test>
S~ 452 4.2.2 the mailbox is full, try again later (session *)
C: RCPT TO:<gone@example.test>
S~ 450 4.2.1 the mailbox is suspended, try again later (session *)
A: test refuse.quota=on
A: test refuse.suspended=on
C: RCPT TO:<full@example.test>
S~ 552 5.2.2 the mailbox is full: its owner has to make room (session *)
C: RCPT TO:<gone@example.test>
S~ 550 5.2.1 the mailbox is suspended: reach its owner another way (session *)
A: test refuse.quota_text=Jane is on holiday, her mailbox too: call 0800 123
C: RCPT TO:<full@example.test>
S~ 552 5.2.2 Jane is on holiday, her mailbox too: call 0800 123 (session *)
C: RCPT TO:<jane@example.test>
S: 250 2.1.5 ok
A: jane@example.test quota.messages=0
C: DATA
S~ 354 *
C: .
S~ 552 5.2.2 jane@example.test: Jane is on holiday, her mailbox too: call 0800 123 (session *)
