# RFC 9208: GETQUOTA, GETQUOTAROOT, SETQUOTA; what a user is told and may set
U: jane@example.test secret
U: joe@example.test secret
S~ * OK *
C: a0 GETQUOTA ""
S: a0 BAD Log in first
C: a1 LOGIN jane@example.test secret
S~ a1 OK [CAPABILITY * QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX *
# 4.2.1: nothing is limited. Domain and tenant are others' too (section 8).
C: a2 GETQUOTAROOT INBOX
S: * QUOTAROOT INBOX user/jane@example.test
S: * QUOTA user/jane@example.test ()
S: a2 OK GETQUOTAROOT completed
C: a3 GETQUOTA user/jane@example.test
S: * QUOTA user/jane@example.test ()
S: a3 OK GETQUOTA completed
# 4.1.2: a mailbox that may be made.
C: a4 GETQUOTAROOT "yet to be"
S: * QUOTAROOT "yet to be" user/jane@example.test
S: * QUOTA user/jane@example.test ()
S: a4 OK GETQUOTAROOT completed
C: a5 GETQUOTAROOT "a//b"
S~ a5 NO [CANNOT] *
# Others' roots, and none at all, in the same words.
C: b1 GETQUOTA user/joe@example.test
S: b1 NO [NONEXISTENT] No such quota root
C: b2 GETQUOTA user/nobody@example.test
S: b2 NO [NONEXISTENT] No such quota root
C: b3 GETQUOTA domain/example.test
S: b3 NO [NONEXISTENT] No such quota root
C: b4 GETQUOTA tenant/acme
S: b4 NO [NONEXISTENT] No such quota root
C: b5 GETQUOTA ""
S: b5 NO [NONEXISTENT] No such quota root
C: b6 GETQUOTA mailbox/nowhere
S: b6 NO [NONEXISTENT] No such quota root
C: b7 GETQUOTA mailbox/INBOX
S: * QUOTA mailbox/INBOX ()
S: b7 OK GETQUOTA completed
C: b8 GETQUOTA
S: b8 BAD Missing argument
C: b9 GETQUOTAROOT INBOX Drafts
S: b9 BAD Too many arguments
# HAZARDS 69: users set none, whatever they name, unless the setting quota.self lets them.
C: c1 SETQUOTA user/jane@example.test (STORAGE 510)
S: c1 NO [NOPERM] Not permitted
C: c2 SETQUOTA mailbox/INBOX (STORAGE 510 MESSAGE 1000)
S: c2 NO [NOPERM] Not permitted
C: c3 SETQUOTA mailbox/nowhere ()
S: c3 NO [NOPERM] Not permitted
C: c4 SETQUOTA tenant/acme (MAILBOX 1)
S: c4 NO [NOPERM] Not permitted
C: c5 SETQUOTA mailbox/INBOX STORAGE 510
S~ c5 BAD *
C: c6 SETQUOTA mailbox/INBOX (STORAGE)
S~ c6 BAD *
C: c7 SETQUOTA mailbox/INBOX (STORAGE 9007199254740992)
S: c7 BAD Not a number, or too large
C: c8 SETQUOTA mailbox/INBOX (STORAGE -1)
S~ c8 BAD *
# RFC 9208 section 7: any atom may be a resource; this one cannot be set (4.1.3).
C: c9 SETQUOTA mailbox/INBOX (STORAGE 1 ANNOTATION-STORAGE 1)
S: c9 NO [CANNOT] No such resource
# quota.self: mailboxes, and nothing else. 4.1.3: what is not named is not limited any more.
A: test quota.self=on
C: d1 SETQUOTA mailbox/INBOX (STORAGE 510 MESSAGE 2)
S: * QUOTA mailbox/INBOX (STORAGE 0 510 MESSAGE 0 2)
S: d1 OK SETQUOTA completed
C: d2 GETQUOTAROOT INBOX
S: * QUOTAROOT INBOX mailbox/INBOX user/jane@example.test
S: * QUOTA mailbox/INBOX (STORAGE 0 510 MESSAGE 0 2)
S: * QUOTA user/jane@example.test ()
S: d2 OK GETQUOTAROOT completed
C: d3 SETQUOTA mailbox/inBox (MESSAGE 3)
S: * QUOTA mailbox/INBOX (MESSAGE 0 3)
S: d3 OK SETQUOTA completed
C: d4 SETQUOTA mailbox/INBOX (MESSAGE 1)
S: * QUOTA mailbox/INBOX (MESSAGE 0 1)
S: d4 OK SETQUOTA completed
C: d5 SETQUOTA mailbox/INBOX (MAILBOX 1)
S~ d5 NO [CANNOT] *
C: d6 SETQUOTA mailbox/nowhere (MESSAGE 1)
S: d6 NO [NONEXISTENT] No such quota root
C: d7 SETQUOTA user/jane@example.test ()
S: d7 NO [NOPERM] Not permitted
# 4.3.1: OVERQUOTA, before the message is sent.
C: e1 APPEND INBOX {3+}
C: abc
S~ e1 OK [APPENDUID *
C: e2 APPEND INBOX {3}
S: e2 NO [OVERQUOTA] Over quota
C: e3 SETQUOTA mailbox/INBOX ()
S: * QUOTA mailbox/INBOX ()
S: e3 OK SETQUOTA completed
# COPY and MOVE: all or none of it; what fits goes, however much else the source holds.
C: e4 APPEND INBOX {1030+}
C. xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
C: 
S~ e4 OK *
C: e5 APPEND INBOX {4+}
C: last
S~ e5 OK *
C: e6 CREATE kept
S~ e6 OK *
C: e7 SETQUOTA mailbox/kept (STORAGE 1 MESSAGE 2)
S: * QUOTA mailbox/kept (STORAGE 0 1 MESSAGE 0 2)
S: e7 OK SETQUOTA completed
C: e8 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 3 EXISTS
S: * 3 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 4] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ e8 OK *
C: i1 COPY 1:3 kept
S: i1 NO [OVERQUOTA] Over quota
C: i2 MOVE 1:3 kept
S: i2 NO [OVERQUOTA] Over quota
C: i3 COPY 2 kept
S: i3 NO [OVERQUOTA] Over quota
C: i4 MOVE 2:3 kept
S: i4 NO [OVERQUOTA] Over quota
C: i5 STATUS kept (MESSAGES)
S: * STATUS kept (MESSAGES 0)
S: i5 OK STATUS completed
C: i6 MOVE 3 kept
S~ * OK [COPYUID * 3 1] Moved
S: * 3 EXPUNGE
S: * 2 RECENT
S: i6 OK MOVE completed
C: i7 COPY 1 kept
S~ i7 OK [COPYUID * 1 2] Copied
C: i8 MOVE 1 kept
S: i8 NO [OVERQUOTA] Over quota
C: i9 GETQUOTA mailbox/kept
S: * QUOTA mailbox/kept (STORAGE 1 1 MESSAGE 2 2)
S: i9 OK GETQUOTA completed
C: j1 DELETE kept
S: j1 OK DELETE completed
C: j2 STORE 2 +FLAGS.SILENT (\Deleted)
S: j2 OK STORE completed
C: j3 CLOSE
S: j3 OK CLOSE completed
# What an administrator limits: units of 1024 octets, used ones rounded up (5.1).
A: jane@example.test quota.octets=3072
A: jane@example.test quota.messages=1000
A: jane@example.test quota.mailboxes=7
C: f1 GETQUOTA user/jane@example.test
S: * QUOTA user/jane@example.test (STORAGE 1 3 MESSAGE 1 1000 MAILBOX 6 7)
S: f1 OK GETQUOTA completed
C: f2 APPEND INBOX {3070}
S: f2 NO [OVERQUOTA] Over quota
C: f3 CREATE one
S~ f3 OK *
C: f4 CREATE two
S: f4 NO [OVERQUOTA] Over quota
# quota.shared: the roots of domain and tenant.
A: test quota.shared=on
A: test quota.messages=5000
C: g1 GETQUOTAROOT one
S: * QUOTAROOT one user/jane@example.test domain/example.test tenant/test
S: * QUOTA user/jane@example.test (STORAGE 1 3 MESSAGE 1 1000 MAILBOX 7 7)
S: * QUOTA domain/example.test ()
S: * QUOTA tenant/test (MESSAGE 1 5000)
S: g1 OK GETQUOTAROOT completed
C: g2 GETQUOTA tenant/test
S: * QUOTA tenant/test (MESSAGE 1 5000)
S: g2 OK GETQUOTA completed
# Names are in the form of mailbox names.
C: h1 RENAME one "&AOQ- b"
S: h1 OK RENAME completed
C: h2 SETQUOTA "mailbox/&AOQ- b" (MESSAGE 9)
S: * QUOTA "mailbox/&AOQ- b" (MESSAGE 0 9)
S: h2 OK SETQUOTA completed
C: h3 ENABLE UTF8=ACCEPT
S: * ENABLED UTF8=ACCEPT
S: h3 OK ENABLE completed
C: h4 GETQUOTA "mailbox/ä b"
S: * QUOTA "mailbox/ä b" (MESSAGE 0 9)
S: h4 OK GETQUOTA completed
