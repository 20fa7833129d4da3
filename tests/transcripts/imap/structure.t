# RFC 3501 6.4.5 part numbers, 7.4.2 ENVELOPE, BODY and BODYSTRUCTURE
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX {1066+}
C: From: Arnt <arnt@example.test>
C: To: undisclosed: ;
C: Cc: "Last, First" <"a\"b"@example.test>, =?utf-8?q?J=C3=BCrgen?= <j@example.test>
C: Subject: parts
C: Date: Wed, 17 Jul 1996 02:23:25 -0700
C: Message-Id: <m1@example.test>
C: In-Reply-To: <m0@example.test>
C: MIME-Version: 1.0
C: Content-Type: multipart/mixed; boundary=outer
C: 
C: preamble
C: --outer
C: Content-Type: text/plain; charset=utf-8
C: 
C: one
C: --outer
C: Content-Type: application/octet-stream; name="x.bin"
C: Content-Transfer-Encoding: base64
C: Content-Id: <c2@example.test>
C: Content-Description: two
C: Content-Disposition: attachment; filename="x.bin"
C: Content-Language: en, de
C: Content-Location: here
C: Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
C: 
C: AAEC
C: --outer
C: Content-Type: message/rfc822
C: 
C: Subject: inner
C: From: b@example.test
C: 
C: --x
C: inner text
C: --outer
C: Content-Type: multipart/alternative; boundary="in"
C: 
C: --in
C: Content-Type: text/html
C: 
C: <p>four one</p>
C: --in
C: Content-Type: message/rfc822
C: 
C: Subject: deep
C: Content-Type: multipart/mixed; boundary=deep
C: 
C: --deep
C: 
C: deep one
C: --deep--
C: 
C: --in--
C: 
C: --outer--
C: epilogue
C: 
S~ a2 OK *
C: a3 EXAMINE INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ a3 OK *
C: b1 FETCH 1 ENVELOPE
S: * 1 FETCH (ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700" "parts" (("Arnt" NIL "arnt" "example.test")) (("Arnt" NIL "arnt" "example.test")) (("Arnt" NIL "arnt" "example.test")) ((NIL NIL "undisclosed" NIL)(NIL NIL NIL NIL)) (("Last, First" NIL "a\"b" "example.test")("=?utf-8?q?J=C3=BCrgen?=" NIL "j" "example.test")) NIL "<m0@example.test>" "<m1@example.test>"))
S: b1 OK FETCH completed
C: b2 FETCH 1 BODY
S: * 1 FETCH (BODY (("text" "plain" ("charset" "utf-8") NIL NIL "7BIT" 3 0)("application" "octet-stream" ("name" "x.bin") "<c2@example.test>" "two" "base64" 4)("message" "rfc822" NIL NIL NIL "7BIT" 55 (NIL "inner" ((NIL NIL "b" "example.test")) ((NIL NIL "b" "example.test")) ((NIL NIL "b" "example.test")) NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7BIT" 15 1) 4)(("text" "html" NIL NIL NIL "7BIT" 15 0)("message" "rfc822" NIL NIL NIL "7BIT" 93 (NIL "deep" NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "plain" NIL NIL NIL "7BIT" 8 0) "mixed") 7) "alternative") "mixed"))
S: b2 OK FETCH completed
C: b3 FETCH 1 BODYSTRUCTURE
S: * 1 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7BIT" 3 0 NIL NIL NIL NIL)("application" "octet-stream" ("name" "x.bin") "<c2@example.test>" "two" "base64" 4 "Q2hlY2sgSW50ZWdyaXR5IQ==" ("attachment" ("filename" "x.bin")) ("en" "de") "here")("message" "rfc822" NIL NIL NIL "7BIT" 55 (NIL "inner" ((NIL NIL "b" "example.test")) ((NIL NIL "b" "example.test")) ((NIL NIL "b" "example.test")) NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7BIT" 15 1 NIL NIL NIL NIL) 4 NIL NIL NIL NIL)(("text" "html" NIL NIL NIL "7BIT" 15 0 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7BIT" 93 (NIL "deep" NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "plain" NIL NIL NIL "7BIT" 8 0 NIL NIL NIL NIL) "mixed" ("boundary" "deep") NIL NIL NIL) 7 NIL NIL NIL NIL) "alternative" ("boundary" "in") NIL NIL NIL) "mixed" ("boundary" "outer") NIL NIL NIL))
S: b3 OK FETCH completed
C: b4 FETCH 1 (BODY[1] BODY[2.MIME] BODY[3] BODY[3.HEADER] BODY[3.TEXT] BODY[3.1] BODY[3.1.MIME] BODY[4.1] BODY[4.2.HEADER] BODY[4.2.1] BODY[4.2.1.MIME] BODY[5] BODY[4.2.2] BODY[1.HEADER] BODY[4.1.1])
S: * 1 FETCH (BODY[1] {3}
S: one BODY[2.MIME] {288}
S: Content-Type: application/octet-stream; name="x.bin"
S: Content-Transfer-Encoding: base64
S: Content-Id: <c2@example.test>
S: Content-Description: two
S: Content-Disposition: attachment; filename="x.bin"
S: Content-Language: en, de
S: Content-Location: here
S: Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
S: 
S:  BODY[3] {55}
S: Subject: inner
S: From: b@example.test
S: 
S: --x
S: inner text BODY[3.HEADER] {40}
S: Subject: inner
S: From: b@example.test
S: 
S:  BODY[3.TEXT] {15}
S: --x
S: inner text BODY[3.1] {15}
S: --x
S: inner text BODY[3.1.MIME] {40}
S: Subject: inner
S: From: b@example.test
S: 
S:  BODY[4.1] {15}
S: <p>four one</p> BODY[4.2.HEADER] {63}
S: Subject: deep
S: Content-Type: multipart/mixed; boundary=deep
S: 
S:  BODY[4.2.1] {8}
S: deep one BODY[4.2.1.MIME] {2}
S: 
S:  BODY[5] NIL BODY[4.2.2] NIL BODY[1.HEADER] NIL BODY[4.1.1] NIL)
S: b4 OK FETCH completed
