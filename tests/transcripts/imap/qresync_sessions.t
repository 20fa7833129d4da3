# RFC 7162 section 6, 3.2: what is delayed, HIGHESTMODSEQ does not count; 3.1.3: STORE UNCHANGEDSINCE
# and messages that others expunged or changed; 3.2.10: VANISHED only where EXPUNGE may be, and of
# messages that were announced; 3.2.6 with expunges that are still to be told
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
C1: a4 APPEND INBOX {2+}
C1: c
S1~ a4 OK *
C1: a5 APPEND INBOX {2+}
C1: d
S1~ a5 OK *
C1: a6 APPEND INBOX {2+}
C1: e
S1~ a6 OK *
C1: a7 APPEND INBOX {2+}
C1: f
S1~ a7 OK *
C1: a8 ENABLE QRESYNC
S1: * ENABLED CONDSTORE QRESYNC
S1: a8 OK ENABLE completed
C1: a9 SELECT INBOX
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S1~ * OK [PERMANENTFLAGS *
S1: * 6 EXISTS
S1: * 6 RECENT
S1: * OK [UNSEEN 1] First unseen
S1~ * OK [UIDVALIDITY *
S1: * OK [UIDNEXT 7] Predicted next UID
S1: * OK [HIGHESTMODSEQ 7] Highest
S1~ * OK [MAILBOXID *
S1: a9 OK [READ-WRITE] SELECT completed
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 ENABLE QRESYNC
S2: * ENABLED CONDSTORE QRESYNC
S2: a2 OK ENABLE completed
C2: a3 SELECT INBOX
S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S2~ * OK [PERMANENTFLAGS *
S2: * 6 EXISTS
S2: * 0 RECENT
S2: * OK [UNSEEN 1] First unseen
S2~ * OK [UIDVALIDITY *
S2: * OK [UIDNEXT 7] Predicted next UID
S2: * OK [HIGHESTMODSEQ 7] Highest
S2~ * OK [MAILBOXID *
S2: a3 OK [READ-WRITE] SELECT completed
C1: b1 NOOP
S1: b1 OK NOOP completed
C2: b1 NOOP
S2: b1 OK NOOP completed
# 2 goes, then 3 changes: the first is held back, so HIGHESTMODSEQ stays below it
C2: b2 STORE 2 +FLAGS.SILENT \Deleted
S2: * 2 FETCH (UID 2 MODSEQ (8))
S2: b2 OK STORE completed
C2: b3 EXPUNGE
S2: * VANISHED 2
S2: b3 OK [HIGHESTMODSEQ 9] EXPUNGE completed
C2: b4 UID STORE 3 +FLAGS \Flagged
S2: * 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ (10))
S2: b4 OK UID STORE completed
C1: b2 FETCH 3 (FLAGS MODSEQ)
S1: * 3 FETCH (FLAGS (\Flagged \Recent) MODSEQ (10))
S1: * 3 FETCH (UID 3 FLAGS (\Flagged \Recent) MODSEQ (10))
S1: * OK [HIGHESTMODSEQ 7] Highest
S1: b2 OK FETCH completed
C1: b3 STORE 4 +FLAGS.SILENT \Seen
S1: * 4 FETCH (UID 4 MODSEQ (11))
S1: * OK [HIGHESTMODSEQ 7] Highest
S1: b3 OK STORE completed
C1: b4 FETCH 1 UID
S1: * 1 FETCH (UID 1)
S1: b4 OK FETCH completed
C1: b5 SEARCH UID 1:3
S1: * SEARCH 1 3
S1: b5 OK SEARCH completed
C1: b6 UID SEARCH 1:2
S1: * SEARCH 1
S1: b6 OK UID SEARCH completed
C1: b7 NOOP
S1: * VANISHED 2
S1: * 5 RECENT
S1: * OK [HIGHESTMODSEQ 11] Highest
S1: b7 OK NOOP completed
C1: b8 NOOP
S1: b8 OK NOOP completed
# what the other changed is refused, and told
C2: c1 UID STORE 3 -FLAGS \Flagged
S2: * 2 FETCH (UID 3 FLAGS () MODSEQ (12))
S2: * 3 FETCH (UID 4 FLAGS (\Seen) MODSEQ (11))
S2: c1 OK UID STORE completed
C1: c1 STORE 1:3 (UNCHANGEDSINCE 11) +FLAGS (\Answered)
S1: * 1 FETCH (UID 1 FLAGS (\Answered \Recent) MODSEQ (13))
S1: * 3 FETCH (UID 4 FLAGS (\Answered \Seen \Recent) MODSEQ (13))
S1: * 2 FETCH (UID 3 FLAGS (\Recent) MODSEQ (12))
S1: c1 OK [MODIFIED 2] Conditional STORE failed
C1: c2 STORE 2 (UNCHANGEDSINCE 12) +FLAGS (\Answered)
S1: * 2 FETCH (UID 3 FLAGS (\Answered \Recent) MODSEQ (14))
S1: c2 OK STORE completed
C1: c3 UID STORE 3,1 (UNCHANGEDSINCE 13) -FLAGS.SILENT (\Answered)
S1: * 1 FETCH (UID 1 MODSEQ (15))
S1: c3 OK [MODIFIED 3] Conditional STORE failed
# some of the messages no longer exist: 4 and 5; 3 is refused
C2: d1 UID STORE 5:6 +FLAGS.SILENT \Deleted
S2: * 4 FETCH (UID 5 MODSEQ (16))
S2: * 5 FETCH (UID 6 MODSEQ (16))
S2: * 1 FETCH (UID 1 FLAGS () MODSEQ (15))
S2: * 2 FETCH (UID 3 FLAGS (\Answered) MODSEQ (14))
S2: * 3 FETCH (UID 4 FLAGS (\Answered \Seen) MODSEQ (13))
S2: * 4 FETCH (UID 5 FLAGS (\Deleted) MODSEQ (16))
S2: * 5 FETCH (UID 6 FLAGS (\Deleted) MODSEQ (16))
S2: d1 OK UID STORE completed
C2: d2 UID STORE 4 +FLAGS.SILENT \Seen
S2: * 3 FETCH (UID 4 MODSEQ (13))
S2: d2 OK UID STORE completed
C2: d3 UID STORE 1 +FLAGS.SILENT \Draft
S2: * 1 FETCH (UID 1 MODSEQ (17))
S2: d3 OK UID STORE completed
C1: d0 NOOP
S1: * 1 FETCH (UID 1 FLAGS (\Draft \Recent) MODSEQ (17))
S1: * 4 FETCH (UID 5 FLAGS (\Deleted \Recent) MODSEQ (16))
S1: * 5 FETCH (UID 6 FLAGS (\Deleted \Recent) MODSEQ (16))
S1: d0 OK NOOP completed
C2: d4 UID STORE 4 +FLAGS.SILENT \Flagged
S2: * 3 FETCH (UID 4 MODSEQ (18))
S2: d4 OK UID STORE completed
C2: d5 EXPUNGE
S2: * VANISHED 5:6
S2: d5 OK [HIGHESTMODSEQ 19] EXPUNGE completed
C1: d1 STORE 1:5 (UNCHANGEDSINCE 17) +FLAGS (\Answered)
S1: * 1 FETCH (UID 1 FLAGS (\Answered \Draft \Recent) MODSEQ (20))
S1: * 2 FETCH (UID 3 FLAGS (\Answered \Recent) MODSEQ (14))
S1: * 3 FETCH (UID 4 FLAGS (\Answered \Flagged \Seen \Recent) MODSEQ (18))
S1: * OK [HIGHESTMODSEQ 17] Highest
S1: d1 NO [MODIFIED 3] Some of the messages are gone
C1: d2 STORE 4:5 +FLAGS.SILENT (\Answered)
S1: d2 NO [EXPUNGEISSUED] Some of the messages are gone
C1: d3 UID STORE 1:6 (UNCHANGEDSINCE 0) +FLAGS.SILENT (\Seen)
S1: * VANISHED 5:6
S1: * 3 RECENT
S1: * OK [HIGHESTMODSEQ 20] Highest
S1: d3 OK [MODIFIED 1,3:4] Conditional STORE failed
# expunges that are still to be told, and those of before
C2: e1 UID STORE 4 +FLAGS.SILENT \Deleted
S2: * 3 FETCH (UID 4 MODSEQ (21))
S2: * 1 FETCH (UID 1 FLAGS (\Answered \Draft) MODSEQ (20))
S2: * 3 FETCH (UID 4 FLAGS (\Answered \Flagged \Deleted \Seen) MODSEQ (21))
S2: e1 OK UID STORE completed
C2: e2 EXPUNGE
S2: * VANISHED 4
S2: e2 OK [HIGHESTMODSEQ 22] EXPUNGE completed
C1: e1 FETCH 1 UID
S1: * 1 FETCH (UID 1)
S1: e1 OK FETCH completed
C1: e2 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 13 VANISHED)
S1: * VANISHED (EARLIER) 5:6
S1: * 1 FETCH (UID 1 FLAGS (\Answered \Draft \Recent) MODSEQ (20))
S1: * 2 FETCH (UID 3 FLAGS (\Answered \Recent) MODSEQ (14))
S1: * VANISHED 4
S1: * 2 RECENT
S1: * OK [HIGHESTMODSEQ 22] Highest
S1: e2 OK UID FETCH completed
C1: e3 UID FETCH 1:6 (FLAGS) (CHANGEDSINCE 13 VANISHED)
S1: * VANISHED (EARLIER) 4:6
S1: * 1 FETCH (UID 1 FLAGS (\Answered \Draft \Recent) MODSEQ (20))
S1: * 2 FETCH (UID 3 FLAGS (\Answered \Recent) MODSEQ (14))
S1: e3 OK UID FETCH completed
# a message that comes and goes between two looks was never there
C2: f1 APPEND INBOX (\Deleted) {2+}
C2: g
S2: * 3 EXISTS
S2: * 1 RECENT
S2~ f1 OK *
C2: f2 EXPUNGE
S2: * VANISHED 7
S2: * 0 RECENT
S2: f2 OK [HIGHESTMODSEQ 24] EXPUNGE completed
C1: f1 NOOP
S1: f1 OK NOOP completed
C1: f2 APPEND INBOX {2+}
C1: h
S1: * 3 EXISTS
S1: * 3 RECENT
S1~ f2 OK *
# IDLE
C1: g1 IDLE
S1: + idling
C2: g1 UID STORE 8 +FLAGS (\Deleted)
S2: * 3 EXISTS
S2: * 1 RECENT
S2: g1 OK UID STORE completed
C2: g2 UID STORE 1 +FLAGS (\Deleted)
S1: * 1 FETCH (UID 1 FLAGS (\Answered \Deleted \Draft \Recent) MODSEQ (26))
S2: * 1 FETCH (UID 1 FLAGS (\Answered \Deleted \Draft) MODSEQ (26))
S2: g2 OK UID STORE completed
C2: g3 EXPUNGE
S1: * VANISHED 1
S1: * 2 RECENT
S1: * OK [HIGHESTMODSEQ 27] Highest
S2: * VANISHED 1
S2: g3 OK [HIGHESTMODSEQ 27] EXPUNGE completed
C2: g4 UID STORE 3 +FLAGS (\Draft)
S1: * 1 FETCH (UID 3 FLAGS (\Answered \Draft \Recent) MODSEQ (28))
S2: * 1 FETCH (UID 3 FLAGS (\Answered \Draft) MODSEQ (28))
S2: g4 OK UID STORE completed
C1: DONE
S1: g1 OK IDLE completed
# the one who comes back
C1: h1 UNSELECT
S1: h1 OK UNSELECT completed
C2: h1 APPEND INBOX {2+}
C2: i
S2: * 3 EXISTS
S2: * 2 RECENT
S2~ h1 OK *
C2: h2 UID STORE 3 -FLAGS.SILENT (\Draft)
S2: * 1 FETCH (UID 3 MODSEQ (30))
S2: h2 OK UID STORE completed
C1: h2 SELECT INBOX (QRESYNC (1767225600 28))
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S1~ * OK [PERMANENTFLAGS *
S1: * 3 EXISTS
S1: * 2 RECENT
S1: * OK [UNSEEN 1] First unseen
S1~ * OK [UIDVALIDITY *
S1: * OK [UIDNEXT 10] Predicted next UID
S1: * OK [HIGHESTMODSEQ 30] Highest
S1~ * OK [MAILBOXID *
S1: * 1 FETCH (UID 3 FLAGS (\Answered) MODSEQ (30))
S1: * 3 FETCH (UID 9 FLAGS (\Recent) MODSEQ (29))
S1: h2 OK [READ-WRITE] SELECT completed
C1: h3 NOOP
S1: h3 OK NOOP completed
