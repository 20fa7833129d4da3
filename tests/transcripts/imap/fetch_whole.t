# RFC 3501 6.4.5 FETCH of whole messages, also partial and beside other items; 6.4.8, 7.4.1 and
# RFC 5530 EXPUNGEISSUED for those that are gone; RFC 7162 3.1.4.1 CHANGEDSINCE
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C1: a2 APPEND INBOX {15+}
C1: Subject: x
C1: 
C1: 1
S1~ a2 OK *
C1: a3 APPEND INBOX {15+}
C1: Subject: x
C1: 
C1: 2
S1~ a3 OK *
C1: a4 APPEND INBOX (\Seen) {15+}
C1: Subject: x
C1: 
C1: 3
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
# pieces of it: what lies beyond the end is nothing
C1: b1 FETCH 1,3 (BODY.PEEK[]<0.7> RFC822.SIZE)
S1: * 1 FETCH (BODY[]<0> {7}
S1: Subject RFC822.SIZE 15)
S1: * 3 FETCH (BODY[]<0> {7}
S1: Subject RFC822.SIZE 15)
S1: b1 OK FETCH completed
C1: b2 FETCH 1:2 (UID BODY.PEEK[]<9.100>)
S1: * 1 FETCH (UID 1 BODY[]<9> {6}
S1: x
S1: 
S1: 1)
S1: * 2 FETCH (UID 2 BODY[]<9> {6}
S1: x
S1: 
S1: 2)
S1: b2 OK FETCH completed
C1: b3 FETCH 1:2 (BODY.PEEK[]<15.1> UID)
S1: * 1 FETCH (BODY[]<15> "" UID 1)
S1: * 2 FETCH (BODY[]<15> "" UID 2)
S1: b3 OK FETCH completed
# two of them, and one with another section
C1: b4 FETCH 2 (BODY.PEEK[]<0.2> BODY.PEEK[]<14.1>)
S1: * 2 FETCH (BODY[]<0> {2}
S1: Su BODY[]<14> {1}
S1: 2)
S1: b4 OK FETCH completed
C1: b5 FETCH 2 (BODY.PEEK[]<14.1> BODY.PEEK[TEXT])
S1: * 2 FETCH (BODY[]<14> {1}
S1: 2 BODY[TEXT] {1}
S1: 2)
S1: b5 OK FETCH completed
# \Seen where it was not
C1: b6 UID FETCH 2:3 (FLAGS BODY[])
S1: * 2 FETCH (UID 2 FLAGS (\Recent) BODY[] {15}
S1: Subject: x
S1: 
S1: 2)
S1: * 3 FETCH (UID 3 FLAGS (\Seen \Recent) BODY[] {15}
S1: Subject: x
S1: 
S1: 3)
S1: * 2 FETCH (UID 2 FLAGS (\Seen \Recent))
S1: b6 OK UID FETCH completed
# only what has changed
C1: b7 FETCH 1:* (BODY.PEEK[]<14.1>) (CHANGEDSINCE 4)
S1: * OK [HIGHESTMODSEQ 5] Highest
S1: * 2 FETCH (BODY[]<14> {1}
S1: 2 MODSEQ (5))
S1: b7 OK FETCH completed
# what is gone is not told of: by number that is said, by UID not
C1: c1 STORE 2 +FLAGS.SILENT \Deleted
S1: * 2 FETCH (UID 2 MODSEQ (6))
S1: c1 OK STORE completed
C1: c2 EXPUNGE
S1: * 2 EXPUNGE
S1: * 2 RECENT
S1~ c2 OK *
C2: c1 FETCH 1:3 BODY.PEEK[]<14.1>
S2: * 1 FETCH (BODY[]<14> {1}
S2: 1)
S2: * 3 FETCH (BODY[]<14> {1}
S2: 3)
S2~ c1 NO [EXPUNGEISSUED] *
C2: c2 UID FETCH 2:3 BODY.PEEK[]<14.1>
S2: * 3 FETCH (UID 3 BODY[]<14> {1}
S2: 3)
S2: * 2 EXPUNGE
S2: c2 OK UID FETCH completed
C2: c3 FETCH 2 BODY.PEEK[]<14.1>
S2: * 2 FETCH (BODY[]<14> {1}
S2: 3)
S2: c3 OK FETCH completed
# a UID that is known to be gone between others
C1: d1 UID FETCH 1:* BODY.PEEK[]<14.1>
S1: * 1 FETCH (UID 1 BODY[]<14> {1}
S1: 1)
S1: * 2 FETCH (UID 3 BODY[]<14> {1}
S1: 3)
S1: d1 OK UID FETCH completed
