# RFC 3501 6.3.11 APPEND, 6.4.5 FETCH, 7.4.2; RFC 4315 section 3 APPENDUID
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
# the server asks for the literal (RFC 3501 7.5), the client sends 312 octets and the line's end
C: a2 APPEND inbox (\Seen $Work) " 7-Feb-1994 21:52:25 -0800" {312}
S~ + *
C: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
C: From: Fred Foobar <foobar@Blurdybloop.COM>
C: Subject: afternoon meeting
C: To: mooch@owatagu.siam.edu
C: Message-Id: <B27397-0100000@Blurdybloop.COM>
C: MIME-Version: 1.0
C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
C: 
C: Hello Joe, do you think we can meet at 3:30 tomorrow?
C: 
C: 
S~ a2 OK [APPENDUID * 1] APPEND completed
C: a3 SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work \*)] Flags kept
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 2] Predicted next UID
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S: a3 OK [READ-WRITE] SELECT completed
C: a4 FETCH 1 FULL
S: * 1 FETCH (FLAGS (\Seen \Recent $Work) INTERNALDATE "07-Feb-1994 21:52:25 -0800" RFC822.SIZE 312 ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800 (PST)" "afternoon meeting" (("Fred Foobar" NIL "foobar" "Blurdybloop.COM")) (("Fred Foobar" NIL "foobar" "Blurdybloop.COM")) (("Fred Foobar" NIL "foobar" "Blurdybloop.COM")) ((NIL NIL "mooch" "owatagu.siam.edu")) NIL NIL NIL "<B27397-0100000@Blurdybloop.COM>") BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 57 2))
S: a4 OK FETCH completed
C: a5 UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (subject "X-None" FROM)])
S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (subject X-None FROM)] {74}
S: From: Fred Foobar <foobar@Blurdybloop.COM>
S: Subject: afternoon meeting
S: 
S: )
S: a5 OK UID FETCH completed
C: a6 FETCH 1 (BODY[TEXT]<0.5> BODY[TEXT]<52.100> BODY[TEXT]<57.100> BODY[TEXT]<400.1>)
S: * 1 FETCH (BODY[TEXT]<0> {5}
S: Hello BODY[TEXT]<52> {5}
S: ?
S: 
S:  BODY[TEXT]<57> "" BODY[TEXT]<400> "")
S: a6 OK FETCH completed
C: a7 FETCH 1 (RFC822.SIZE BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[1.1] BODY.PEEK[1.HEADER] BODY.PEEK[HEADER.FIELDS.NOT (Date From To Message-Id Content-Type)])
S: * 1 FETCH (RFC822.SIZE 312 BODY[1] {57}
S: Hello Joe, do you think we can meet at 3:30 tomorrow?
S: 
S:  BODY[2] NIL BODY[1.1] NIL BODY[1.HEADER] NIL BODY[HEADER.FIELDS.NOT (Date From To Message-Id Content-Type)] {49}
S: Subject: afternoon meeting
S: MIME-Version: 1.0
S: 
S: )
S: a7 OK FETCH completed
C: a8 FETCH 2 FLAGS
S~ a8 BAD *
C: a9 UID FETCH 2:* FLAGS
S: * 1 FETCH (UID 1 FLAGS (\Seen \Recent $Work))
S: a9 OK UID FETCH completed
C: b1 FETCH 1 BODY[
S~ b1 BAD *
C: b2 FETCH 1 (FLAGS
S~ b2 BAD *
C: b3 FETCH 1 (ALL)
S~ b3 BAD *
C: b4 FETCH 1 BODY[]<0.0>
S~ b4 BAD *
C: b5 FETCH 1 (BODY[MIME])
S~ b5 BAD *
C: b6 LOGOUT
S~ * BYE *
S~ b6 OK *
