# pk-pop3(7): what POP3 does not show it does not delete either, though it lies between what it shows
U: jane@example.test secret
O: plain=yes
O: tls=none
M: one.eml
M: two.eml
M: one.eml
A: jane@example.test pop3.delete=hide
S: +OK Postkeep
C: USER jane
C: PASS secret
S: +OK
S~ +OK 3 messages *
C: DELE 2
S: +OK deleted
C: QUIT
S: +OK bye
S!
A: jane@example.test pop3.delete=expunge
S2: +OK Postkeep
C2: USER jane
C2: PASS secret
S2: +OK
S2~ +OK 2 messages *
C2: DELE 1
S2: +OK deleted
C2: DELE 2
S2: +OK deleted
C2: QUIT
S2: +OK bye
S2!
# recent: shows what is hidden
S3: +OK Postkeep
C3: USER recent:jane
C3: PASS secret
S3: +OK
S3: +OK 1 messages (131 octets)
C3: QUIT
S3: +OK bye
S3!
