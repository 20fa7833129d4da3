# RFC 3501 6.4.7 COPY, RFC 6851 MOVE, RFC 4315 section 3 COPYUID
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX (\Flagged Blue) {2+}
C: a
S~ a2 OK *
C: a3 APPEND INBOX {2+}
C: b
S~ a3 OK *
C: a4 APPEND INBOX {2+}
C: c
S~ a4 OK *
C: a5 CREATE other
S~ a5 OK [MAILBOXID (*)] CREATE completed
C: a6 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 3 EXISTS
S: * 3 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 4] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ a6 OK [READ-WRITE] *
C: b1 COPY 1:2 nowhere
S~ b1 NO [TRYCREATE] *
C: b2 COPY 1,3 other
S~ b2 OK [COPYUID * 1,3 1:2] Copied
C: b3 UID COPY 9 other
S: b3 OK UID COPY completed
C: b4 COPY 1 INBOX
S: * 4 EXISTS
S: * 4 RECENT
S~ b4 OK [COPYUID * 1 4] Copied
C: b5 UID MOVE 2:3 other
S~ * OK [COPYUID * 2:3 3:4] Moved
S: * 3 EXPUNGE
S: * 2 EXPUNGE
S: * 2 RECENT
S: b5 OK UID MOVE completed
C: b6 MOVE 1 nowhere
S~ b6 NO [TRYCREATE] *
C: b7 FETCH 1:* (UID FLAGS)
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Recent Blue))
S: * 2 FETCH (UID 4 FLAGS (\Flagged \Recent Blue))
S: b7 OK FETCH completed
C: b8 STATUS other (MESSAGES UNSEEN)
S: * STATUS other (MESSAGES 4 UNSEEN 4)
S: b8 OK STATUS completed
C: b9 UNSELECT
S: b9 OK UNSELECT completed
C: c1 EXAMINE other
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 4 EXISTS
S~ * 4 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 5] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ c1 OK [READ-ONLY] *
C: c2 FETCH 1:4 (FLAGS RFC822.SIZE)
S: * 1 FETCH (FLAGS (\Flagged \Recent Blue) RFC822.SIZE 2)
S: * 2 FETCH (FLAGS (\Recent) RFC822.SIZE 2)
S: * 3 FETCH (FLAGS (\Recent) RFC822.SIZE 2)
S: * 4 FETCH (FLAGS (\Recent) RFC822.SIZE 2)
S: c2 OK FETCH completed
# the internal date, the flags and the octets go with a message, whichever way it goes
C: d1 APPEND INBOX (\Answered $Forwarded) "17-Jul-1996 02:44:25 -0700" {3+}
C: abc
S~ d1 OK [APPENDUID * 5] *
C: d2 SELECT INBOX
S~ * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 3 EXISTS
S~ * * RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 6] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ d2 OK *
C: d3 COPY 3 Trash
S~ d3 OK [COPYUID * 5 1] *
C: d4 MOVE 3 Trash
S~ * OK [COPYUID * 5 2] Moved
S: * 3 EXPUNGE
S~ * * RECENT
S: d4 OK MOVE completed
C: d5 EXAMINE Trash
S~ * OK [CLOSED] *
S~ * FLAGS (* $Forwarded)
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S~ * * RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ d5 OK *
C: d6 FETCH 1:2 (INTERNALDATE FLAGS BODY.PEEK[])
S: * 1 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" FLAGS (\Answered \Recent $Forwarded) BODY[] {3}
S: abc)
S: * 2 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" FLAGS (\Answered \Recent $Forwarded) BODY[] {3}
S: abc)
S: d6 OK FETCH completed
