# RFC 9051 7.5.2, appendix E 6 and 21: what is told unasked has the UID; 6.3.12, 6.3.9.7 OLDNAME of APPEND;
# section 9: sizes of 63 bits; 6.3.2 CLOSED
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 APPEND INBOX {10+}
C2: Subject: x
S2~ a2 OK *
C1: a2 ENABLE IMAP4rev2
S1: * ENABLED IMAP4rev2
S1: a2 OK ENABLE completed
C1: a3 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 1 EXISTS
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 2] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1: * LIST (\HasNoChildren \Subscribed) "/" INBOX
S1~ a3 OK *
C1: a4 NOOP
S1: a4 OK NOOP completed
C2: a3 SELECT INBOX
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 1 EXISTS
S2: * 0 RECENT
S2~ * OK [UNSEEN 1] *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 2] *
S2~ * OK [HIGHESTMODSEQ *
S2~ * OK [MAILBOXID *
S2~ a3 OK *
C2: a4 NOOP
S2: a4 OK NOOP completed
C2: b1 STORE 1 +FLAGS.SILENT (\Flagged)
S2: b1 OK STORE completed
C1: b1 NOOP
S1: * 1 FETCH (UID 1 FLAGS (\Flagged))
S1: b1 OK NOOP completed
C1: b2 FETCH 1 BODY[HEADER]<0.7>
S1: * 1 FETCH (BODY[HEADER]<0> {7}
S1: Subject)
S1: * 1 FETCH (UID 1 FLAGS (\Flagged \Seen))
S1: b2 OK FETCH completed
# who does not speak rev2 is told as before
C2: b2 NOOP
S2: * 1 FETCH (FLAGS (\Flagged \Seen))
S2: b2 OK NOOP completed
C1: b3 IDLE
S1: + idling
C2: b3 STORE 1 -FLAGS.SILENT (\Flagged)
S2: b3 OK STORE completed
S1: * 1 FETCH (UID 1 FLAGS (\Seen))
C1: DONE
S1: b3 OK IDLE completed
# number64, nz-number64
C1: c1 FETCH 1 (BODY.PEEK[]<8589934592.5> BODY.PEEK[TEXT]<0.9223372036854775807> BODY.PEEK[]<4.8589934592>)
S1: * 1 FETCH (BODY[]<8589934592> "" BODY[TEXT]<0> "" BODY[]<4> {6}
S1: ect: x)
S1: c1 OK FETCH completed
C1: c2 FETCH 1 BODY.PEEK[]<9223372036854775808.1>
S1~ c2 BAD *
C1: c3 FETCH 1 BODY.PEEK[]<0.9223372036854775808>
S1~ c3 BAD *
# a name that is not in NFC
C1: d1 CREATE "u<cc88>"
S1~ * LIST () "/" "ü" ("OLDNAME" *
S1~ d1 OK *
C1: d2 APPEND "u<cc88>" {1+}
C1: x
S1: * LIST () "/" "<c3bc>" ("OLDNAME" ("u<cc88>"))
S1~ d2 OK [APPENDUID * 1] *
C1: d3 APPEND "ü" {1+}
C1: x
S1~ d3 OK [APPENDUID * 2] *
# one that cannot be: what was selected is closed all the same
C1: e1 SELECT "a<07>"
S1~ * OK [CLOSED] *
S1~ e1 NO [CANNOT] *
C1: e2 FETCH 1 UID
S1: e2 BAD No mailbox is selected
C1: e3 SELECT "a<07>"
S1~ e3 NO [CANNOT] *
# 7.5.2: parameters in their character sets; as they came for who does not speak rev2
C2: f1 APPEND INBOX {209+}
C2: MIME-Version: 1.0
C2: Content-Type: text/plain; name*=iso-8859-1'en'%a3%20rates;
C2:  x*0*=utf-8''na%C3%AF; x*1="ve%41"; y*0="a"; y*1="b"; z*=%41
C2: Content-Disposition: attachment; filename*=utf-8''%e2%82%ac%00'
C2: 
C2: x
S2: * 2 EXISTS
S2: * 1 RECENT
S2~ f1 OK *
C2: f2 FETCH 2 BODYSTRUCTURE
S2: * 2 FETCH (BODYSTRUCTURE ("text" "plain" ("name*" "iso-8859-1'en'%a3%20rates" "x*" "utf-8''na%C3%AFve%2541" "y" "ab" "z*" "%41") NIL NIL "7BIT" 1 0 NIL ("attachment" ("filename*" "utf-8''%e2%82%ac%00'")) NIL NIL))
S2: f2 OK FETCH completed
C1: f1 SELECT INBOX
S1~ * FLAGS *
S1~ * OK [PERMANENTFLAGS *
S1: * 2 EXISTS
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 3] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ * LIST *
S1~ f1 OK *
C1: f2 FETCH 2 (BODY BODYSTRUCTURE)
S1: * 2 FETCH (BODY ("text" "plain" ("name*" {8}
S1: £ rates "x*" {9}
S1: naïve%41 "y" "ab" "z*" "A") NIL NIL "7BIT" 1 0) BODYSTRUCTURE ("text" "plain" ("name*" {8}
S1: £ rates "x*" {9}
S1: naïve%41 "y" "ab" "z*" "A") NIL NIL "7BIT" 1 0 NIL ("attachment" ("filename*" {7}
S1: €<efbfbd>')) NIL NIL))
S1: f2 OK FETCH completed
