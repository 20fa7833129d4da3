# RFC 3501 6.3.11, RFC 7888 section 4, RFC 4469 TOOBIG
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND nowhere {5}
S~ a2 NO [TRYCREATE] *
C: a3 APPEND nowhere {5+}
C: 12345
S~ a3 NO [TRYCREATE] *
C: a4 APPEND INBOX {99999999}
S~ a4 NO [TOOBIG] *
C: a5 APPEND INBOX {0+}
C: 
S~ a5 NO [CANNOT] *
C: a6 APPEND INBOX
S~ a6 BAD *
C: a7 APPEND INBOX (\Seen {5+}
C: 12345
S~ a7 BAD *
C: a8 APPEND INBOX "31-Foo-1994 00:00:00 +0000" {5+}
C: 12345
S~ a8 BAD *
C: a9 APPEND INBOX {5+}
C: 12345 junk
S~ a9 BAD *
C: b1 APPEND {5+}
C: INBOX (\Draft) {3+}
C: abc
S~ b1 OK [APPENDUID * 1] *
C: b2 APPEND "IN\"BOX" {3+}
C: abc
S~ b2 NO [TRYCREATE] *
C: b3 APPEND "G&AOQ" {3+}
C: abc
S~ b3 NO [CANNOT] *
C: b4 STATUS INBOX (MESSAGES)
S: * STATUS INBOX (MESSAGES 1)
S: b4 OK STATUS completed
