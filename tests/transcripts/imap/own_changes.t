# RFC 3501 7.2.6, 7.3.1, RFC 6851 4.2: a session's own changes bring what it did not know
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
C1: a2 APPEND INBOX {2+}
C1: a
S1~ a2 OK *
C1: a3 APPEND INBOX {2+}
C1: b
S1~ a3 OK *
C1: a4 SELECT INBOX
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S1~ * OK [PERMANENTFLAGS *
S1: * 2 EXISTS
S1: * 2 RECENT
S1: * OK [UNSEEN 1] First unseen
S1~ * OK [UIDVALIDITY *
S1: * OK [UIDNEXT 3] Predicted next UID
S1: * OK [HIGHESTMODSEQ 3] Highest
S1: * OK [MAILBOXID (F0000000100000001)] Its id
S1: a4 OK [READ-WRITE] SELECT completed
C1: a5 NOOP
S1: a5 OK NOOP completed
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 SELECT INBOX
S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S2~ * OK [PERMANENTFLAGS *
S2: * 2 EXISTS
S2: * 0 RECENT
S2: * OK [UNSEEN 1] First unseen
S2~ * OK [UIDVALIDITY *
S2: * OK [UIDNEXT 3] Predicted next UID
S2: * OK [HIGHESTMODSEQ 3] Highest
S2: * OK [MAILBOXID (F0000000100000001)] Its id
S2: a2 OK [READ-WRITE] SELECT completed
C2: a3 NOOP
S2: a3 OK NOOP completed
# a copy of a message that moves into its own mailbox is new
C1: b1 MOVE 1 INBOX
S1~ * OK [COPYUID * 1 3] Moved
S1: * 1 EXPUNGE
S1: * 2 EXISTS
S1: * 2 RECENT
S1: b1 OK MOVE completed
C1: b2 COPY 1 INBOX
S1: * 3 EXISTS
S1: * 3 RECENT
S1~ b2 OK [COPYUID * 2 4] Copied
C1: b3 UID MOVE 2:3 INBOX
S1~ * OK [COPYUID * 2:3 5:6] Moved
S1: * 2 EXPUNGE
S1: * 1 EXPUNGE
S1: * 3 EXISTS
S1: * 3 RECENT
S1: b3 OK UID MOVE completed
C1: b4 NOOP
S1: b4 OK NOOP completed
C2: b1 NOOP
S2: * 2 EXPUNGE
S2: * 1 EXPUNGE
S2: * 3 EXISTS
S2: * 3 RECENT
S2: b1 OK NOOP completed
# the FETCH of \Seen has the names of all flags
C2: c1 STORE 1 +FLAGS.SILENT (Fresh)
S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Fresh)
S2~ * OK [PERMANENTFLAGS *
S2: c1 OK STORE completed
C1: c1 FETCH 1 BODY[TEXT]
S1: * 1 FETCH (BODY[TEXT] "")
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Fresh)
S1~ * OK [PERMANENTFLAGS *
S1: * 1 FETCH (FLAGS (\Seen \Recent Fresh))
S1: c1 OK FETCH completed
# a mailbox that another session renamed is still the selected one
C1: d1 CREATE old
S1~ d1 OK *
C1: d2 APPEND old {1+}
C1: x
S1~ d2 OK *
C1: d3 SELECT old
S1~ * OK [CLOSED] *
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 1 EXISTS
S1: * 1 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 2] *
S1~ * OK [HIGHESTMODSEQ *] Highest
S1~ * OK [MAILBOXID *
S1~ d3 OK *
C1: d4 NOOP
S1: d4 OK NOOP completed
C2: d1 RENAME old new
S2: * 1 FETCH (FLAGS (\Seen \Recent Fresh))
S2: d1 OK RENAME completed
C1: d5 NOOP
S1: d5 OK NOOP completed
C1: d6 MOVE 1 new
S1~ * OK [COPYUID * 1 2] Moved
S1: * 1 EXPUNGE
S1: * 1 EXISTS
S1: * 1 RECENT
S1: d6 OK MOVE completed
C1: d7 FETCH 1 UID
S1: * 1 FETCH (UID 2)
S1: d7 OK FETCH completed
