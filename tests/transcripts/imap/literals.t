# RFC 3501 4.3, 7.5; RFC 7888: several literals in a command, asked for one by one or sent at once; 5.5
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN {17}
S1~ + *
C1. jane@example.test
C1:  {6+}
C1: secret
S1~ a1 OK *
C1: a2 APPEND {5}
S1~ + *
C1. INBOX
C1:  (\Seen) {19}
S1~ + *
C1. Subject: first<0d0a0d0a>x
C1: 
S1~ a2 OK [APPENDUID * 1] *
C1: a3 SELECT {5+}
C1: INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 1 EXISTS
S1: * 1 RECENT
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 2] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ a3 OK *
# in the middle of keys and of lists
C1: b1 SEARCH (SUBJECT {5}
S1~ + *
C1. first
C1:  OR BODY {1+}
C1: x TEXT {0}
S1~ + *
C1: ) NOT HEADER {7+}
C1: Subject {3}
S1~ + *
C1: two
S1: * SEARCH 1
S1: b1 OK SEARCH completed
C1: b2 FETCH 1 (UID BODY.PEEK[HEADER.FIELDS ({4+}
C1: From {7}
S1~ + *
C1. Subject
C1: )] FLAGS)
S1: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (From Subject)] {18}
S1: Subject: first
S1: 
S1:  FLAGS (\Seen \Recent))
S1: b2 OK FETCH completed
C1: b3 LIST {0}
S1~ + *
C1:  {4}
S1~ + *
C1: inb%
S1: * LIST (\HasNoChildren) "/" INBOX
S1: b3 OK LIST completed
C1: b4 RENAME {6+}
C1: Drafts {6+}
C1: drafts
S1: b4 OK RENAME completed
C1: b5 ID ({4+}
C1: name {2+}
C1: me "version" NIL)
S1~ * ID *
S1: b5 OK ID completed
# they stand for strings: not for atoms, numbers, sets, flags
C1: c1 STORE 1 FLAGS ({4+}
C1: Work)
S1~ c1 BAD *
C1: c2 FETCH {1+}
C1: 1 UID
S1~ c2 BAD *
C1: c3 FETCH 1 {3+}
C1: UID
S1~ c3 BAD *
C1: c4 ENABLE {9+}
C1: CONDSTORE
S1~ c4 BAD *
C1: c5 NOOP {3+}
C1: abc
S1~ c5 BAD *
C1: c6 NOOP
S1: c6 OK NOOP completed
C1: c7 STATUS INBOX {10+}
C1: (MESSAGES)
S1~ c7 BAD *
C1: c8 SEARCH SUBJECT {3+}
C1: a<00>b
S1~ c8 BAD *
C1: c9 CREATE {3+}
C1: a<0d>b
S1~ c9 NO [CANNOT] *
# a line that only looks like one that announces: in quotes, or not at the end
C1: d1 SEARCH SUBJECT "{3}"
S1: * SEARCH
S1: d1 OK SEARCH completed
C1: d2 SEARCH SUBJECT "a\"{3+}"
S1: * SEARCH
S1: d2 OK SEARCH completed
C1: d3 SEARCH SUBJECT {3} x
S1~ d3 BAD *
C1: d4 SEARCH SUBJECT {}
S1~ d4 BAD *
C1: d5 SEARCH SUBJECT {-1}
S1~ d5 BAD *
# 5.5: commands at once are answered one after the other, each with its own
C1: e1 STORE 1 -FLAGS.SILENT (\Seen)
C1: e2 FETCH 1 BODY[TEXT]
C1: e3 SEARCH UNSEEN
C1: e4 APPEND INBOX {1+}
C1: y
C1: e5 FETCH 1:* UID
C1: e6 IDLE
C1: DONE
C1: e7 LOGOUT
C1: e8 NOOP
S1: e1 OK STORE completed
S1: * 1 FETCH (BODY[TEXT] {1}
S1: x)
S1: * 1 FETCH (FLAGS (\Seen \Recent))
S1: e2 OK FETCH completed
S1: * SEARCH
S1: e3 OK SEARCH completed
S1: * 2 EXISTS
S1: * 2 RECENT
S1~ e4 OK [APPENDUID * 2] *
S1: * 1 FETCH (UID 1)
S1: * 2 FETCH (UID 2)
S1: e5 OK FETCH completed
S1: + idling
S1: e6 OK IDLE completed
S1~ * BYE *
S1: e7 OK LOGOUT completed
S1!
