# RFC 6855 sections 3 and 4: UTF-8 in headers only from who has enabled it, and as UTF8 data
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK [CAPABILITY * UTF8=ACCEPT*
C: a2 APPEND INBOX {19+}
C. Subject: Käse<0d0a0d0a>x
C: 
S~ a2 NO [CANNOT] *
# Eight bits in the body are nobody's business.
C: a3 APPEND INBOX {18+}
C. Subject: k<0d0a0d0a>Käs
C: 
S~ a3 OK *
C: a4 APPEND INBOX {19}
S: + Ready for the message
C. Subject: Käse<0d0a0d0a>x
C: 
S~ a4 NO [CANNOT] *
# Nor by UTF8 data before it; the ")" goes with it.
C: a41 APPEND INBOX UTF8 (~{19+}
C. Subject: Käse<0d0a0d0a>x
C: )
S~ a41 NO [CANNOT] *
C: a42 APPEND INBOX UTF8 (~{19}
S: + Ready for the message
C. Subject: Käse<0d0a0d0a>x
C: )
S~ a42 NO [CANNOT] *
C: a5 ENABLE UTF8=ACCEPT
S: * ENABLED UTF8=ACCEPT
S: a5 OK ENABLE completed
C: a6 APPEND INBOX UTF8 (~{19+}
C. Subject: Käse<0d0a0d0a>x
C: )
S~ a6 OK [APPENDUID * 2] *
C: a7 APPEND INBOX UTF8 (~{19+}
C. Subject: Käse<0d0a0d0a>x
C: 
S~ a7 BAD *
C: a8 APPEND INBOX UTF8 ({19+}
C. Subject: Käse<0d0a0d0a>x
C: )
S~ a8 BAD *
C: b1 APPEND INBOX (\Seen) UTF8 (~{19+}
C. Subject: Käse<0d0a0d0a>x
C: ) (\Flagged) UTF8 (~{19+}
C. Subject: Käsf<0d0a0d0a>x
C: )
S~ b1 OK [APPENDUID * 3:4] *
C: b2 EXAMINE "INBOX"
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 4 EXISTS
S~ * 4 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 5] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ b2 OK *
C: b3 FETCH 2 BODY[HEADER]
S: * 2 FETCH (BODY[HEADER] {18}
S: Subject: Käse
S: 
S: )
S: b3 OK FETCH completed
