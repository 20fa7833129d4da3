# RFC 7162 3.2: QRESYNC. SELECT with what the client knows (3.2.5), UID FETCH VANISHED (3.2.6),
# EXPUNGE, UID EXPUNGE, CLOSE (3.2.7 to 3.2.9), VANISHED (3.2.10), CLOSED (3.2.11); RFC 6851 4.4 MOVE
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX {2+}
C: a
S~ a2 OK *
C: a3 APPEND INBOX {2+}
C: b
S~ a3 OK *
C: a4 APPEND INBOX {2+}
C: c
S~ a4 OK *
C: a5 APPEND INBOX {2+}
C: d
S~ a5 OK *
C: a6 APPEND INBOX {2+}
C: e
S~ a6 OK *
C: a7 APPEND INBOX {2+}
C: f
S~ a7 OK *
C: a8 APPEND INBOX {2+}
C: g
S~ a8 OK *
C: a9 APPEND INBOX {2+}
C: h
S~ a9 OK *
# without ENABLE QRESYNC: BAD
C: b1 SELECT INBOX (QRESYNC (1 1))
S: b1 BAD QRESYNC needs ENABLE QRESYNC
C: b2 ENABLE CONDSTORE
S: * ENABLED CONDSTORE
S: b2 OK ENABLE completed
C: b3 EXAMINE INBOX (QRESYNC (1 1))
S: b3 BAD QRESYNC needs ENABLE QRESYNC
C: b4 EXAMINE INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 8 EXISTS
S: * 8 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 9] Highest
S~ * OK [MAILBOXID *
S: b4 OK [READ-ONLY] EXAMINE completed
C: b5 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)
S: b5 BAD VANISHED needs ENABLE QRESYNC
C: b6 UNSELECT
S: b6 OK UNSELECT completed
C: b7 ENABLE QRESYNC
S: * ENABLED QRESYNC
S: b7 OK ENABLE completed
# syntax
C: c1 SELECT INBOX (QRESYNC)
S: c1 BAD Missing space
C: c2 SELECT INBOX (QRESYNC (1))
S: c2 BAD Missing space
C: c3 SELECT INBOX (QRESYNC (0 1))
S: c3 BAD Bad UIDVALIDITY
C: c4 SELECT INBOX (QRESYNC (1 9223372036854775808))
S: c4 BAD Not a number, or too large
C: c5 SELECT INBOX (QRESYNC (1 1 1:*))
S: c5 BAD Bad set
C: c6 SELECT INBOX (QRESYNC (1 1 1:2 (1:2 1)))
S: c6 BAD Numbers and UIDs are not as many
C: c7 SELECT INBOX (QRESYNC (1 1 (1:2 1:2) 1:2))
S: c7 BAD Missing ')'
C: c8 SELECT INBOX (QRESYNC (1 1) QRESYNC (1 1))
S: c8 BAD A modifier comes twice
C: c9 SELECT INBOX ()
S: c9 BAD Missing atom
# EXPUNGE tells UIDs, and the modseq in its OK
C: d0 NOOP
S: d0 OK NOOP completed
C: d1 SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 8 EXISTS
S: * 8 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 9] Highest
S~ * OK [MAILBOXID *
S: d1 OK [READ-WRITE] SELECT completed
C: d2 STORE 2,4:5 +FLAGS.SILENT (\Deleted)
S: * 2 FETCH (UID 2 MODSEQ (10))
S: * 4 FETCH (UID 4 MODSEQ (10))
S: * 5 FETCH (UID 5 MODSEQ (10))
S: d2 OK STORE completed
C: d3 EXPUNGE
S: * VANISHED 2,4:5
S: * 5 RECENT
S: d3 OK [HIGHESTMODSEQ 11] EXPUNGE completed
C: d4 EXPUNGE
S: d4 OK EXPUNGE completed
C: d5 UID STORE 7 +FLAGS.SILENT (\Deleted)
S: * 4 FETCH (UID 7 MODSEQ (12))
S: d5 OK UID STORE completed
C: d6 UID EXPUNGE 1:6
S: d6 OK UID EXPUNGE completed
C: d7 UID EXPUNGE 1:*
S: * VANISHED 7
S: * 4 RECENT
S: d7 OK [HIGHESTMODSEQ 13] UID EXPUNGE completed
C: d8 CREATE other
S~ d8 OK [MAILBOXID *] CREATE completed
C: d9 MOVE 2 other
S~ * OK [COPYUID * 3 1] Moved
S: * VANISHED 3
S: * 3 RECENT
S: d9 OK [HIGHESTMODSEQ 15] MOVE completed
C: e1 UID MOVE 100 other
S: e1 OK UID MOVE completed
C: e2 FETCH 1:* (UID MODSEQ)
S: * 1 FETCH (UID 1 MODSEQ (2))
S: * 2 FETCH (UID 6 MODSEQ (7))
S: * 3 FETCH (UID 8 MODSEQ (9))
S: e2 OK FETCH completed
C: e3 STORE 2 +FLAGS.SILENT (\Deleted)
S: * 2 FETCH (UID 6 MODSEQ (16))
S: e3 OK STORE completed
C: e4 CLOSE
S: e4 OK CLOSE completed
C: e5 SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 17] Highest
S~ * OK [MAILBOXID *
S: e5 OK [READ-WRITE] SELECT completed
C: e6 STORE 1 +FLAGS \Flagged
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: e6 OK STORE completed
# what vanished of which UIDs since when
C: f1 UID FETCH 1:8 (FLAGS) (CHANGEDSINCE 9 VANISHED)
S: * VANISHED (EARLIER) 2:7
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: f1 OK UID FETCH completed
C: f2 UID FETCH 1:8 (FLAGS) (VANISHED CHANGEDSINCE 13)
S: * VANISHED (EARLIER) 3,6
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: f2 OK UID FETCH completed
C: f3 UID FETCH 1,4:5,7 (UID) (CHANGEDSINCE 9 VANISHED)
S: * VANISHED (EARLIER) 4:5,7
S: * 1 FETCH (UID 1 MODSEQ (18))
S: f3 OK UID FETCH completed
C: f4 UID FETCH 1:* (ENVELOPE) (CHANGEDSINCE 14 VANISHED)
S: * VANISHED (EARLIER) 3,6
S: * 1 FETCH (UID 1 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) MODSEQ (18))
S: f4 OK UID FETCH completed
C: f5 UID FETCH 1:4000000000 (FLAGS) (CHANGEDSINCE 16 VANISHED)
S: * VANISHED (EARLIER) 6
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: f5 OK UID FETCH completed
C: f6 UID FETCH 1:8 (FLAGS) (VANISHED)
S: f6 BAD VANISHED needs CHANGEDSINCE
C: f7 FETCH 1 (FLAGS) (CHANGEDSINCE 9 VANISHED)
S: f7 BAD VANISHED is for UID FETCH
# coming back
C: g1 SELECT other
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 2] Predicted next UID
S: * OK [HIGHESTMODSEQ 15] Highest
S~ * OK [MAILBOXID *
S: g1 OK [READ-WRITE] SELECT completed
C: g2 SELECT INBOX (QRESYNC (12345 9 1:8))
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 18] Highest
S~ * OK [MAILBOXID *
S: g2 OK [READ-WRITE] SELECT completed
C: g3 UNSELECT
S: g3 OK UNSELECT completed
C: g4 SELECT INBOX (QRESYNC (1767225600 9))
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 18] Highest
S~ * OK [MAILBOXID *
S: * VANISHED (EARLIER) 2:7
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: g4 OK [READ-WRITE] SELECT completed
C: g5 SELECT INBOX (QRESYNC (1767225600 9 1:4,6))
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 18] Highest
S~ * OK [MAILBOXID *
S: * VANISHED (EARLIER) 2:4,6
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: g5 OK [READ-WRITE] SELECT completed
C: g6 EXAMINE INBOX (CONDSTORE QRESYNC (1767225600 13))
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 18] Highest
S~ * OK [MAILBOXID *
S: * VANISHED (EARLIER) 3,6
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: g6 OK [READ-ONLY] EXAMINE completed
C: g7 SELECT INBOX (QRESYNC (1767225600 100))
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 18] Highest
S~ * OK [MAILBOXID *
S: g7 OK [READ-WRITE] SELECT completed
C: g8 SELECT INBOX (QRESYNC (1767225600 9 1:8 (1:2 1,6)))
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 18] Highest
S~ * OK [MAILBOXID *
S: * VANISHED (EARLIER) 2:7
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: g8 OK [READ-WRITE] SELECT completed
C: g9 SELECT INBOX (QRESYNC (1767225600 9 (1,4 1,6)))
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 9] Predicted next UID
S: * OK [HIGHESTMODSEQ 18] Highest
S~ * OK [MAILBOXID *
S: * VANISHED (EARLIER) 2:7
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (18))
S: g9 OK [READ-WRITE] SELECT completed
C: h1 SELECT other (QRESYNC (1767225600 1))
S: * OK [CLOSED] The mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 2] Predicted next UID
S: * OK [HIGHESTMODSEQ 15] Highest
S~ * OK [MAILBOXID *
S: h1 OK [READ-WRITE] SELECT completed
C: h2 LOGOUT
S: * BYE Logging out
S: h2 OK LOGOUT completed
