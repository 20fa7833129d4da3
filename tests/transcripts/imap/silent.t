# RFC 3501 6.4.6: a session is not told what it stored with .SILENT itself, whatever happened in other
# mailboxes meanwhile (COPY and \Deleted, as clients without MOVE do); with another's change it is
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
C1: a2 CREATE other
S1~ a2 OK *
C1: a3 APPEND INBOX {2+}
C1: a
S1~ a3 OK *
C1: a4 APPEND INBOX {2+}
C1: b
S1~ a4 OK *
C1: a5 APPEND INBOX {2+}
C1: c
S1~ a5 OK *
C1: a6 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 3 EXISTS
S1: * 3 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 4] *
S1: * OK [HIGHESTMODSEQ 5] Highest
S1~ * OK [MAILBOXID *
S1~ a6 OK *
C1: a7 NOOP
S1: a7 OK NOOP completed
C1: b1 COPY 1 other
S1~ b1 OK [COPYUID * 1 1] Copied
C1: b2 STORE 1 +FLAGS.SILENT (\Deleted)
S1: b2 OK STORE completed
C1: b3 NOOP
S1: b3 OK NOOP completed
C1: b4 COPY 2 other
S1~ b4 OK [COPYUID * 2 2] Copied
C1: b5 FETCH 2 BODY[TEXT]
S1: * 2 FETCH (BODY[TEXT] "")
S1: * 2 FETCH (FLAGS (\Seen \Recent))
S1: b5 OK FETCH completed
C1: b6 STORE 2:3 +FLAGS.SILENT (\Flagged)
S1: b6 OK STORE completed
C1: b7 NOOP
S1: b7 OK NOOP completed
# a client that knows of mod-sequences hears these alone
C1: c1 ENABLE CONDSTORE
S1: * ENABLED CONDSTORE
S1: * OK [HIGHESTMODSEQ 10] Highest
S1: c1 OK ENABLE completed
C1: c2 COPY 3 other
S1~ c2 OK [COPYUID * 3 3] Copied
C1: c3 UID STORE 3 -FLAGS.SILENT (\Flagged)
S1: * 3 FETCH (UID 3 MODSEQ (12))
S1: c3 OK UID STORE completed
C1: c4 NOOP
S1: c4 OK NOOP completed
# another session has changed the same message, or another one
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 SELECT INBOX
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 3 EXISTS
S2~ * * RECENT
S2~ * OK [UNSEEN 1] *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 4] *
S2: * OK [HIGHESTMODSEQ 12] Highest
S2~ * OK [MAILBOXID *
S2~ a2 OK *
C2: a3 STORE 1,3 +FLAGS.SILENT (\Answered)
S2: a3 OK STORE completed
C1: d1 STORE 1 +FLAGS.SILENT (\Draft)
S1: * 1 FETCH (UID 1 MODSEQ (14))
S1: * 1 FETCH (UID 1 FLAGS (\Answered \Deleted \Draft \Recent) MODSEQ (14))
S1: * 3 FETCH (UID 3 FLAGS (\Answered \Recent) MODSEQ (13))
S1: d1 OK STORE completed
C2: a4 NOOP
S2: * 1 FETCH (FLAGS (\Answered \Deleted \Draft))
S2: a4 OK NOOP completed
C1: d2 NOOP
S1: d2 OK NOOP completed
