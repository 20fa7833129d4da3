# RFC 9051: what ENABLE IMAP4rev2 changes (appendix E); 6.3.1, 6.3.2, 6.4.4, 5.1
U: jane@example.test secret
S~ * OK [CAPABILITY IMAP4rev1 IMAP4rev2 *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX {7+}
C. a: b<0d0a>c
C: 
S~ a2 OK *
# As rev1: RECENT, UNSEEN, no LIST.
C: a3 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ a3 OK *
C: a4 SEARCH ALL
S: * SEARCH 1
S: a4 OK SEARCH completed
C: a51 STATUS INBOX (MESSAGES RECENT)
S: * STATUS INBOX (MESSAGES 1 RECENT 0)
S: a51 OK STATUS completed
C: a5 ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: a5 OK ENABLE completed
# What was recent is not any more.
C: a6 FETCH 1 FLAGS
S: * 1 FETCH (FLAGS ())
S: a6 OK FETCH completed
C: a7 SEARCH ALL
S: * ESEARCH (TAG "a7") ALL 1
S: a7 OK SEARCH completed
C: a8 UID SEARCH SUBJECT nothing
S: * ESEARCH (TAG "a8") UID
S: a8 OK UID SEARCH completed
C: b1 CREATE "Gödel"
S~ b1 OK *
C: b2 CREATE "G&APY-del"
S~ b2 OK *
C: b3 LIST "" "G*"
S: * LIST (\HasNoChildren) "/" G&APY-del
S: * LIST (\HasNoChildren) "/" "Gödel"
S: b3 OK LIST completed
C: b4 SELECT "Gödel"
S~ * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 0 EXISTS
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 1] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ * LIST (*) "/" "Gödel"
S: b4 OK [READ-WRITE] SELECT completed
C: b5 APPEND "Gödel" {14+}
C. ä: b<0d0a0d0a>body!
C: 
S: * 1 EXISTS
S~ b5 OK [APPENDUID * 1] *
C: b6 FETCH 1 (FLAGS BINARY.SIZE[1])
S: * 1 FETCH (FLAGS () BINARY.SIZE[1] 5)
S: b6 OK FETCH completed
C: b7 UNSELECT
S: b7 OK UNSELECT completed
# 6.3.11, appendix E 12: RECENT is no status item, appendix A: it is never told
C: c1 STATUS INBOX (MESSAGES RECENT UNSEEN)
S: c1 BAD RECENT is no status item of IMAP4rev2
C: c2 STATUS INBOX (recent)
S: c2 BAD RECENT is no status item of IMAP4rev2
C: c3 LIST "" INBOX RETURN (STATUS (RECENT) CHILDREN)
S: c3 BAD RECENT is no status item of IMAP4rev2
C: c4 STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE)
S~ * STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY * UNSEEN 1 DELETED 0 SIZE 7)
S: c4 OK STATUS completed
C: c5 LIST "" INBOX RETURN (STATUS (MESSAGES))
S: * LIST (\HasNoChildren) "/" INBOX
S: * STATUS INBOX (MESSAGES 1)
S: c5 OK LIST completed
