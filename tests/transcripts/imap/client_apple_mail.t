# Apple Mail (RFC 2971, 3501 6.3.10, 5530): ID before login, STATUS of the selected mailbox, APPEND to Sent with odd flags
U: jane@example.test secret
S~ * OK *
C: 1.1 ID ("name" "Mac OS X Mail" "version" "16.0 (3776.700.51)" "os" "Mac OS X" "os-version" "14.5 (23F79)" "vendor" "Apple Inc.")
S~ * ID *
S: 1.1 OK ID completed
C: 2.1 LOGIN jane@example.test secret
S~ 2.1 OK *
C: 3.1 APPEND Sent (\Seen $NotJunk $MailFlagBit0 NotJunk) "21-Nov-2026 10:00:00 +0100" {10+}
C: Subject: a
S~ 3.1 OK [APPENDUID *
C: 4.1 SELECT Sent
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $NotJunk $MailFlagBit0 NotJunk)
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ 4.1 OK [READ-WRITE] *
C: 5.1 STATUS Sent (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
S~ * STATUS Sent (MESSAGES 1 UIDNEXT 2 UIDVALIDITY * UNSEEN 0)
S: 5.1 OK STATUS completed
C: 6.1 UID STORE 1 +FLAGS.SILENT (\Flagged $MailFlagBit2)
S~ * FLAGS (*$MailFlagBit2)
S~ * OK [PERMANENTFLAGS *
S: 6.1 OK UID STORE completed
C: 7.1 UID COPY 1 Trash
S~ 7.1 OK [COPYUID * 1 1] *
C: 8.1 UID STORE 1 +FLAGS.SILENT (\Deleted)
S: 8.1 OK UID STORE completed
C: 9.1 UID EXPUNGE 1
S: * 1 EXPUNGE
S: * 0 RECENT
S~ 9.1 OK *
