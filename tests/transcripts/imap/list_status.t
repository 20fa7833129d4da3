# RFC 5819 section 3, RFC 8438 section 3, RFC 7889 3, RFC 8474 4.3: STATUS with LIST; the items of STATUS
U: jane@example.test secret
O: append_limit=257890
S~ * OK *
C: a0 LOGIN jane@example.test secret
S~ a0 OK [CAPABILITY * APPENDLIMIT=257890] *
C: a1 CREATE bar/deep
C: a2 CREATE foo
S* a*
C: a3 APPEND INBOX (\Seen \Deleted) {4+}
C: a
C: b
S~ a3 OK *
C: a4 APPEND INBOX {6+}
C: abc
C: d
S~ a4 OK *
C: a5 APPEND foo (\Deleted) {3+}
C: abc
S~ a5 OK *
C: b1 STATUS INBOX (MESSAGES SIZE UIDNEXT)
S: * STATUS INBOX (MESSAGES 2 UIDNEXT 3 SIZE 10)
S: b1 OK STATUS completed
C: b2 STATUS INBOX (DELETED DELETED-STORAGE)
S: * STATUS INBOX (DELETED 1 DELETED-STORAGE 4)
S: b2 OK STATUS completed
C: b3 STATUS INBOX (APPENDLIMIT)
S: * STATUS INBOX (APPENDLIMIT 257890)
S: b3 OK STATUS completed
C: b4 STATUS INBOX (mailboxid HighestModSeq recent unseen uidvalidity)
S~ * STATUS INBOX (RECENT 2 UIDVALIDITY * UNSEEN 1 HIGHESTMODSEQ * MAILBOXID (F0000000100000001))
S: b4 OK STATUS completed
C: b5 STATUS INBOX (MESSAGES MESSAGES)
S: * STATUS INBOX (MESSAGES 2)
S: b5 OK STATUS completed
C: b6 STATUS INBOX MESSAGES
S~ b6 BAD *
C: b7 STATUS INBOX (EVERYTHING)
S: b7 BAD Unknown status item
# RFC 5819 section 3: a level has none.
C: c1 LIST "" ("INBOX" "foo" "bar") RETURN (STATUS (MESSAGES UNSEEN))
S: * LIST (\HasNoChildren) "/" INBOX
S: * STATUS INBOX (MESSAGES 2 UNSEEN 1)
S: * LIST (\NonExistent \HasChildren) "/" bar
S: * LIST (\HasNoChildren) "/" foo
S: * STATUS foo (MESSAGES 1 UNSEEN 1)
S: c1 OK LIST completed
# One that is told only for what is below it has none either.
C: c2 SUBSCRIBE foo/x
S: c2 OK SUBSCRIBE completed
C: c3 LIST (SUBSCRIBED RECURSIVEMATCH) "" ("INBOX" foo) RETURN (STATUS (MESSAGES) SUBSCRIBED)
S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
S: * STATUS INBOX (MESSAGES 2)
S: * LIST (\HasNoChildren) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
S: c3 OK LIST completed
# What waits for its children to be known is told with its numbers.
C: c4 CREATE foo/x
C: c5 SUBSCRIBE foo
S* c*
C: c6 LIST (SUBSCRIBED RECURSIVEMATCH) "" foo* RETURN (STATUS (MESSAGES SIZE DELETED-STORAGE RECENT APPENDLIMIT MAILBOXID))
S: * LIST (\HasChildren \Subscribed) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
S~ * STATUS foo (MESSAGES 1 RECENT 1 SIZE 3 DELETED-STORAGE 3 APPENDLIMIT 257890 MAILBOXID (F*))
S: * LIST (\HasNoChildren \Subscribed) "/" foo/x
S~ * STATUS foo/x (MESSAGES 0 RECENT 0 SIZE 0 DELETED-STORAGE 0 APPENDLIMIT 257890 MAILBOXID (F*))
S: c6 OK LIST completed
C: c7 LIST "" % RETURN (STATUS ())
S~ c7 BAD *
C: c8 LIST "" % RETURN (STATUS)
S~ c8 BAD *
C: c9 LIST "" % RETURN (STATUS (NOTHING))
S: c9 BAD Unknown status item
# RFC 9051 6.3.11: STATUS of the selected mailbox works.
C: d1 SELECT foo
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S: * OK [UIDNEXT 2] Predicted next UID
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID (F*)] *
S: d1 OK [READ-WRITE] SELECT completed
C: d2 STORE 1 -FLAGS (\Deleted)
S~ * 1 FETCH (UID 1 FLAGS (\Recent) MODSEQ (*))
S: d2 OK STORE completed
C: d3 STATUS foo (DELETED DELETED-STORAGE RECENT)
S: * STATUS foo (RECENT 0 DELETED 0 DELETED-STORAGE 0)
S: d3 OK STATUS completed
# RFC 7889 4, RFC 4469 4: above the limit, before it is sent.
C: e1 APPEND foo {257891}
S: e1 NO [TOOBIG] Message is too big
C: e2 APPEND foo {3}
S~ + *
C: abc
S: * 2 EXISTS
S: * 2 RECENT
S~ e2 OK *
