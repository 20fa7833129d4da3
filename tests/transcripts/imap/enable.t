# RFC 5161 section 3, RFC 6855 section 3: what is turned on is told once, unknown words are no mistake
U: jane@example.test secret
S~ * OK *
C: a0 ENABLE UTF8=ACCEPT
S: a0 BAD Log in first
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 CREATE "G&APY-del"
S~ a2 OK [MAILBOXID (*)] CREATE completed
C: a3 ENABLE
S: a3 BAD Missing argument
C: a4 ENABLE X-NOBODY
S: * ENABLED
S: a4 OK ENABLE completed
C: a5 LIST "" G*
S: * LIST (\HasNoChildren) "/" G&APY-del
S: a5 OK LIST completed
C: a6 ENABLE X-NOBODY utf8=accept
S: * ENABLED UTF8=ACCEPT
S: a6 OK ENABLE completed
C: a7 ENABLE UTF8=ACCEPT
S: * ENABLED
S: a7 OK ENABLE completed
C: a8 LIST "" G*
S: * LIST (\HasNoChildren) "/" "Gödel"
S: a8 OK LIST completed
# Modified UTF-7 is a name like others now.
C: b1 CREATE "G&APY-del"
S~ b1 OK [MAILBOXID (*)] CREATE completed
C: b2 LIST "" G&*
S: * LIST (\HasNoChildren) "/" G&APY-del
S: b2 OK LIST completed
C: b3 CREATE "Käse"
S~ b3 OK [MAILBOXID (*)] CREATE completed
C: b4 CREATE "<ff>"
S: b4 BAD Not UTF-8
C: b6 CREATE "a<e280a8>b"
S~ b6 NO [CANNOT] *
C: b5 STATUS "Käse" (MESSAGES)
S: * STATUS "Käse" (MESSAGES 0)
S: b5 OK STATUS completed
