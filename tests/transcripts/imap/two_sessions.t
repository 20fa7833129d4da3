# RFC 3501 5.2, 5.5, 7.4.1: what others do is told once, EXPUNGE never during FETCH, STORE, SEARCH;
# RFC 2177 IDLE; RFC 2180 4.1 numbers of messages that are gone
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C1: a2 APPEND INBOX {2+}
C1: a
S1~ a2 OK *
C1: a3 APPEND INBOX {2+}
C1: b
S1~ a3 OK *
C1: a4 APPEND INBOX {2+}
C1: c
S1~ a4 OK *
C1: a5 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 3 EXISTS
S1: * 3 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 4] *
S1~ * OK [HIGHESTMODSEQ *] Highest
S1~ * OK [MAILBOXID *
S1~ a5 OK *
C2: a5 SELECT INBOX
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 3 EXISTS
S2: * 0 RECENT
S2~ * OK [UNSEEN 1] *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 4] *
S2~ * OK [HIGHESTMODSEQ *] Highest
S2~ * OK [MAILBOXID *
S2~ a5 OK *
# flags
C1: b1 STORE 2 +FLAGS (\Flagged)
S1: * 2 FETCH (FLAGS (\Flagged \Recent))
S1: b1 OK STORE completed
C2: b1 NOOP
S2: * 2 FETCH (FLAGS (\Flagged))
S2: b1 OK NOOP completed
C2: b2 NOOP
S2: b2 OK NOOP completed
C1: b2 NOOP
S1: b2 OK NOOP completed
# new messages and keywords
C1: b3 APPEND INBOX (Kw) {2+}
C1: d
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Kw)
S1~ * OK [PERMANENTFLAGS *
S1: * 4 EXISTS
S1: * 4 RECENT
S1~ b3 OK *
C2: b3 NOOP
S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Kw)
S2~ * OK [PERMANENTFLAGS *
S2: * 4 EXISTS
S2~ * 1 RECENT
S2: b3 OK NOOP completed
# expunge is held back
C1: c1 STORE 1 +FLAGS.SILENT \Deleted
S1: c1 OK STORE completed
C1: c2 EXPUNGE
S1: * 1 EXPUNGE
S1: * 3 RECENT
S1: c2 OK EXPUNGE completed
C2: c1 FETCH 2:3 UID
S2: * 2 FETCH (UID 2)
S2: * 3 FETCH (UID 3)
S2: c1 OK FETCH completed
C2: c2 STORE 3 +FLAGS (\Answered)
S2: * 3 FETCH (FLAGS (\Answered))
S2: c2 OK STORE completed
C2: c3 SEARCH ALL
S2: * SEARCH 2 3 4
S2: c3 OK SEARCH completed
C2: c4 FETCH 1:2 UID
S2: * 2 FETCH (UID 2)
S2~ c4 NO [EXPUNGEISSUED] *
C2: c5 UID FETCH 1:3 FLAGS
S2: * 2 FETCH (UID 2 FLAGS (\Flagged))
S2: * 3 FETCH (UID 3 FLAGS (\Answered))
S2: * 1 EXPUNGE
S2: c5 OK UID FETCH completed
C2: c6 FETCH 1 UID
S2: * 1 FETCH (UID 2)
S2: c6 OK FETCH completed
# idle
C1: d1 IDLE
S1: + idling
S1: * 2 FETCH (FLAGS (\Answered \Recent))
C2: d1 APPEND INBOX {2+}
C2: e
S2: * 4 EXISTS
S2~ * 2 RECENT
S2~ d1 OK *
S1: * 4 EXISTS
S1: * 4 RECENT
C2: d2 UID STORE 2 +FLAGS.SILENT (\Deleted)
S2: d2 OK UID STORE completed
S1: * 1 FETCH (FLAGS (\Flagged \Deleted \Recent))
C2: d3 EXPUNGE
S2: * 1 EXPUNGE
S2: d3 OK EXPUNGE completed
S1: * 1 EXPUNGE
S1: * 3 RECENT
C1: DONE
S1: d1 OK IDLE completed
C1: d4 IDLE
S1: + idling
C1: done
S1: d4 OK IDLE completed
C1: d5 IDLE
S1: + idling
C1: d6 NOOP
S1~ d5 BAD *
# RFC 9051 5.5, 7.5.1: UID SEARCH may tell EXPUNGE. Message numbers in it may have been sent before
# the client heard, and mean what they meant; "$" is none of them (RFC 5182 2.1)
C2: f1 UID SEARCH RETURN (SAVE) ALL
S2: f1 OK UID SEARCH completed
C1: f2 STORE 1 +FLAGS.SILENT (\Deleted)
S1: f2 OK STORE completed
C1: f3 EXPUNGE
S1: * 1 EXPUNGE
S1: * 2 RECENT
S1: f3 OK EXPUNGE completed
C2: f4 UID SEARCH 1:2 ANSWERED
S2: * SEARCH
S2: f4 OK UID SEARCH completed
C2: f5 UID SEARCH 2,$
S2: * SEARCH 4 5
S2: f5 OK UID SEARCH completed
C2: f6 UID SEARCH OR $ 3
S2: * SEARCH 4 5
S2: f6 OK UID SEARCH completed
C2: f7 SEARCH $
S2: * SEARCH 2 3
S2: f7 OK SEARCH completed
C2: f8 UID SEARCH NOT $
S2: * SEARCH
S2: * 1 EXPUNGE
S2: f8 OK UID SEARCH completed
C1: f9 STORE 1 +FLAGS.SILENT (\Deleted)
S1: f9 OK STORE completed
C1: f10 EXPUNGE
S1: * 1 EXPUNGE
S1: * 1 RECENT
S1: f10 OK EXPUNGE completed
C2: f11 UID SEARCH $
S2: * SEARCH 4 5
S2: * 1 EXPUNGE
S2: * 1 RECENT
S2: f11 OK UID SEARCH completed
# the mailbox goes
C1: e1 CLOSE
S1: e1 OK CLOSE completed
C1: e2 CREATE other
S1~ e2 OK *
C2: e2 SELECT other
S2~ * OK [CLOSED] *
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 0 EXISTS
S2: * 0 RECENT
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 1] *
S2~ * OK [HIGHESTMODSEQ *] Highest
S2~ * OK [MAILBOXID *
S2~ e2 OK *
C2: e3 FETCH 1:* FLAGS
S2: e3 OK FETCH completed
C1: e3 DELETE other
S1: e3 OK DELETE completed
C2: e4 FETCH 1:* FLAGS
S2~ * NO [NONEXISTENT] *
S2~ * BYE *
