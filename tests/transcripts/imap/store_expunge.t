# RFC 3501 6.4.6 STORE, 6.4.3 EXPUNGE, 6.4.2 CLOSE; RFC 4315 section 2.1 UID EXPUNGE
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
C: a6 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 4 EXISTS
S: * 4 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 5] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ a6 OK [READ-WRITE] *
C: b1 STORE 1,3:4 +FLAGS (\Deleted)
S: * 1 FETCH (FLAGS (\Deleted \Recent))
S: * 3 FETCH (FLAGS (\Deleted \Recent))
S: * 4 FETCH (FLAGS (\Deleted \Recent))
S: b1 OK STORE completed
C: b2 STORE 4 FLAGS (\Flagged New)
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft New)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft New \*)] Flags kept
S: * 4 FETCH (FLAGS (\Flagged \Recent New))
S: b2 OK STORE completed
C: b3 UID STORE 4 -FLAGS.SILENT \Flagged
S: b3 OK UID STORE completed
C: b4 UID STORE 4 -FLAGS None
S: * 4 FETCH (UID 4 FLAGS (\Recent New))
S: b4 OK UID STORE completed
C: b5 STORE 1 +FLAGS (\Recent)
S~ b5 BAD *
C: b6 STORE 5 +FLAGS (\Seen)
S~ b6 BAD *
C: b7 UID STORE 5:* +FLAGS (\Seen)
S: * 4 FETCH (UID 4 FLAGS (\Seen \Recent New))
S: b7 OK UID STORE completed
C: b8 STORE 1 FLAG (\Seen)
S~ b8 BAD *
C: c1 UID EXPUNGE 2:3
S: * 3 EXPUNGE
S: * 3 RECENT
S: c1 OK UID EXPUNGE completed
C: c2 UID EXPUNGE 7
S: c2 OK UID EXPUNGE completed
C: c3 EXPUNGE
S: * 1 EXPUNGE
S: * 2 RECENT
S: c3 OK EXPUNGE completed
C: c4 FETCH 1:2 UID
S: * 1 FETCH (UID 2)
S: * 2 FETCH (UID 4)
S: c4 OK FETCH completed
C: c5 STORE 1 +FLAGS.SILENT \Deleted
S: c5 OK STORE completed
C: c6 CLOSE
S: c6 OK CLOSE completed
C: c7 FETCH 1 FLAGS
S~ c7 BAD *
C: c8 EXAMINE INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 0 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 5] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ c8 OK [READ-ONLY] *
C: c9 STORE 1 +FLAGS \Seen
S~ c9 NO *
C: d1 EXPUNGE
S~ d1 NO *
C: d2 CLOSE
S: d2 OK CLOSE completed
