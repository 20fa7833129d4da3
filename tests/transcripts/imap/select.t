# RFC 3501 6.3.1 and 6.3.2 SELECT and EXAMINE, 6.4.1 CHECK, 6.4.2 CLOSE; RFC 3691 UNSELECT; 2.3.1.1
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
C1: a2 APPEND INBOX (\Deleted) {1+}
C1: x
S1~ a2 OK *
C1: a3 APPEND INBOX {1+}
C1: y
S1~ a3 OK *
# nothing is selected: no command of that state
C1: a4 CHECK
S1: a4 BAD No mailbox is selected
C1: a5 CLOSE
S1: a5 BAD No mailbox is selected
C1: a6 UNSELECT
S1: a6 BAD No mailbox is selected
C1: a7 EXPUNGE
S1: a7 BAD No mailbox is selected
C1: a8 UID SEARCH ALL
S1: a8 BAD No mailbox is selected
# 6.3.2: with EXAMINE nothing changes, not by CLOSE either
C1: b1 EXAMINE INBOX
S1~ * FLAGS *
S1: * OK [PERMANENTFLAGS ()] Read-only
S1: * 2 EXISTS
S1: * 2 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1: * OK [UIDNEXT 3] Predicted next UID
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1: b1 OK [READ-ONLY] EXAMINE completed
C1: b2 EXPUNGE
S1~ b2 NO [NOPERM] *
C1: b3 UID EXPUNGE 1:*
S1~ b3 NO [NOPERM] *
C1: b4 STORE 2 +FLAGS.SILENT (\Deleted)
S1~ b4 NO [NOPERM] *
C1: b5 MOVE 1 Trash
S1~ b5 NO [NOPERM] *
C1: b6 COPY 1 Trash
S1~ b6 OK [COPYUID * 1 1] Copied
C1: b7 CLOSE
S1: b7 OK CLOSE completed
C1: b8 STATUS INBOX (MESSAGES DELETED RECENT)
S1: * STATUS INBOX (MESSAGES 2 RECENT 2 DELETED 1)
S1: b8 OK STATUS completed
# 6.3.1: who fails to select has nothing selected; who asks in no grammar has what he had
C1: c1 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS (*\*)] *
S1: * 2 EXISTS
S1: * 2 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 3] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1: c1 OK [READ-WRITE] SELECT completed
C1: c2 SELECT
S1~ c2 BAD *
C1: c3 SELECT INBOX x
S1~ c3 BAD *
C1: c4 CHECK
S1: c4 OK CHECK completed
C1: c5 FETCH * UID
S1: * 2 FETCH (UID 2)
S1: c5 OK FETCH completed
C1: c6 SELECT nowhere
S1~ * OK [CLOSED] *
S1~ c6 NO [NONEXISTENT] *
C1: c7 FETCH 1 UID
S1: c7 BAD No mailbox is selected
# 6.4.2: SELECT and LOGOUT close without removing what is \Deleted, and so does UNSELECT
C1: d1 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 2 EXISTS
S1: * 0 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 3] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ d1 OK *
C1: d2 UNSELECT x
S1~ d2 BAD *
C1: d3 UNSELECT
S1: d3 OK UNSELECT completed
C1: d4 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 2 EXISTS
S1: * 0 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 3] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ d4 OK *
C1: d5 EXAMINE Drafts
S1~ * OK [CLOSED] *
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 0 EXISTS
S1: * 0 RECENT
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 1] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ d5 OK *
C1: d6 STATUS INBOX (MESSAGES DELETED)
S1: * STATUS INBOX (MESSAGES 2 DELETED 1)
S1: d6 OK STATUS completed
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 SELECT INBOX
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 2 EXISTS
S2: * 0 RECENT
S2~ * OK [UNSEEN 1] *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 3] *
S2~ * OK [HIGHESTMODSEQ *
S2~ * OK [MAILBOXID *
S2~ a2 OK *
C2: a3 LOGOUT
S2~ * BYE *
S2: a3 OK LOGOUT completed
S2!
S3~ * OK *
C3: a1 LOGIN jane@example.test secret
S3~ a1 OK *
C3: a2 SELECT INBOX
S3~ * FLAGS *
S3~ * OK [PERMANENTFLAGS *
S3: * 2 EXISTS
S3: * 0 RECENT
S3~ * OK [UNSEEN 1] *
S3~ * OK [UIDVALIDITY *
S3~ * OK [UIDNEXT 3] *
S3~ * OK [HIGHESTMODSEQ *
S3~ * OK [MAILBOXID *
S3~ a2 OK *
# CLOSE does remove them, and tells the client nothing
C1: e1 SELECT INBOX
S1~ * OK [CLOSED] *
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 2 EXISTS
S1: * 0 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 3] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ e1 OK *
C1: e2 CLOSE
S1: e2 OK CLOSE completed
C1: e3 STATUS INBOX (MESSAGES DELETED UIDNEXT)
S1: * STATUS INBOX (MESSAGES 1 UIDNEXT 3 DELETED 0)
S1: e3 OK STATUS completed
C3: a3 CHECK
S3: * 1 EXPUNGE
S3: a3 OK CHECK completed
# 2.3.1.1, 6.3.4: a mailbox that is made anew has another, greater UIDVALIDITY; so has one that takes
# over its name
C1: f1 CREATE new
S1~ f1 OK *
C1: f2 STATUS new (UIDVALIDITY)
S1: * STATUS new (UIDVALIDITY 1767225606)
S1: f2 OK STATUS completed
C1: f3 DELETE new
S1: f3 OK DELETE completed
C1: f4 CREATE new
S1~ f4 OK *
C1: f5 STATUS new (UIDVALIDITY)
S1: * STATUS new (UIDVALIDITY 1767225607)
S1: f5 OK STATUS completed
C1: f6 DELETE new
C1: f7 CREATE other
C1: f8 RENAME other new
S1: f6 OK DELETE completed
S1~ f7 OK *
S1: f8 OK RENAME completed
C1: f9 STATUS new (UIDVALIDITY)
S1: * STATUS new (UIDVALIDITY 1767225608)
S1: f9 OK STATUS completed
