# RFC 5258, 5819, 6154, 8438, 7162, 8474, 6855 and 9051 in one LIST: criteria are all to be met (RFC
# 5258 3), CHILDINFO names all of them (3.5), STATUS comes for what was matched (RFC 5819 2)
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 DELETE Sent
C: a3 DELETE Junk
C: a4 DELETE Archive
C: a5 DELETE Trash
C: a6 DELETE Drafts
S: a2 OK DELETE completed
S: a3 OK DELETE completed
S: a4 OK DELETE completed
S: a5 OK DELETE completed
S: a6 OK DELETE completed
C: b1 CREATE A
C: b2 CREATE A/B (USE (\Sent))
C: b3 CREATE A/B/C
C: b4 CREATE "X/K&AOQ-se/Z" (USE (\Junk \Trash))
C: b5 SUBSCRIBE A/B
C: b6 SUBSCRIBE A/B/C
C: b7 SUBSCRIBE "X/K&AOQ-se/Z"
C: b8 SUBSCRIBE N/o/ne
S* b*
C: b9 APPEND A/B (\Deleted) {3+}
C: abc
S~ b9 OK *
# what is gone stays subscribed, and has no use any more
C: c1 LIST (SUBSCRIBED SPECIAL-USE) "" *
S: * LIST (\HasChildren \Sent \Subscribed) "/" A/B
S: * LIST (\HasNoChildren \Junk \Trash \Subscribed) "/" X/K&AOQ-se/Z
S: c1 OK LIST completed
C: c2 LIST (SUBSCRIBED RECURSIVEMATCH SPECIAL-USE) "" % RETURN (STATUS (MESSAGES))
S: * LIST (\HasChildren) "/" A ("CHILDINFO" ("SUBSCRIBED" "SPECIAL-USE"))
S: * LIST (\NonExistent \HasChildren) "/" X ("CHILDINFO" ("SUBSCRIBED" "SPECIAL-USE"))
S: c2 OK LIST completed
C: c3 LIST (SPECIAL-USE RECURSIVEMATCH) "" (A A/% X/%) RETURN (SUBSCRIBED STATUS (SIZE MESSAGES))
S: * LIST (\HasChildren \Sent \Subscribed) "/" A/B
S: * STATUS A/B (MESSAGES 1 SIZE 3)
S: * LIST (\NonExistent \HasChildren) "/" X/K&AOQ-se ("CHILDINFO" ("SPECIAL-USE"))
S: c3 OK LIST completed
C: c4 LIST (SUBSCRIBED RECURSIVEMATCH) "" (A N X/K&AOQ-se/% A/B) RETURN (STATUS (MESSAGES DELETED))
S: * LIST (\HasChildren) "/" A ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasChildren \Sent \Subscribed) "/" A/B ("CHILDINFO" ("SUBSCRIBED"))
S: * STATUS A/B (MESSAGES 1 DELETED 1)
S: * LIST (\NonExistent \HasNoChildren) "/" N ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasNoChildren \Junk \Trash \Subscribed) "/" X/K&AOQ-se/Z
S: * STATUS X/K&AOQ-se/Z (MESSAGES 0 DELETED 0)
S: c4 OK LIST completed
# HIGHESTMODSEQ among the items turns CONDSTORE on
C: d1 SELECT A/B
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S: * OK [HIGHESTMODSEQ 11] Highest
S~ * OK [MAILBOXID *
S~ d1 OK *
C: d2 LIST (SPECIAL-USE) "" A/* RETURN (STATUS (HIGHESTMODSEQ MAILBOXID))
S: * OK [HIGHESTMODSEQ 11] Highest
S: * LIST (\HasChildren \Sent) "/" A/B
S: * STATUS A/B (HIGHESTMODSEQ 11 MAILBOXID (F0000000100000008))
S: d2 OK LIST completed
C: d3 STORE 1 +FLAGS.SILENT (\Seen)
S: * 1 FETCH (UID 1 MODSEQ (12))
S: d3 OK STORE completed
# rev2: names are UTF-8, and told as they are now
C: e1 ENABLE IMAP4rev2 QRESYNC
S: * ENABLED QRESYNC IMAP4rev2
S: e1 OK ENABLE completed
C: e2 LIST (SUBSCRIBED RECURSIVEMATCH SPECIAL-USE) "" ("X/%" "X/Ka<cc88>se/%") RETURN (STATUS (UIDNEXT))
S: * LIST (\HasNoChildren \Junk \Trash \Subscribed) "/" "X/Käse/Z"
S: * STATUS "X/Käse/Z" (UIDNEXT 1)
S: e2 OK LIST completed
C: e3 RENAME A/B "X/Käse/ä"
S: e3 OK RENAME completed
C: e4 LIST (SPECIAL-USE) "" * RETURN (STATUS (MAILBOXID SIZE) SUBSCRIBED)
S: * LIST (\HasNoChildren \Junk \Trash \Subscribed) "/" "X/Käse/Z"
S~ * STATUS "X/Käse/Z" (SIZE 0 MAILBOXID (F*))
S: * LIST (\HasChildren \Sent) "/" "X/Käse/ä"
S: * STATUS "X/Käse/ä" (SIZE 3 MAILBOXID (F0000000100000008))
S: e4 OK LIST completed
C: e5 UID MOVE 1 "X/Käse/ä"
S~ * OK [COPYUID * 1 2] Moved
S: * VANISHED 1
S: * 1 EXISTS
S: e5 OK [HIGHESTMODSEQ 14] UID MOVE completed
