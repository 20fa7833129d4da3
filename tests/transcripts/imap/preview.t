# RFC 8970: PREVIEW; RFC 8514: SAVEDATE; RFC 8474: EMAILID, THREADID
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK [CAPABILITY * PREVIEW *
C: a2 APPEND INBOX " 7-Feb-1994 22:43:04 -0800" {67+}
C: Subject: s
C: Content-Type: text/plain; charset=utf-8
C: 
C: Hello
C: Joe
C: 
S~ a2 OK *
C: a3 APPEND INBOX {61+}
C. Subject: s<0d0a>Content-Type: image/png<0d0a0d0a>..............<0d0a>......
C: 
S~ a3 OK *
C: a4 CREATE other
S~ a4 OK *
C: a5 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 2 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ a5 OK *
C: b1 FETCH 1:2 (PREVIEW)
S: * 1 FETCH (PREVIEW "Hello Joe")
S: * 2 FETCH (PREVIEW "")
S: b1 OK FETCH completed
C: b2 FETCH 1 (UID PREVIEW (LAZY) FLAGS)
S: * 1 FETCH (UID 1 PREVIEW "Hello Joe" FLAGS (\Recent))
S: b2 OK FETCH completed
C: b3 FETCH 1 PREVIEW (LAZY)
S: * 1 FETCH (PREVIEW "Hello Joe")
S: b3 OK FETCH completed
C: b4 FETCH 1 (PREVIEW (HASTY))
S~ b4 BAD *
C: c1 FETCH 1 (EMAILID THREADID)
S~ * 1 FETCH (EMAILID (M*) THREADID NIL)
S: c1 OK FETCH completed
