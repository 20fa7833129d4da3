# RFC 3501 6.3.3 to 6.3.10: CREATE, DELETE, RENAME, SUBSCRIBE, LIST, LSUB, STATUS; 5.1.3 names
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 LIST "" ""
S: * LIST (\Noselect) "/" ""
S: a2 OK LIST completed
C: a3 CREATE owatagusiam/
S~ a3 OK [MAILBOXID (*)] CREATE completed
C: a4 CREATE owatagusiam/blurdybloop
S~ a4 OK [MAILBOXID (*)] CREATE completed
C: a5 CREATE deep/er/est
S~ a5 OK [MAILBOXID (*)] CREATE completed
C: a6 LIST "" owata*
S: * LIST (\HasChildren) "/" owatagusiam
S: * LIST (\HasNoChildren) "/" owatagusiam/blurdybloop
S: a6 OK LIST completed
C: a7 LIST owatagusiam/ %
S: * LIST (\HasNoChildren) "/" owatagusiam/blurdybloop
S: a7 OK LIST completed
C: a8 LIST "" deep
S~ * LIST (*\HasChildren) "/" deep
S: a8 OK LIST completed
C: a9 CREATE owatagusiam
S~ a9 NO [ALREADYEXISTS] *
C: b1 CREATE inbox
S~ b1 NO *
C: b2 CREATE "G&APY-del"
S~ b2 OK [MAILBOXID (*)] CREATE completed
C: b3 CREATE "G&AOQ"
S~ b3 NO [CANNOT] *
C: b4 CREATE {5+}
C: a "b\
S~ b4 OK [MAILBOXID (*)] CREATE completed
C: b5 LIST "" "a%"
S: * LIST (\HasNoChildren) "/" "a \"b\\"
S: b5 OK LIST completed
C: b6 LIST "" G*
S: * LIST (\HasNoChildren) "/" G&APY-del
S: b6 OK LIST completed
C: b7 SUBSCRIBE deep/er/est
S: b7 OK SUBSCRIBE completed
C: b8 LSUB "" d*
S: * LSUB (\HasNoChildren) "/" deep/er/est
S: b8 OK LSUB completed
C: b9 LSUB "" d%
S: * LSUB (\Noselect \HasChildren) "/" deep
S: b9 OK LSUB completed
C: b9a LSUB "" deep
S: b9a OK LSUB completed
C: b9b LSUB "" deep/%
S: * LSUB (\Noselect \HasChildren) "/" deep/er
S: b9b OK LSUB completed
C: b9c LSUB "" *er
S: b9c OK LSUB completed
C: b9d LSUB "" d%/%r
S: b9d OK LSUB completed
C: c1 UNSUBSCRIBE deep/er/est
S: c1 OK UNSUBSCRIBE completed
C: c2 LSUB "" d*
S: c2 OK LSUB completed
C: c3 RENAME owatagusiam/blurdybloop sarasoop
S: c3 OK RENAME completed
C: c4 RENAME nowhere somewhere
S~ c4 NO [NONEXISTENT] *
C: c5 STATUS sarasoop (UIDNEXT MESSAGES)
S: * STATUS sarasoop (MESSAGES 0 UIDNEXT 1)
S: c5 OK STATUS completed
C: c6 STATUS nowhere (MESSAGES)
S~ c6 NO [NONEXISTENT] *
C: c7 STATUS sarasoop ()
S~ c7 BAD *
C: c8 DELETE sarasoop
S: c8 OK DELETE completed
C: c9 DELETE sarasoop
S~ c9 NO [NONEXISTENT] *
C: d1 DELETE INBOX
S~ d1 NO *
C: d2 SELECT sarasoop
S~ d2 NO [NONEXISTENT] *
C: d3 NAMESPACE
S: * NAMESPACE (("" "/")) NIL NIL
S: d3 OK NAMESPACE completed
C: d4 ID ("name" "sodr" "version" "19.34" "vendor" NIL)
S~ * ID ("name" "Postkeep"*
S: d4 OK ID completed
C: d5 ID NIL
S~ * ID *
S: d5 OK ID completed
C: d6 ID ("name")
S~ d6 BAD *
