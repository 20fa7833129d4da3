# RFC 3501 6.4.4: BODY, TEXT, HEADER on decoded text (RFC 2045, RFC 2047), i;unicode-casemap (RFC 5051)
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: ap1 APPEND INBOX {223+}
C: From: a@example.test
C: Subject: =?utf-8?q?=C3=9Cber?= all
C: X-Secret: hidden here
C: Content-Type: text/plain; charset=utf-8
C: Content-Transfer-Encoding: base64
C: 
C: RGllIEdyw7zDn2Uga29t
C: bWVuIHNww6R0ZXI7IM6j
C: zorOo86lzqbOn86jLg0K
S~ ap1 OK *
C: ap2 APPEND INBOX {528+}
C: From: b@example.test
C: MIME-Version: 1.0
C: Content-Type: multipart/mixed; boundary=xx
C: 
C: preamble word
C: --xx
C: Content-Type: text/plain; charset=iso-8859-1
C: Content-Transfer-Encoding: quoted-printable
C: 
C: Gr=FC=DFe, a long line that is bro=
C: ken in the middle
C: --xx
C: Content-Type: text/html
C: Content-Description: =?utf-8?b?w4RwZmVs?=
C: 
C: <p class="tagged">plain <b>bo</b>ld</p>
C: --xx
C: Content-Type: application/octet-stream; name="needle-name.bin"
C: Content-Transfer-Encoding: base64
C: 
C: bmVlZGxlLWluLWJpbmFyeQ==
C: --xx--
C: epilogue word
S~ ap2 OK *
C: ap3 APPEND INBOX {193+}
C: From: c@example.test
C: Subject: outer
C: Content-Type: message/rfc822
C: 
C: From: inner@example.test
C: Subject: =?koi8-r?q?=F0=F2=E9=F7=E5=F4?=
C: Content-Type: text/plain; charset=koi8-r
C: 
C: <f0d2c9d7c5d4> rest
S~ ap3 OK *
C: ap4 APPEND INBOX {104+}
C: Subject: folded
C: 	over two lines
C: X-Long: one
C:   two
C: 
C: Latin <e9>t<e9>, undeclared and utf-8 <c3a9>t<c3a9>.
C: foo
C: bar
S~ ap4 OK *
C: ap5 APPEND INBOX {18+}
C: only a body?
C: 
C: no
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
S~ * OK [MAILBOXID *
S~ se OK *
# transfer encodings and charsets; case of all letters
C: b1 SEARCH BODY {7+}
C: grüße
S: * SEARCH 1 2
S: b1 OK SEARCH completed
C: b2 SEARCH CHARSET ISO-8859-1 BODY {5+}
C: <4752dcdf45>
S: * SEARCH 1 2
S: b2 OK SEARCH completed
C: b3 SEARCH TEXT {14+}
C: σίσυφοσ
S: * SEARCH 1
S: b3 OK SEARCH completed
C: b4 SEARCH CHARSET KOI8-R TEXT {6+}
C: <d0d2c9d7c5d4>
S: * SEARCH 3
S: b4 OK SEARCH completed
C: b5 SEARCH BODY {12+}
C: привет
S: * SEARCH 3
S: b5 OK SEARCH completed
C: b6 SEARCH BODY {5+}
C: été
S: * SEARCH 4
S: b6 OK SEARCH completed
C: b7 SEARCH BODY "broken in the middle"
S: * SEARCH 2
S: b7 OK SEARCH completed
# BODY has no header of any part, TEXT has all of them
C: b8 SEARCH BODY example.test
S: * SEARCH
S: b8 OK SEARCH completed
C: b9 SEARCH TEXT example.test
S: * SEARCH 1 2 3
S: b9 OK SEARCH completed
C: b10 SEARCH TEXT inner@
S: * SEARCH 3
S: b10 OK SEARCH completed
C: b11 SEARCH BODY hidden
S: * SEARCH
S: b11 OK SEARCH completed
C: b12 SEARCH TEXT "x-secret: HIDDEN"
S: * SEARCH 1
S: b12 OK SEARCH completed
C: b13 SEARCH TEXT {6+}
C: äpfel
S: * SEARCH 2
S: b13 OK SEARCH completed
C: b14 SEARCH TEXT {9+}
C: über ALL
S: * SEARCH 1
S: b14 OK SEARCH completed
C: b15 SEARCH TEXT needle-name
S: * SEARCH 2
S: b15 OK SEARCH completed
C: b16 SEARCH TEXT "folded	over TWO"
S: * SEARCH 4
S: b16 OK SEARCH completed
# HTML as it is read, without its tags; what is not text is left out
C: b17 SEARCH BODY class=
S: * SEARCH
S: b17 OK SEARCH completed
C: b18 SEARCH BODY "<b>BO</b>ld"
S: * SEARCH
S: b18 OK SEARCH completed
C: b18a SEARCH BODY "plain BOLD"
S: * SEARCH 2
S: b18a OK SEARCH completed
C: b19 SEARCH TEXT needle-in-binary
S: * SEARCH
S: b19 OK SEARCH completed
C: b20 SEARCH TEXT bmVlZGxl
S: * SEARCH
S: b20 OK SEARCH completed
C: b21 SEARCH TEXT "preamble word"
S: * SEARCH
S: b21 OK SEARCH completed
# no match over the end of a line, a field or a part
C: b22 SEARCH BODY "foo bar"
S: * SEARCH
S: b22 OK SEARCH completed
C: b23 SEARCH BODY {8+}
C: foo<0d0a>bar
S: * SEARCH 4
S: b23 OK SEARCH completed
# HEADER of any name; the empty string says whether there is one
C: b24 SEARCH HEADER x-secret ""
S: * SEARCH 1
S: b24 OK SEARCH completed
C: b25 SEARCH HEADER X-Long "one  TWO"
S: * SEARCH 4
S: b25 OK SEARCH completed
C: b26 SEARCH HEADER X-Secret "hidden x"
S: * SEARCH
S: b26 OK SEARCH completed
C: b27 SEARCH HEADER Content-Type charset=utf-8
S: * SEARCH 1
S: b27 OK SEARCH completed
C: b28 SEARCH HEADER Content-Type koi8
S: * SEARCH
S: b28 OK SEARCH completed
C: b29 SEARCH HEADER X-Secret X-Secret
S: * SEARCH
S: b29 OK SEARCH completed
C: b30 SEARCH HEADER Subject outer
S: * SEARCH 3
S: b30 OK SEARCH completed
# with other keys: what need not be read is not
C: b31 SEARCH OR BODY rest SUBJECT folded
S: * SEARCH 3 4
S: b31 OK SEARCH completed
C: b32 SEARCH NOT BODY rest
S: * SEARCH 1 2 4 5
S: b32 OK SEARCH completed
C: b33 SEARCH 1:2 NOT (BODY kommen HEADER X-Secret hidden)
S: * SEARCH 2
S: b33 OK SEARCH completed
C: b34 SEARCH BODY "" TEXT ""
S: * SEARCH 1 2 3 4 5
S: b34 OK SEARCH completed
C: b35 SEARCH OR OR BODY kommen BODY broken TEXT undeclared
S: * SEARCH 1 2 4
S: b35 OK SEARCH completed
C: c1 UID SEARCH RETURN (MIN MAX COUNT) TEXT e
S: * ESEARCH (TAG "c1") UID MIN 1 MAX 4 COUNT 4
S: c1 OK UID SEARCH completed
C: c2 SEARCH TEXT
S~ c2 BAD *
C: c3 SEARCH HEADER x
S~ c3 BAD *
# HTML with character references; parameters in the form of RFC 2231
C: d0 APPEND INBOX {635+}
C: From: d@example.test
C: MIME-Version: 1.0
C: Content-Type: multipart/mixed; boundary=yy
C: 
C: --yy
C: Content-Type: text/html; charset=us-ascii
C: Content-Transfer-Encoding: quoted-printable
C: 
C: <html><head><title>News</title><style>p { color: hiddenred }</style></hea=
C: d>
C: <body class=3D"newsletter"><p>Un caf&eacute; &agrave; 3&nbsp;&euro;, s<b>=
C: 'il</b> vous<br>pla&#238;t.</p><!-- secret note --></body></html>
C: --yy
C: Content-Type: application/pdf;
C:  name*0*=utf-8''Pr%C3%BCf;
C:  name*1="bericht";
C:  name*2=".pdf"
C: Content-Disposition: attachment; filename*=iso-8859-1'de'Pr%FCfbericht.pdf
C: Content-Transfer-Encoding: base64
C: 
C: AAAA
C: --yy--
C: 
S: * 6 EXISTS
S* * * RECENT
S~ d0 OK *
C: d1 SEARCH BODY {10+}
C: vousplaît
S: * SEARCH
S: d1 OK SEARCH completed
C: d2 SEARCH BODY {36+}
C: un CAFÉ à 3 €, s'il vous PLAît.
S: * SEARCH 6
S: d2 OK SEARCH completed
C: d3 SEARCH OR OR BODY eacute BODY hiddenred OR BODY newsletter BODY "secret note"
S: * SEARCH
S: d3 OK SEARCH completed
C: d4 SEARCH BODY news
S: * SEARCH 6
S: d4 OK SEARCH completed
C: d5 SEARCH TEXT {16+}
C: prüfbericht.pdf
S: * SEARCH 6
S: d5 OK SEARCH completed
C: d6 SEARCH TEXT {25+}
C: filename=Prüfbericht.pdf
S: * SEARCH 6
S: d6 OK SEARCH completed
C: d7 SEARCH TEXT "pr%fcfbericht"
S: * SEARCH 6
S: d7 OK SEARCH completed
C: d8 SEARCH BODY bericht
S: * SEARCH
S: d8 OK SEARCH completed
# HEADER is about the text of a field, FROM and the like about the addresses in it
C: k1 APPEND Drafts {144+}
C: From: "Foobar, Fred" <f@x> (at work)
C: To: a@b,c@d
C: To: second@to
C: Cc: joe (Joe (J.) Doe) <j@k>
C: Bcc:
C: Reply-To: =?utf-8?q?J=C3=BCrgen?= <jj@x>
C: 
S~ k1 OK *
C: k2 EXAMINE Drafts
S~ * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ k2 OK *
C: l1 SEARCH HEADER From "\"Foobar, Fred\" <f"
S: * SEARCH 1
S: l1 OK SEARCH completed
C: l2 SEARCH HEADER From "(at work)"
S: * SEARCH 1
S: l2 OK SEARCH completed
C: l3 SEARCH HEADER From "Foobar, Fred <f@x>"
S: * SEARCH
S: l3 OK SEARCH completed
C: l4 SEARCH FROM "Foobar, Fred <f@x>"
S: * SEARCH 1
S: l4 OK SEARCH completed
C: l5 SEARCH FROM "\"Foobar"
S: * SEARCH
S: l5 OK SEARCH completed
C: l6 SEARCH HEADER To "a@b,c@d"
S: * SEARCH 1
S: l6 OK SEARCH completed
C: l7 SEARCH HEADER To "<a@b>"
S: * SEARCH
S: l7 OK SEARCH completed
C: l8 SEARCH TO "<a@b>"
S: * SEARCH 1
S: l8 OK SEARCH completed
C: l9 SEARCH HEADER To "a@b, c@d"
S: * SEARCH
S: l9 OK SEARCH completed
C: l10 SEARCH HEADER To "second@to"
S: * SEARCH 1
S: l10 OK SEARCH completed
C: l11 SEARCH HEADER Cc "(J.)"
S: * SEARCH 1
S: l11 OK SEARCH completed
C: l12 SEARCH HEADER Bcc ""
S: * SEARCH 1
S: l12 OK SEARCH completed
C: l13 SEARCH BCC ""
S: * SEARCH
S: l13 OK SEARCH completed
C: l14 SEARCH HEADER Sender ""
S: * SEARCH
S: l14 OK SEARCH completed
C: l15 SEARCH HEADER From ""
S: * SEARCH 1
S: l15 OK SEARCH completed
C: l16 SEARCH CHARSET UTF-8 HEADER Reply-To {8+}
C: Ürgen <
S: * SEARCH 1
S: l16 OK SEARCH completed
C: l17 SEARCH HEADER From fred
S: * SEARCH 1
S: l17 OK SEARCH completed
C: l18 SEARCH HEADER Reply-To "jj@x"
S: * SEARCH 1
S: l18 OK SEARCH completed
