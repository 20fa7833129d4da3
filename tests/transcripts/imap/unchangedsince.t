# RFC 7162 3.1.3: STORE with UNCHANGEDSINCE, its examples 3 to 11 on a mailbox of twelve messages
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C1: a2 APPEND INBOX {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x {1+}
C1: x
S1~ a2 OK [APPENDUID * 1:12] *
C1: a3 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 12 EXISTS
S1: * 12 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 13] *
S1: * OK [HIGHESTMODSEQ 2] Highest
S1~ * OK [MAILBOXID *
S1~ a3 OK *
C2: a3 SELECT INBOX (CONDSTORE)
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 12 EXISTS
S2: * 0 RECENT
S2~ * OK [UNSEEN 1] *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 13] *
S2: * OK [HIGHESTMODSEQ 2] Highest
S2~ * OK [MAILBOXID *
S2~ a3 OK *
# Example 5: it is what enables CONDSTORE. The flag is not there: nothing changes, and MODSEQ is told.
C1: c101 STORE 12 (UNCHANGEDSINCE 12121230045) -FLAGS.SILENT (\Deleted)
S1: * OK [HIGHESTMODSEQ 2] Highest
S1: * 12 FETCH (UID 12 MODSEQ (2))
S1: c101 OK STORE completed
# Example 3: all pass; .SILENT tells MODSEQ, and no flags.
C1: a103 UID STORE 6,4,8 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\Deleted)
S1: * 4 FETCH (UID 4 MODSEQ (3))
S1: * 6 FETCH (UID 6 MODSEQ (3))
S1: * 8 FETCH (UID 8 MODSEQ (3))
S1: a103 OK UID STORE completed
# Example 4: the last message; a keyword that is new.
C1: a104 STORE * (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\Deleted $Processed)
S1~ * FLAGS (* $Processed)
S1~ * OK [PERMANENTFLAGS *
S1: * 12 FETCH (UID 12 MODSEQ (4))
S1: a104 OK STORE completed
C2: a104 NOOP
S2~ * FLAGS (* $Processed)
S2~ * OK [PERMANENTFLAGS *
S2: * 4 FETCH (UID 4 FLAGS (\Deleted) MODSEQ (3))
S2: * 6 FETCH (UID 6 FLAGS (\Deleted) MODSEQ (3))
S2: * 8 FETCH (UID 8 FLAGS (\Deleted) MODSEQ (3))
S2: * 12 FETCH (UID 12 FLAGS (\Deleted $Processed) MODSEQ (4))
S2: a104 OK NOOP completed
# Examples 6 and 7: some fail, the others do not suffer from it; what has changed in them is told. By
# message numbers and by UIDs; UNCHANGEDSINCE of exactly the message's passes. As others have changed
# something since, what was stored in silence is told whole, too.
C2: d104 STORE 7 +FLAGS.SILENT (\Seen)
S2: * 7 FETCH (UID 7 MODSEQ (5))
S2: d104 OK STORE completed
C2: d105 STORE 9 +FLAGS.SILENT (\Answered)
S2: * 9 FETCH (UID 9 MODSEQ (6))
S2: d105 OK STORE completed
C1: d105 STORE 7,5,9 (UNCHANGEDSINCE 4) +FLAGS.SILENT (\Deleted)
S1: * 5 FETCH (UID 5 MODSEQ (7))
S1: * 5 FETCH (UID 5 FLAGS (\Deleted \Recent) MODSEQ (7))
S1: * 7 FETCH (UID 7 FLAGS (\Seen \Recent) MODSEQ (5))
S1: * 9 FETCH (UID 9 FLAGS (\Answered \Recent) MODSEQ (6))
S1: d105 OK [MODIFIED 7,9] Conditional STORE failed
C1: d106 UID STORE 7:9 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\Deleted)
S1: * 7 FETCH (UID 7 MODSEQ (8))
S1: * 8 FETCH (UID 8 MODSEQ (3))
S1: d106 OK [MODIFIED 9] Conditional STORE failed
# Example 8: 0 fails where there is such a flag. System flags are always there, set or not; FLAGS is
# about all of them. A keyword is there if it is set.
C1: a107 STORE 12 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)
S1~ * FLAGS (* $MDNSent)
S1~ * OK [PERMANENTFLAGS *
S1: * 12 FETCH (UID 12 MODSEQ (9))
S1: a107 OK STORE completed
C1: a102 STORE 12 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)
S1: a102 OK [MODIFIED 12] Conditional STORE failed
C1: a108 STORE 1,3,12 (UNCHANGEDSINCE 0) +FLAGS.SILENT (\Flagged)
S1: a108 OK [MODIFIED 1,3,12] Conditional STORE failed
C1: a109 UID STORE 1:3 (UNCHANGEDSINCE 0) -FLAGS (\Flagged $MDNSent)
S1: a109 OK [MODIFIED 1:3] Conditional STORE failed
C1: a110 STORE 1 (UNCHANGEDSINCE 0) FLAGS ($MDNSent)
S1: a110 OK [MODIFIED 1] Conditional STORE failed
C1: a111 STORE 1 (UNCHANGEDSINCE 0) FLAGS.SILENT ()
S1: a111 OK [MODIFIED 1] Conditional STORE failed
C1: a112 STORE 11:12 (UNCHANGEDSINCE 0) -FLAGS.SILENT ($MDNSent)
S1: * 11 FETCH (UID 11 MODSEQ (2))
S1: a112 OK [MODIFIED 12] Conditional STORE failed
C1: a113 STORE 11 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($Processed)
S1: * 11 FETCH (UID 11 MODSEQ (10))
S1: a113 OK STORE completed
# Examples 9 and 10: told at once why, and tried again with the mod-sequence that was told.
C2: a105 NOOP
S2~ * FLAGS (* $MDNSent)
S2~ * OK [PERMANENTFLAGS *
S2: * 5 FETCH (UID 5 FLAGS (\Deleted) MODSEQ (7))
S2: * 7 FETCH (UID 7 FLAGS (\Deleted \Seen) MODSEQ (8))
S2: * 11 FETCH (UID 11 FLAGS ($Processed) MODSEQ (10))
S2: * 12 FETCH (UID 12 FLAGS (\Deleted $Processed $MDNSent) MODSEQ (9))
S2: a105 OK NOOP completed
C2: a106 STORE 2 +FLAGS ($Processed)
S2: * 2 FETCH (UID 2 FLAGS ($Processed) MODSEQ (11))
S2: a106 OK STORE completed
C1: a106 STORE 1:4 (UNCHANGEDSINCE 10) +FLAGS.SILENT ($Processed)
S1: * 1 FETCH (UID 1 MODSEQ (12))
S1: * 3 FETCH (UID 3 MODSEQ (12))
S1: * 4 FETCH (UID 4 MODSEQ (12))
S1: * 1 FETCH (UID 1 FLAGS (\Recent $Processed) MODSEQ (12))
S1: * 2 FETCH (UID 2 FLAGS (\Recent $Processed) MODSEQ (11))
S1: * 3 FETCH (UID 3 FLAGS (\Recent $Processed) MODSEQ (12))
S1: * 4 FETCH (UID 4 FLAGS (\Deleted \Recent $Processed) MODSEQ (12))
S1: a106 OK [MODIFIED 2] Conditional STORE failed
C1: b107 NOOP
S1: b107 OK NOOP completed
C1: b108 STORE 2 (UNCHANGEDSINCE 11) +FLAGS.SILENT (\Draft)
S1: * 2 FETCH (UID 2 MODSEQ (13))
S1: b108 OK STORE completed
# A message that is named twice is one message.
C1: e105 STORE 7,3:9 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\Flagged)
S1: * 3 FETCH (UID 3 MODSEQ (14))
S1: * 4 FETCH (UID 4 MODSEQ (14))
S1: * 5 FETCH (UID 5 MODSEQ (14))
S1: * 6 FETCH (UID 6 MODSEQ (14))
S1: * 7 FETCH (UID 7 MODSEQ (14))
S1: * 8 FETCH (UID 8 MODSEQ (14))
S1: * 9 FETCH (UID 9 MODSEQ (14))
S1: e105 OK STORE completed
# "$" (RFC 5182), which may mean nothing, also as the end of a set (RFC 9051 section 9).
C1: f1 SEARCH RETURN (SAVE) 1:2,10
S1: f1 OK SEARCH completed
C1: f2 STORE $ (UNCHANGEDSINCE 12) +FLAGS.SILENT (\Answered)
S1: * 1 FETCH (UID 1 MODSEQ (15))
S1: * 10 FETCH (UID 10 MODSEQ (15))
S1: f2 OK [MODIFIED 2] Conditional STORE failed
C1: f3 UID STORE 11,$ (UNCHANGEDSINCE 12) -FLAGS.SILENT (\Answered)
S1: * 11 FETCH (UID 11 MODSEQ (10))
S1: f3 OK [MODIFIED 1:2,10] Conditional STORE failed
C1: f4 SEARCH RETURN (SAVE) BEFORE 1-Jan-1990
S1: f4 OK SEARCH completed
C1: f5 STORE $ (UNCHANGEDSINCE 1) FLAGS (\Answered)
S1: f5 OK STORE completed
# Two at once: one of them fails.
C2: g0 NOOP
S2~ * 1 FETCH *
S2~ * 2 FETCH *
S2~ * 3 FETCH *
S2~ * 4 FETCH *
S2~ * 5 FETCH *
S2~ * 6 FETCH *
S2~ * 7 FETCH *
S2~ * 8 FETCH *
S2~ * 9 FETCH *
S2~ * 10 FETCH *
S2: g0 OK NOOP completed
C1: g1 STORE 10 (UNCHANGEDSINCE 15) +FLAGS.SILENT ($Mine)
S1~ * FLAGS (* $Mine)
S1~ * OK [PERMANENTFLAGS *
S1: * 10 FETCH (UID 10 MODSEQ (16))
S1: g1 OK STORE completed
C2: g1 STORE 10 (UNCHANGEDSINCE 15) +FLAGS.SILENT ($Mine)
S2~ * FLAGS (* $Mine)
S2~ * OK [PERMANENTFLAGS *
S2: * 10 FETCH (UID 10 FLAGS (\Answered $Mine) MODSEQ (16))
S2: g1 OK [MODIFIED 10] Conditional STORE failed
# Example 11: others are gone. Three of what is asked for pass, one fails, the last ones are not there.
C2: h1 UID STORE 9:12 +FLAGS.SILENT (\Deleted)
S2: * 9 FETCH (UID 9 MODSEQ (17))
S2: * 10 FETCH (UID 10 MODSEQ (17))
S2: * 11 FETCH (UID 11 MODSEQ (17))
S2: * 12 FETCH (UID 12 MODSEQ (9))
S2: h1 OK UID STORE completed
C2: h2 UID EXPUNGE 9:12
S2: * 12 EXPUNGE
S2: * 11 EXPUNGE
S2: * 10 EXPUNGE
S2: * 9 EXPUNGE
S2: h2 OK [HIGHESTMODSEQ 18] UID EXPUNGE completed
C2: h3 STORE 2 +FLAGS.SILENT (\Deleted)
S2: * 2 FETCH (UID 2 MODSEQ (19))
S2: h3 OK STORE completed
C1: B001 STORE 1:3,9:12 (UNCHANGEDSINCE 16) +FLAGS (\SEEN)
S1: * 1 FETCH (UID 1 FLAGS (\Answered \Seen \Recent $Processed) MODSEQ (20))
S1: * 3 FETCH (UID 3 FLAGS (\Flagged \Seen \Recent $Processed) MODSEQ (20))
S1: * 2 FETCH (UID 2 FLAGS (\Deleted \Draft \Recent $Processed) MODSEQ (19))
S1: * OK [HIGHESTMODSEQ 16] Highest
S1~ B001 NO [MODIFIED 2] *
C1: B002 NOOP
S1: * 12 EXPUNGE
S1: * 11 EXPUNGE
S1: * 10 EXPUNGE
S1: * 9 EXPUNGE
S1: * 8 RECENT
S1: B002 OK NOOP completed
C1: b003 STORE 2 (UNCHANGEDSINCE 19) +FLAGS (\Seen)
S1: * 2 FETCH (UID 2 FLAGS (\Deleted \Seen \Draft \Recent $Processed) MODSEQ (21))
S1: b003 OK STORE completed
# 3.1: who may not write is refused, and yet has said that it knows of mod-sequences.
S3~ * OK *
C3: a1 LOGIN jane@example.test secret
S3~ a1 OK *
C3: i1 EXAMINE INBOX
S3~ * FLAGS *
S3~ * OK [PERMANENTFLAGS *
S3: * 8 EXISTS
S3: * 0 RECENT
S3~ * OK [UNSEEN 4] *
S3~ * OK [UIDVALIDITY *
S3~ * OK [UIDNEXT 13] *
S3: * OK [HIGHESTMODSEQ 21] Highest
S3~ * OK [MAILBOXID *
S3~ i1 OK [READ-ONLY] *
C3: i2 STORE 1 (UNCHANGEDSINCE 100) +FLAGS (\Seen)
S3: * OK [HIGHESTMODSEQ 21] Highest
S3~ i2 NO [NOPERM] *
C1: i3 STORE 8 +FLAGS (\Seen)
S1: * 8 FETCH (UID 8 FLAGS (\Flagged \Deleted \Seen \Recent) MODSEQ (22))
S1: i3 OK STORE completed
C3: i3 NOOP
S3: * 8 FETCH (UID 8 FLAGS (\Flagged \Deleted \Seen) MODSEQ (22))
S3: i3 OK NOOP completed
