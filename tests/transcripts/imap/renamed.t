# RFC 3501 6.3.5, RFC 6851 3.3: the selected mailbox gets another name; MOVE into it by that name
# brings what it did not know, MOVE into another one of the old name takes it away
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
C1: a2 CREATE foo
S1~ a2 OK *
C1: a3 APPEND foo {2+}
C1: a
S1~ a3 OK *
C1: a4 APPEND foo {2+}
C1: b
S1~ a4 OK *
C1: a5 APPEND foo {2+}
C1: c
S1~ a5 OK *
C1: a6 SELECT foo
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 3 EXISTS
S1: * 3 RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 4] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1: a6 OK [READ-WRITE] SELECT completed
C1: a7 NOOP
S1: a7 OK NOOP completed
C1: b1 RENAME foo bar
S1: b1 OK RENAME completed
C1: b2 NOOP
S1: b2 OK NOOP completed
C1: b3 MOVE 1 bar
S1~ * OK [COPYUID * 1 4] Moved
S1: * 1 EXPUNGE
S1: * 3 EXISTS
S1: * 3 RECENT
S1: b3 OK MOVE completed
C1: b4 FETCH 1:* UID
S1: * 1 FETCH (UID 2)
S1: * 2 FETCH (UID 3)
S1: * 3 FETCH (UID 4)
S1: b4 OK FETCH completed
C1: b5 COPY 1 bar
S1: * 4 EXISTS
S1: * 4 RECENT
S1~ b5 OK [COPYUID * 2 5] Copied
# by another session
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 RENAME bar baz
S2: a2 OK RENAME completed
C1: c1 NOOP
S1: c1 OK NOOP completed
C1: c2 UID MOVE 2 baz
S1~ * OK [COPYUID * 2 6] Moved
S1: * 1 EXPUNGE
S1: * 4 EXISTS
S1: * 4 RECENT
S1: c2 OK UID MOVE completed
# another one has the name that it was selected by
C2: a3 CREATE foo
S2~ a3 OK *
C1: d1 UID MOVE 3 foo
S1~ * OK [COPYUID * 3 1] Moved
S1: * 1 EXPUNGE
S1: * 3 RECENT
S1: d1 OK UID MOVE completed
C1: d2 UID COPY 4 foo
S1~ d2 OK [COPYUID * 4 2] Copied
C1: d3 NOOP
S1: d3 OK NOOP completed
C1: d4 STATUS baz (MESSAGES UIDNEXT)
S1: * STATUS baz (MESSAGES 3 UIDNEXT 7)
S1: d4 OK STATUS completed
C1: d5 UID SEARCH ALL
S1: * SEARCH 4 5 6
S1: d5 OK UID SEARCH completed
