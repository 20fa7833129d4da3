# RFC 9051 7.5.2, appendix E 21: what is told unasked has the UID; 6.3.12, 6.3.9.7 OLDNAME of APPEND;
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
