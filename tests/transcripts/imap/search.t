# RFC 3501 6.4.4 SEARCH
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX (\Seen \Flagged) "01-Feb-1994 23:30:00 -0800" {147+}
C: From: Smith <smith@example.test>
C: To: jane@example.test
C: Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from here
C: Date: Tue, 01 Feb 1994 10:00:00 +0000
C: 
C: x
S~ a2 OK *
C: a3 APPEND INBOX (Work) "02-Feb-1994 00:30:00 +0000" {69+}
C: From: jones@example.test
C: Cc: smith@example.test
C: Message-Id: <2@x>
C: 
S~ a3 OK *
C: a4 APPEND INBOX "03-Mar-1996 00:00:00 +0000" {2+}
C: y
S~ a4 OK *
C: a5 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 3 EXISTS
S: * 3 RECENT
S~ * OK [UNSEEN 2] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 4] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ a5 OK *
C: b1 SEARCH ALL
S: * SEARCH 1 2 3
S: b1 OK SEARCH completed
C: b2 SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM "Jones"
S: * SEARCH 1
S: b2 OK SEARCH completed
C: b3 SEARCH UNSEEN
S: * SEARCH 2 3
S: b3 OK SEARCH completed
C: b4 SEARCH ON 1-Feb-1994
S: * SEARCH 1
S: b4 OK SEARCH completed
C: b5 SEARCH BEFORE 2-Feb-1994
S: * SEARCH 1
S: b5 OK SEARCH completed
C: b6 SEARCH SENTON 1-Feb-1994
S: * SEARCH 1
S: b6 OK SEARCH completed
C: b7 SEARCH SENTBEFORE 1-Jan-2000
S: * SEARCH 1
S: b7 OK SEARCH completed
C: b8 SEARCH OR FROM smith CC smith
S: * SEARCH 1 2
S: b8 OK SEARCH completed
C: b9 SEARCH CHARSET UTF-8 SUBJECT {7+}
C: GRÜSSE
S: * SEARCH
S: b9 OK SEARCH completed
C: c2 SEARCH CHARSET UTF-8 SUBJECT {4+}
C: GRÜ
S: * SEARCH 1
S: c2 OK SEARCH completed
C: c3 SEARCH CHARSET X-NONE SUBJECT x
S~ c3 NO [BADCHARSET *
C: c3a SEARCH CHARSET ISO-8859-1 SUBJECT {3+}
C: <6772fc>
S: * SEARCH 1
S: c3a OK SEARCH completed
C: c3b SEARCH CHARSET "" SUBJECT x
S~ c3b NO [BADCHARSET *
C: c4 SEARCH KEYWORD work
S: * SEARCH 2
S: c4 OK SEARCH completed
C: c5 SEARCH UNKEYWORD Work
S: * SEARCH 1 3
S: c5 OK SEARCH completed
C: c6 SEARCH KEYWORD none
S: * SEARCH
S: c6 OK SEARCH completed
C: c7 SEARCH 2:* NOT 3
S: * SEARCH 2
S: c7 OK SEARCH completed
C: c8 UID SEARCH UID 2:9,1
S: * SEARCH 1 2 3
S: c8 OK UID SEARCH completed
C: c9 SEARCH (OR (1 2) (NOT (2)) UID 2:3)
S: * SEARCH 3
S: c9 OK SEARCH completed
C: d1 SEARCH LARGER 3 SMALLER 100
S: * SEARCH 2
S: d1 OK SEARCH completed
C: d2 SEARCH HEADER Message-ID ""
S: * SEARCH 2
S: d2 OK SEARCH completed
C: d3 SEARCH HEADER message-id 2@X
S: * SEARCH 2
S: d3 OK SEARCH completed
C: d4 SEARCH TEXT x
S: * SEARCH 1 2
S: d4 OK SEARCH completed
C: d4a SEARCH BODY X
S: * SEARCH 1
S: d4a OK SEARCH completed
C: d5 SEARCH RECENT NEW
S: * SEARCH 2 3
S: d5 OK SEARCH completed
C: d6 SEARCH OLD
S: * SEARCH
S: d6 OK SEARCH completed
C: d7 SEARCH NOT NOT 1
S: * SEARCH 1
S: d7 OK SEARCH completed
C: e1 SEARCH
S~ e1 BAD *
C: e2 SEARCH ()
S~ e2 BAD *
C: e3 SEARCH (1
S~ e3 BAD *
C: e4 SEARCH 1)
S~ e4 BAD *
C: e5 SEARCH OR 1
S~ e5 BAD *
C: e6 SEARCH NOT
S~ e6 BAD *
C: e7 SEARCH FROM
S~ e7 BAD *
C: e8 SEARCH ON 31-Foo-2000
S~ e8 BAD *
C: e9 NOOP
S: e9 OK NOOP completed
C: f1 SEARCH FLURB
S~ f1 BAD *
C: f2 SEARCH 4
S~ f2 BAD *
C: f3 SEARCH CHARSET
S~ f3 BAD *
C: f4 UID SEARCH UID 0
S~ f4 BAD *
