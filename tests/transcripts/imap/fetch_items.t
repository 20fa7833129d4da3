# RFC 3501 6.4.5 and section 9 fetch: items twice, macros, sections of what has none, header lists, partial
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX "07-Feb-1994 21:52:25 -0800" {31+}
C: From: a@b
C: Subject: x
C: 
C: line
C: 
S~ a2 OK *
C: a4 APPEND INBOX {13+}
C: Subject: only
S~ a4 OK *
C: a5 APPEND INBOX {23+}
C: From: c@d
C: Subject: two
S~ a5 OK *
C: a6 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 3 EXISTS
S: * 3 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 4] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ a6 OK *
# items in any case and order; those of a kind once, sections as often as they are asked for
C: b1 FETCH 1 (uid FLAGS Uid RFC822.SIZE flags Rfc822.Size)
S: * 1 FETCH (UID 1 FLAGS (\Recent) RFC822.SIZE 31)
S: b1 OK FETCH completed
C: b2 FETCH 1 (BODY.PEEK[1] body.peek[1] BODY.PEEK[TEXT]<0.3>)
S: * 1 FETCH (BODY[1] {6}
S: line
S:  BODY[1] {6}
S: line
S:  BODY[TEXT]<0> {3}
S: lin)
S: b2 OK FETCH completed
C: b3 UID FETCH 1 (UID FLAGS)
S: * 1 FETCH (UID 1 FLAGS (\Recent))
S: b3 OK UID FETCH completed
C: b4 FETCH 1 fast
S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "07-Feb-1994 21:52:25 -0800" RFC822.SIZE 31)
S: b4 OK FETCH completed
C: b5 UID FETCH 1 ALL
S: * 1 FETCH (UID 1 FLAGS (\Recent) INTERNALDATE "07-Feb-1994 21:52:25 -0800" RFC822.SIZE 31 ENVELOPE (NIL "x" ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL))
S: b5 OK UID FETCH completed
C: b6 FETCH 1 (RFC822.HEADER BODY.PEEK[HEADER] BODY)
S: * 1 FETCH (RFC822.HEADER {25}
S: From: a@b
S: Subject: x
S: 
S:  BODY[HEADER] {25}
S: From: a@b
S: Subject: x
S: 
S:  BODY ("text" "plain" NIL NIL NIL "7BIT" 6 1))
S: b6 OK FETCH completed
# part 1 of a message without parts is its text; its MIME header is the message's; it holds no message
C: c1 FETCH 1 (BODY.PEEK[1.MIME] BODY.PEEK[1.HEADER] BODY.PEEK[1.TEXT] BODY.PEEK[1.1] BODY.PEEK[1.2.3.MIME] BODY.PEEK[1.HEADER.FIELDS (from)])
S: * 1 FETCH (BODY[1.MIME] {25}
S: From: a@b
S: Subject: x
S: 
S:  BODY[1.HEADER] NIL BODY[1.TEXT] NIL BODY[1.1] NIL BODY[1.2.3.MIME] NIL BODY[1.HEADER.FIELDS (from)] NIL)
S: c1 OK FETCH completed
# 7.4.2: the empty line is always there, but where the message has none
C: c2 FETCH 1:2 (BODY.PEEK[HEADER.FIELDS (X-None)] BODY.PEEK[HEADER.FIELDS.NOT (From from)] BODY.PEEK[TEXT])
S: * 1 FETCH (BODY[HEADER.FIELDS (X-None)] {2}
S: 
S:  BODY[HEADER.FIELDS.NOT (From from)] {14}
S: Subject: x
S: 
S:  BODY[TEXT] {6}
S: line
S: )
S: * 2 FETCH (BODY[HEADER.FIELDS (X-None)] {0}
S:  BODY[HEADER.FIELDS.NOT (From from)] {13}
S: Subject: only BODY[TEXT] "")
S: c2 OK FETCH completed
# a part of the fields is one of what is left of the header
C: c3 FETCH 1 (BODY.PEEK[HEADER.FIELDS (Subject)]<2.6> BODY.PEEK[HEADER.FIELDS (Subject)]<12.9> BODY.PEEK[HEADER.FIELDS (Subject)]<14.1>)
S: * 1 FETCH (BODY[HEADER.FIELDS (Subject)]<2> {6}
S: bject: BODY[HEADER.FIELDS (Subject)]<12> {2}
S: 
S:  BODY[HEADER.FIELDS (Subject)]<14> {0}
S: )
S: c3 OK FETCH completed
# names of fields as strings and literals, told as they were asked for
C: c4 FETCH 3 (BODY.PEEK[HEADER.FIELDS ({4}
S~ + *
C. From
C:  "subJECT" "X-]")] UID)
S: * 3 FETCH (BODY[HEADER.FIELDS (From subJECT "X-]")] {23}
S: From: c@d
S: Subject: two UID 3)
S: c4 OK FETCH completed
# nothing of it is asked for
C: d1 FETCH 1 ()
S~ d1 BAD *
C: d2 FETCH 1 (BODY.PEEK[HEADER.FIELDS ()])
S~ d2 BAD *
C: d3 FETCH 1 BODY.PEEK[HEADER.FIELDS]
S~ d3 BAD *
C: d4 FETCH 1 BODY.PEEK[HEADER.FIELDS ("a b")]
S~ d4 BAD *
C: d5 FETCH 1 BODY.PEEK
S~ d5 BAD *
C: d6 FETCH 1 BODY.PEEK[0]
S~ d6 BAD *
C: d7 FETCH 1 BODY.PEEK[1.]
S~ d7 BAD *
C: d8 NOOP
S: d8 OK NOOP completed
C: e1 FETCH 1 BODY.PEEK[TEXT.1]
S~ e1 BAD *
C: e2 FETCH 1 BODY.PEEK[1.MIME.1]
S~ e2 BAD *
C: e3 FETCH 1 BODY[]<1>
S~ e3 BAD *
C: e4 FETCH 1 BODY[]<-1.1>
S~ e4 BAD *
C: e5 FETCH 1 ENVELOPE[]
S~ e5 BAD *
C: e6 FETCH 1 (FAST)
S~ e6 BAD *
C: e7 FETCH 1 FLAGS UID
S~ e7 BAD *
C: e8 FETCH 1
S~ e8 BAD *
C: e9 NOOP
S: e9 OK NOOP completed
C: f1 FETCH 1  FLAGS
S~ f1 BAD *
C: f2 FETCH 1 (FLAGS  UID)
S~ f2 BAD *
C: f3 FETCH 1 (FLAGS )
S~ f3 BAD *
C: f4 FETCH 1 FLAGS)
S~ f4 BAD *
