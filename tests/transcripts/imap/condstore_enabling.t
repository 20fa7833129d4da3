# RFC 7162 3.1: the CONDSTORE enabling commands. The first one with a mailbox selected is answered
# with HIGHESTMODSEQ, and MODSEQ comes with every FETCH from then on; 3.2.4: UID, too; 3.2.3: ENABLE
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
C1: a2 APPEND INBOX {2+}
C1: a
S1~ a2 OK *
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 SELECT INBOX (CONDSTORE)
S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S2~ * OK [PERMANENTFLAGS *
S2: * 1 EXISTS
S2: * 1 RECENT
S2: * OK [UNSEEN 1] First unseen
S2~ * OK [UIDVALIDITY *
S2: * OK [UIDNEXT 2] Predicted next UID
S2: * OK [HIGHESTMODSEQ 2] Highest
S2~ * OK [MAILBOXID *
S2: a2 OK [READ-WRITE] SELECT completed
S3~ * OK *
C3: a1 LOGIN jane@example.test secret
S3~ a1 OK *
C3: a2 EXAMINE INBOX
S3: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S3~ * OK [PERMANENTFLAGS *
S3: * 1 EXISTS
S3: * 0 RECENT
S3: * OK [UNSEEN 1] First unseen
S3~ * OK [UIDVALIDITY *
S3: * OK [UIDNEXT 2] Predicted next UID
S3: * OK [HIGHESTMODSEQ 2] Highest
S3~ * OK [MAILBOXID *
S3: a2 OK [READ-ONLY] EXAMINE completed
C3: a3 STATUS INBOX (HIGHESTMODSEQ)
S3: * OK [HIGHESTMODSEQ 2] Highest
S3: * STATUS INBOX (HIGHESTMODSEQ 2)
S3: a3 OK STATUS completed
S4~ * OK *
C4: a1 LOGIN jane@example.test secret
S4~ a1 OK *
C4: a2 SELECT INBOX
S4: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S4~ * OK [PERMANENTFLAGS *
S4: * 1 EXISTS
S4: * 0 RECENT
S4: * OK [UNSEEN 1] First unseen
S4~ * OK [UIDVALIDITY *
S4: * OK [UIDNEXT 2] Predicted next UID
S4: * OK [HIGHESTMODSEQ 2] Highest
S4~ * OK [MAILBOXID *
S4: a2 OK [READ-WRITE] SELECT completed
C4: a3 FETCH 1 MODSEQ
S4: * OK [HIGHESTMODSEQ 2] Highest
S4: * 1 FETCH (MODSEQ (2))
S4: a3 OK FETCH completed
S5~ * OK *
C5: a1 LOGIN jane@example.test secret
S5~ a1 OK *
C5: a2 SELECT INBOX
S5: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S5~ * OK [PERMANENTFLAGS *
S5: * 1 EXISTS
S5: * 0 RECENT
S5: * OK [UNSEEN 1] First unseen
S5~ * OK [UIDVALIDITY *
S5: * OK [UIDNEXT 2] Predicted next UID
S5: * OK [HIGHESTMODSEQ 2] Highest
S5~ * OK [MAILBOXID *
S5: a2 OK [READ-WRITE] SELECT completed
C5: a3 FETCH 1 UID (CHANGEDSINCE 100)
S5: * OK [HIGHESTMODSEQ 2] Highest
S5: a3 OK FETCH completed
S6~ * OK *
C6: a1 LOGIN jane@example.test secret
S6~ a1 OK *
C6: a2 SELECT INBOX
S6: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S6~ * OK [PERMANENTFLAGS *
S6: * 1 EXISTS
S6: * 0 RECENT
S6: * OK [UNSEEN 1] First unseen
S6~ * OK [UIDVALIDITY *
S6: * OK [UIDNEXT 2] Predicted next UID
S6: * OK [HIGHESTMODSEQ 2] Highest
S6~ * OK [MAILBOXID *
S6: a2 OK [READ-WRITE] SELECT completed
C6: a3 UID SEARCH MODSEQ 100
S6: * OK [HIGHESTMODSEQ 2] Highest
S6: * SEARCH
S6: a3 OK UID SEARCH completed
S7~ * OK *
C7: a1 LOGIN jane@example.test secret
S7~ a1 OK *
C7: a2 SELECT INBOX
S7: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S7~ * OK [PERMANENTFLAGS *
S7: * 1 EXISTS
S7: * 0 RECENT
S7: * OK [UNSEEN 1] First unseen
S7~ * OK [UIDVALIDITY *
S7: * OK [UIDNEXT 2] Predicted next UID
S7: * OK [HIGHESTMODSEQ 2] Highest
S7~ * OK [MAILBOXID *
S7: a2 OK [READ-WRITE] SELECT completed
C7: a3 STORE 1 (UNCHANGEDSINCE 1) +FLAGS \Seen
S7: * OK [HIGHESTMODSEQ 2] Highest
S7: a3 OK [MODIFIED 1] Conditional STORE failed
S8~ * OK *
C8: a1 LOGIN jane@example.test secret
S8~ a1 OK *
C8: a2 SELECT INBOX
S8: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S8~ * OK [PERMANENTFLAGS *
S8: * 1 EXISTS
S8: * 0 RECENT
S8: * OK [UNSEEN 1] First unseen
S8~ * OK [UIDVALIDITY *
S8: * OK [UIDNEXT 2] Predicted next UID
S8: * OK [HIGHESTMODSEQ 2] Highest
S8~ * OK [MAILBOXID *
S8: a2 OK [READ-WRITE] SELECT completed
C8: a3 ENABLE CONDSTORE
S8: * ENABLED CONDSTORE
S8: * OK [HIGHESTMODSEQ 2] Highest
S8: a3 OK ENABLE completed
S9~ * OK *
C9: a1 LOGIN jane@example.test secret
S9~ a1 OK *
C9: a2 ENABLE QRESYNC CONDSTORE
S9: * ENABLED CONDSTORE QRESYNC
S9: a2 OK ENABLE completed
C9: a3 ENABLE CONDSTORE
S9: * ENABLED
S9: a3 OK ENABLE completed
C9: a4 SELECT INBOX
S9: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S9~ * OK [PERMANENTFLAGS *
S9: * 1 EXISTS
S9: * 0 RECENT
S9: * OK [UNSEEN 1] First unseen
S9~ * OK [UIDVALIDITY *
S9: * OK [UIDNEXT 2] Predicted next UID
S9: * OK [HIGHESTMODSEQ 2] Highest
S9~ * OK [MAILBOXID *
S9: a4 OK [READ-WRITE] SELECT completed
C1: b1 SELECT INBOX
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S1~ * OK [PERMANENTFLAGS *
S1: * 1 EXISTS
S1: * 0 RECENT
S1: * OK [UNSEEN 1] First unseen
S1~ * OK [UIDVALIDITY *
S1: * OK [UIDNEXT 2] Predicted next UID
S1: * OK [HIGHESTMODSEQ 2] Highest
S1~ * OK [MAILBOXID *
S1: b1 OK [READ-WRITE] SELECT completed
C1: b2 STORE 1 +FLAGS.SILENT \Flagged
S1: b2 OK STORE completed
C1: b3 FETCH 1 (FLAGS UID)
S1: * 1 FETCH (FLAGS (\Flagged) UID 1)
S1: b3 OK FETCH completed
C2: b1 NOOP
S2: * 1 FETCH (UID 1 FLAGS (\Flagged \Recent) MODSEQ (3))
S2: b1 OK NOOP completed
C3: b1 NOOP
S3: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (3))
S3: b1 OK NOOP completed
C4: b1 NOOP
S4: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (3))
S4: b1 OK NOOP completed
C5: b1 NOOP
S5: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (3))
S5: b1 OK NOOP completed
C6: b1 NOOP
S6: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (3))
S6: b1 OK NOOP completed
C7: b1 NOOP
S7: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (3))
S7: b1 OK NOOP completed
C8: b1 NOOP
S8: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (3))
S8: b1 OK NOOP completed
C9: b1 NOOP
S9: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ (3))
S9: b1 OK NOOP completed
# a bad command enables nothing
C1: c1 FETCH 1 (FLAGS MODSEQ) (CHANGEDSINCE x)
S1: c1 BAD Not a number, or too large
C1: c2 STORE 1 (UNCHANGEDSINCE 1) +FLAGS \Recent
S1: c2 BAD No such system flag
C1: c3 STORE 1 +FLAGS \Seen
S1: * 1 FETCH (FLAGS (\Flagged \Seen))
S1: c3 OK STORE completed
