# RFC 5256: SORT; RFC 5957: SORT=DISPLAY; RFC 7162 3.1.9
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: ap1 APPEND INBOX "05-Jan-2020 00:00:00 +0000" {114+}
C: Subject: beta
C: From: "Zoe" <amy@example.test>
C: To: jo@example.test
C: Date: Sat, 01 Jan 2000 10:00:00 +0000
C: 
C: xxxxx
S~ ap1 OK *
C: ap2 APPEND INBOX "04-Jan-2020 00:00:00 +0000" {431+}
C: Subject: Re: Alpha
C: From: bob@example.test
C: To: =?utf-8?q?=C3=84nne?= <zed@example.test>
C: Date: Sat, 01 Jan 2000 12:00:00 +0200
C: 
C: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
S~ ap2 OK *
C: ap3 APPEND INBOX "03-Jan-1999 00:00:00 +0000" {131+}
C: Subject: [list] alpha (fwd)
C: From: "" <carl@example.test>
C: Cc: x@example.test
C: 
C: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
S~ ap3 OK *
C: ap4 APPEND INBOX "02-Jan-2020 00:00:00 +0000" {42+}
C: Date: Sat, 01 Jan 2000 09:00:00 -0500
C: 
C: x
S~ ap4 OK *
C: ap5 APPEND INBOX "01-Jan-2020 00:00:00 +0000" {111+}
C: Subject: =?iso-8859-1?q?=E4lpha?=
C: From: Friends: dan@example.test;
C: Date: Thu, 01 Jan 1998 00:00:00 +0000
C: 
C: x
S~ ap5 OK *
C: se SELECT INBOX
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 5 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
# each key; ties in the order of the mailbox
C: b1 SORT (ARRIVAL) UTF-8 ALL
S: * SORT 3 5 4 2 1
S: b1 OK SORT completed
C: b2 SORT (DATE) UTF-8 ALL
S: * SORT 5 3 1 2 4
S: b2 OK SORT completed
C: b3 SORT (REVERSE DATE) UTF-8 ALL
S: * SORT 4 1 2 3 5
S: b3 OK SORT completed
C: b4 SORT (SIZE) US-ASCII ALL
S: * SORT 4 5 1 3 2
S: b4 OK SORT completed
C: b5 SORT (SUBJECT) UTF-8 ALL
S: * SORT 4 2 3 5 1
S: b5 OK SORT completed
C: b6 SORT (FROM) UTF-8 ALL
S: * SORT 4 1 2 3 5
S: b6 OK SORT completed
C: b7 SORT (TO) UTF-8 ALL
S: * SORT 3 4 5 1 2
S: b7 OK SORT completed
C: b8 SORT (CC) UTF-8 ALL
S: * SORT 1 2 4 5 3
S: b8 OK SORT completed
# RFC 5957: the name as it is shown, else the address
C: b9 SORT (DISPLAYFROM) UTF-8 ALL
S: * SORT 4 2 3 5 1
S: b9 OK SORT completed
C: b10 SORT (DISPLAYTO) UTF-8 ALL
S: * SORT 3 4 5 2 1
S: b10 OK SORT completed
C: b11 SORT (REVERSE DISPLAYFROM) UTF-8 ALL
S: * SORT 1 5 3 2 4
S: b11 OK SORT completed
# several; what comes again changes nothing
C: b12 SORT (SUBJECT REVERSE DATE) UTF-8 ALL
S: * SORT 4 2 3 5 1
S: b12 OK SORT completed
C: b13 SORT (REVERSE CC DATE) UTF-8 1:4
S: * SORT 3 1 2 4
S: b13 OK SORT completed
C: b14 SORT (date subject reverse date) utf-8 ALL
S: * SORT 5 3 2 1 4
S: b14 OK SORT completed
# the search, in its charset
C: b15 SORT (SUBJECT) UTF-8 NOT SUBJECT beta 2:*
S: * SORT 4 2 3 5
S: b15 OK SORT completed
C: b16 SORT (DATE) ISO-8859-1 SUBJECT {1+}
C: <e4>
S: * SORT 5
S: b16 OK SORT completed
C: b17 SORT (SUBJECT) US-ASCII TEXT "not in mailbox"
S: * SORT
S: b17 OK SORT completed
C: b18 UID SORT (SIZE) UTF-8 UID 2:4
S: * SORT 4 3 2
S: b18 OK UID SORT completed
# RFC 7162 3.1.9
C: c1 SORT (SIZE) UTF-8 MODSEQ 5
S~ * OK [HIGHESTMODSEQ *
S~ * SORT 4 5 (MODSEQ *)
S: c1 OK SORT completed
C: c2 SORT (SIZE) UTF-8 MODSEQ 500
S: * SORT
S: c2 OK SORT completed
# errors
C: d1 SORT (SIZE) X-NONE ALL
S~ d1 NO [BADCHARSET *
C: e0 SORT
S~ e0 BAD *
C: e1 SORT (SIZE)
S~ e1 BAD *
C: e2 SORT (SIZE) UTF-8
S~ e2 BAD *
C: e3 SORT () UTF-8 ALL
S~ e3 BAD *
C: e4 SORT (REVERSE) UTF-8 ALL
S~ e4 BAD *
C: e5 SORT (SIZE REVERSE) UTF-8 ALL
S~ e5 BAD *
C: e6 SORT SIZE UTF-8 ALL
S~ e6 BAD *
C: e7 SORT (FLURB) UTF-8 ALL
S~ e7 BAD *
