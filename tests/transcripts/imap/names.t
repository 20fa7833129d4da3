# RFC 3501 and 9051 6.3.3 to 6.3.6, 5.1: CREATE, DELETE and RENAME with children and of INBOX; odd names
U: jane@example.test secret
S~ * OK *
C: a0 LOGIN jane@example.test secret
S~ a0 OK *
# 6.3.5: a mailbox with children leaves its name, which then cannot be deleted.
C: a1 CREATE foo/bar
S~ a1 OK *
C: a2 CREATE foo
S~ a2 OK *
C: a3 DELETE foo
S: a3 OK DELETE completed
C: a4 LIST "" foo*
S: * LIST (\Noselect \HasChildren) "/" foo
S: * LIST (\HasNoChildren) "/" foo/bar
S: a4 OK LIST completed
C: a5 DELETE foo
S~ a5 NO [HASCHILDREN] *
C: a6 SELECT foo
S~ a6 NO [NONEXISTENT] *
C: a7 STATUS foo (MESSAGES)
S~ a7 NO [NONEXISTENT] *
C: a8 DELETE foo/bar
S: a8 OK DELETE completed
C: a9 LIST "" foo*
S: a9 OK LIST completed
# 6.3.6: with all below it, in one step; levels above are made.
C: b1 CREATE X/one/two
C: b2 CREATE X/one
C: b3 CREATE "X y"
S* b*
C: b4 RENAME X baz/rag/zowie
S: b4 OK RENAME completed
C: b5 LIST "" "*z*"
S: * LIST (\Noselect \HasChildren) "/" baz
S: * LIST (\Noselect \HasChildren) "/" baz/rag
S: * LIST (\Noselect \HasChildren) "/" baz/rag/zowie
S: * LIST (\HasChildren) "/" baz/rag/zowie/one
S: * LIST (\HasNoChildren) "/" baz/rag/zowie/one/two
S: b5 OK LIST completed
C: b6 LIST "" X*
S: * LIST (\HasNoChildren) "/" "X y"
S: b6 OK LIST completed
C: b7 RENAME baz/rag/zowie baz/rag/zowie/below
S~ b7 NO [CANNOT] *
C: b8 RENAME baz/rag/zowie baz/rag/zowie
S~ b8 NO [ALREADYEXISTS] *
C: b9 RENAME "X y" baz/rag
S~ b9 NO [ALREADYEXISTS] *
C: c1 RENAME "X y" InBox
S~ c1 NO [ALREADYEXISTS] *
C: c2 RENAME baz/rag/zowie/one/two baz/
S~ c2 NO [ALREADYEXISTS] *
C: c3 RENAME baz/rag/zowie zowie/
S: c3 OK RENAME completed
C: c4 LIST "" baz*
S: c4 OK LIST completed
# Subscriptions stay with the name.
C: c5 SUBSCRIBE zowie/one
S: c5 OK SUBSCRIBE completed
C: c6 RENAME zowie/one zowie/1
S: c6 OK RENAME completed
C: c7 LIST (SUBSCRIBED) "" z*
S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" zowie/one
S: c7 OK LIST completed
C: c8 UNSUBSCRIBE zowie/one
S: c8 OK UNSUBSCRIBE completed
C: c9 UNSUBSCRIBE zowie/one
S: c9 OK UNSUBSCRIBE completed
# INBOX: its messages move, it stays, and so does what is below it.
C: d1 CREATE inbox/kept
S~ d1 OK *
C: d2 APPEND INBOX (\Flagged $Forwarded) {2+}
C: hi
S~ d2 OK *
C: d3 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 2] Predicted next UID
S~ * OK [HIGHESTMODSEQ *
S: * OK [MAILBOXID (F0000000100000001)] Its id
S: d3 OK [READ-WRITE] SELECT completed
C: d4 RENAME INBOX old-mail
S: * 1 EXPUNGE
S: * 0 RECENT
S: d4 OK RENAME completed
C: d5 LIST "" (INBOX* old-mail)
S: * LIST (\HasChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" INBOX/kept
S: * LIST (\HasNoChildren) "/" old-mail
S: d5 OK LIST completed
C: d6 STATUS INBOX (MESSAGES UIDNEXT MAILBOXID)
S: * STATUS INBOX (MESSAGES 0 UIDNEXT 2 MAILBOXID (F0000000100000001))
S: d6 OK STATUS completed
C: d7 EXAMINE old-mail
S~ * OK [CLOSED] *
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded)
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 2] Predicted next UID
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID (F*)] Its id
S: d7 OK [READ-ONLY] EXAMINE completed
C: d8 FETCH 1 (FLAGS BODY.PEEK[])
S: * 1 FETCH (FLAGS (\Flagged \Recent $Forwarded) BODY[] {2}
S: hi)
S: d8 OK FETCH completed
# Deleting by another name what is selected: it is that mailbox all the same.
C: e1 RENAME old-mail older
S: e1 OK RENAME completed
C: e2 CREATE old-mail
S~ e2 OK *
C: e3 DELETE old-mail
S: e3 OK DELETE completed
C: e4 FETCH 1 UID
S: * 1 FETCH (UID 1)
S: e4 OK FETCH completed
C: e5 DELETE older
S: e5 OK DELETE completed
C: e6 FETCH 1 UID
S: e6 BAD No mailbox is selected
# Names that cannot be.
C: f1 CREATE a//b
S~ f1 NO [CANNOT] *
C: f2 CREATE /a
S~ f2 NO [CANNOT] *
C: f3 CREATE ""
S~ f3 NO [CANNOT] *
C: f4 CREATE "a<07>b"
S~ f4 NO [CANNOT] *
C: f5 CREATE 1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3
S~ f5 NO [LIMIT] *
C: f6 CREATE 1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2
S~ f6 OK *
C: f7 RENAME 1 0/1
S~ f7 NO [LIMIT] *
C: f8 CREATE {481+}
C: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
S~ f8 NO [LIMIT] *
C: f9 SUBSCRIBE trailing/
S: f9 OK SUBSCRIBE completed
C: g1 LSUB "" trail*
S: * LSUB (\HasNoChildren) "/" trailing
S: g1 OK LSUB completed
# Any case of INBOX is it, in patterns too (9051 6.3.9); others have their own.
C: g2 LIST "" "inb%"
S: * LIST (\HasChildren) "/" INBOX
S: g2 OK LIST completed
C: g3 LIST "" "*/KEPT"
S: g3 OK LIST completed
C: g4 LIST "" "iNbOx/kept"
S: * LIST (\HasNoChildren) "/" INBOX/kept
S: g4 OK LIST completed
C: g5 CREATE Inbo
S~ g5 OK *
C: g6 LIST "" "inbo"
S: g6 OK LIST completed
# NFC: one name, however it was written.
C: h1 CREATE "Ko&AwE-"
S~ h1 OK *
C: h2 CREATE "K&APM-"
S~ h2 NO [ALREADYEXISTS] *
C: h3 DELETE "K&APM-"
S: h3 OK DELETE completed
# UTF-7 that is not as it is to be: no name, no pattern.
C: h4 CREATE "&AGE-"
S~ h4 NO [CANNOT] *
C: h5 LIST "" "&AGE-*"
S: h5 OK LIST completed
C: h6 LIST "" ("&AGE-*" Inbo)
S: * LIST (\HasNoChildren) "/" Inbo
S: h6 OK LIST completed
# Wildcards are characters where a mailbox is named (9051 5.1), and NIL is a name like others.
C: i1 CREATE "w%x"
C: i2 CREATE "w*x"
C: i3 CREATE NIL
S* i*
C: i4 LIST "" "w%"
S: * LIST (\HasNoChildren) "/" "w%x"
S: * LIST (\HasNoChildren) "/" "w*x"
S: i4 OK LIST completed
C: i5 DELETE "w*x"
S: i5 OK DELETE completed
C: i6 DELETE "w%"
S~ i6 NO [NONEXISTENT] *
C: i7 LIST "" ("w*" NIL)
S: * LIST (\HasNoChildren) "/" "NIL"
S: * LIST (\HasNoChildren) "/" "w%x"
S: i7 OK LIST completed
# The reference stands before the pattern, as it is (3501 6.3.8); an empty pattern asks for the root.
C: j1 LIST "Inb" "ox/k%"
S: * LIST (\HasNoChildren) "/" INBOX/kept
S: j1 OK LIST completed
C: j2 LIST "zowie/" "%"
S: * LIST (\HasChildren) "/" zowie/1
S: j2 OK LIST completed
C: j3 LIST "zowie/" ""
S: * LIST (\Noselect) "/" ""
S: j3 OK LIST completed
C: j5 LSUB "" "nothing*"
S: j5 OK LSUB completed
# A separator at the end belongs to CREATE, RENAME and SUBSCRIBE alone.
C: k1 CREATE two//
S~ k1 NO [CANNOT] *
C: k2 CREATE /
S~ k2 NO [CANNOT] *
C: k3 DELETE zowie/
S~ k3 NO [CANNOT] *
C: k4 SELECT zowie/
S~ k4 NO [CANNOT] *
C: k5 DELETE INBOX/
S~ k5 NO [CANNOT] *
C: k6 RENAME nowhere/ there
S~ k6 NO [CANNOT] *
# 6.3.5: INBOX can go below itself; nothing takes its place.
C: l1 RENAME inbox Inbox/old
S: l1 OK RENAME completed
C: l2 RENAME INBOX inbox
S~ l2 NO [ALREADYEXISTS] *
C: l3 RENAME inbox/OLD x
S~ l3 NO [NONEXISTENT] *
C: l4 DELETE iNBOX
S~ l4 NO [CANNOT] *
C: l5 CREATE INBOX
S~ l5 NO [ALREADYEXISTS] *
C: l6 LIST "" INBOX*
S: * LIST (\HasChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" INBOX/kept
S: * LIST (\HasNoChildren) "/" INBOX/old
S: l6 OK LIST completed
