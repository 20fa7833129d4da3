# RFC 3501 section 9 sequence-set, seq-number, 6.4.8: sets that are empty, reversed, doubled, of nothing
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 0 EXISTS
S: * 0 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 1] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ a2 OK *
# of an empty mailbox: a number is none of it; "*" and UIDs stand for nothing
C: b1 FETCH 1 UID
S: b1 BAD Bad message set
C: b2 FETCH * UID
S: b2 OK FETCH completed
C: b3 FETCH 1:* UID
S: b3 OK FETCH completed
C: b4 UID FETCH * UID
S: b4 OK UID FETCH completed
C: b5 UID FETCH 7:9,12 UID
S: b5 OK UID FETCH completed
C: b6 STORE 1:* +FLAGS (\Seen)
S: b6 OK STORE completed
C: b7 UID STORE 1:* +FLAGS (\Seen)
S: b7 OK UID STORE completed
C: b8 SEARCH *
S: * SEARCH
S: b8 OK SEARCH completed
C: b9 SEARCH UID 1:*
S: * SEARCH
S: b9 OK SEARCH completed
C: c1 COPY * Trash
S: c1 OK COPY completed
C: c2 UID COPY 1:* nowhere
S: c2 OK UID COPY completed
C: c3 UID MOVE 4 Trash
S: c3 OK UID MOVE completed
C: c4 UID EXPUNGE *
S: c4 OK UID EXPUNGE completed
C: c5 EXPUNGE
S: c5 OK EXPUNGE completed
# and of one with UIDs 2, 3 and 5
C: d2 APPEND INBOX (\Deleted) {1+}
C: 1
S: * 1 EXISTS
S: * 1 RECENT
S~ d2 OK *
C: d3 APPEND INBOX {1+}
C: 2
S: * 2 EXISTS
S: * 2 RECENT
S~ d3 OK *
C: d4 APPEND INBOX {1+}
C: 3
S: * 3 EXISTS
S: * 3 RECENT
S~ d4 OK *
C: d5 APPEND INBOX (\Deleted) {1+}
C: 4
S: * 4 EXISTS
S: * 4 RECENT
S~ d5 OK *
C: d6 APPEND INBOX {1+}
C: 5
S: * 5 EXISTS
S: * 5 RECENT
S~ d6 OK *
C: d7 EXPUNGE
S: * 4 EXPUNGE
S: * 1 EXPUNGE
S: * 3 RECENT
S: d7 OK EXPUNGE completed
C: e1 FETCH 3:1 UID
S: * 1 FETCH (UID 2)
S: * 2 FETCH (UID 3)
S: * 3 FETCH (UID 5)
S: e1 OK FETCH completed
C: e2 FETCH 2,1:2,2,*:3 UID
S: * 1 FETCH (UID 2)
S: * 2 FETCH (UID 3)
S: * 3 FETCH (UID 5)
S: e2 OK FETCH completed
C: e3 FETCH *:2 UID
S: * 2 FETCH (UID 3)
S: * 3 FETCH (UID 5)
S: e3 OK FETCH completed
C: e4 UID FETCH 4:1 FLAGS
S: * 1 FETCH (UID 2 FLAGS (\Recent))
S: * 2 FETCH (UID 3 FLAGS (\Recent))
S: e4 OK UID FETCH completed
C: e5 UID FETCH 559:* UID
S: * 3 FETCH (UID 5)
S: e5 OK UID FETCH completed
C: e6 UID FETCH *:4294967295 UID
S: * 3 FETCH (UID 5)
S: e6 OK UID FETCH completed
C: e7 UID FETCH 1,4,6:9 UID
S: e7 OK UID FETCH completed
C: e8 UID STORE 4,6 FLAGS (\Seen)
S: e8 OK UID STORE completed
C: e9 UID COPY 4 nowhere
S: e9 OK UID COPY completed
C: f1 COPY 3:2,2 Trash
S~ f1 OK [COPYUID * 3,5 1:2] Copied
C: f2 UID SEARCH 2:3 UID 1:3
S: * SEARCH 3
S: f2 OK UID SEARCH completed
C: f3 SEARCH NOT 1,3
S: * SEARCH 2
S: f3 OK SEARCH completed
# no sets, or of messages that are not
C: g1 FETCH 4 UID
S: g1 BAD Bad message set
C: g2 FETCH 3:4 UID
S: g2 BAD Bad message set
C: g3 STORE 4:* FLAGS ()
S: g3 BAD Bad message set
C: g4 COPY 9 Trash
S: g4 BAD Bad message set
C: g5 SEARCH 4
S: g5 BAD Bad message set
C: g6 NOOP
S: g6 OK NOOP completed
C: g7 FETCH 0 UID
S: g7 BAD Bad message set
C: g8 UID FETCH 0:3 UID
S: g8 BAD Bad message set
C: g9 FETCH 1,,2 UID
S: g9 BAD Bad message set
C: h1 FETCH 1: UID
S: h1 BAD Bad message set
C: h2 FETCH ,1 UID
S: h2 BAD Bad message set
C: h3 UID FETCH 4294967296 UID
S: h3 BAD Bad message set
C: h4 FETCH 1:2:3 UID
S: h4 BAD Bad message set
C: h5 NOOP
S: h5 OK NOOP completed
C: h6 FETCH -1 UID
S~ h6 BAD *
C: h7 FETCH UID
S~ h7 BAD *
C: h8 FETCH 1, UID
S: h8 BAD Bad message set
C: h9 NOOP
S: h9 OK NOOP completed
