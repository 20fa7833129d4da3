# RFC 7162 3.2.6: of which UIDs VANISHED (EARLIER) tells: "*" is the last that there was, "$" (RFC
# 5182) are messages that there are; 3.2.11: CLOSED whatever comes of SELECT; all of it in rev2, too
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
C1: a7 ENABLE QRESYNC IMAP4rev2
S1: * ENABLED CONDSTORE QRESYNC IMAP4rev2
S1: a7 OK ENABLE completed
C1: a8 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 5 EXISTS
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 6] *
S1: * OK [HIGHESTMODSEQ 6] Highest
S1~ * OK [MAILBOXID *
S1~ * LIST (*) "/" INBOX
S1~ a8 OK *
C1: b1 SEARCH RETURN (SAVE COUNT) UID 1,2,4:5
S1: * ESEARCH (TAG "b1") COUNT 4
S1: b1 OK SEARCH completed
# another session removes the second and the last two, while this one idles
C1: b2 IDLE
S1: + idling
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 SELECT INBOX
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 5 EXISTS
S2~ * * RECENT
S2~ * OK [UNSEEN 1] *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 6] *
S2~ * OK [HIGHESTMODSEQ *
S2~ * OK [MAILBOXID *
S2~ a2 OK *
C2: a3 STORE 2,4:5 +FLAGS.SILENT (\Deleted)
S2: a3 OK STORE completed
C2: a4 EXPUNGE
S2: * 5 EXPUNGE
S2: * 4 EXPUNGE
S2: * 2 EXPUNGE
S2* * * RECENT
S2: a4 OK EXPUNGE completed
S1: * 2 FETCH (UID 2 FLAGS (\Deleted) MODSEQ (7))
S1: * 4 FETCH (UID 4 FLAGS (\Deleted) MODSEQ (7))
S1: * 5 FETCH (UID 5 FLAGS (\Deleted) MODSEQ (7))
S1: * VANISHED 2,4:5
S1: * OK [HIGHESTMODSEQ 8] Highest
C1: DONE
S1: b2 OK IDLE completed
C1: b3 UID SEARCH $
S1: * ESEARCH (TAG "b3") UID ALL 1
S1: b3 OK UID SEARCH completed
C1: c1 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 6 VANISHED)
S1: * VANISHED (EARLIER) 2,4:5
S1: c1 OK UID FETCH completed
C1: c2 UID FETCH 4:* (FLAGS) (CHANGEDSINCE 6 VANISHED)
S1: * VANISHED (EARLIER) 4:5
S1: c2 OK UID FETCH completed
C1: c3 UID FETCH $ (FLAGS) (CHANGEDSINCE 6 VANISHED)
S1: c3 OK UID FETCH completed
C1: c4 UID FETCH 2:4,$ (FLAGS) (CHANGEDSINCE 2 VANISHED)
S1: * VANISHED (EARLIER) 2,4
S1: * 2 FETCH (UID 3 FLAGS () MODSEQ (4))
S1: c4 OK UID FETCH completed
C1: c5 UID FETCH 2:4,$ (FLAGS) (VANISHED CHANGEDSINCE 1)
S1: * VANISHED (EARLIER) 2,4
S1: * 1 FETCH (UID 1 FLAGS () MODSEQ (2))
S1: * 2 FETCH (UID 3 FLAGS () MODSEQ (4))
S1: c5 OK UID FETCH completed
# SAVE, then MOVE: what has moved is in no set
C1: d1 CREATE other
S1~ d1 OK *
C1: d2 UID SEARCH RETURN (SAVE) MODSEQ 1
S1: d2 OK UID SEARCH completed
C1: d3 MOVE 1 other
S1~ * OK [COPYUID * 1 1] Moved
S1: * VANISHED 1
S1: d3 OK [HIGHESTMODSEQ 10] MOVE completed
C1: d4 UID FETCH $ (MODSEQ)
S1: * 1 FETCH (UID 3 MODSEQ (4))
S1: d4 OK UID FETCH completed
C1: d5 UID SEARCH RETURN (ALL MAX) $ MODSEQ 2
S1: * ESEARCH (TAG "d5") UID MAX 3 ALL 3 MODSEQ 4
S1: d5 OK UID SEARCH completed
# a name that cannot be closes what was selected before, too
C1: e1 SELECT "<ff>"
S1: e1 BAD Not UTF-8
C1: e2 UID FETCH 3 (FLAGS)
S1: * 1 FETCH (UID 3 FLAGS ())
S1: e2 OK UID FETCH completed
C1: e3 SELECT "a<01>b"
S1: * OK [CLOSED] The mailbox before is closed
S1~ e3 NO [CANNOT] *
C1: e4 FETCH 1 FLAGS
S1: e4 BAD No mailbox is selected
C1: e5 EXAMINE "a<01>b"
S1~ e5 NO [CANNOT] *
C1: e6 SELECT nowhere
S1~ e6 NO [NONEXISTENT] *
C1: e7 EXAMINE other (QRESYNC (1 1))
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 1 EXISTS
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 2] *
S1: * OK [HIGHESTMODSEQ 10] Highest
S1~ * OK [MAILBOXID *
S1~ * LIST (*) "/" other
S1~ e7 OK [READ-ONLY] *
C1: e8 SELECT "a//b"
S1: * OK [CLOSED] The mailbox before is closed
S1~ e8 NO [CANNOT] *
C1: e9 SELECT INBOX
S1* *
C1: f1 EXAMINE "a<7f>b"
S1: * OK [CLOSED] The mailbox before is closed
S1~ f1 NO [CANNOT] *
