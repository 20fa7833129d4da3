# RFC 3501 6.4.5: BODY[], RFC822 and RFC822.TEXT set \Seen and say so, the PEEK forms and EXAMINE do not
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX {15+}
C: Subject: x
C: 
C: y
S~ a2 OK *
C: a3 APPEND INBOX {15+}
C: Subject: x
C: 
C: z
S~ a3 OK *
C: a4 EXAMINE INBOX
S~ * FLAGS *
S: * OK [PERMANENTFLAGS ()] Read-only
S: * 2 EXISTS
S: * 2 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S: a4 OK [READ-ONLY] EXAMINE completed
C: a5 FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {1}
S: y)
S: a5 OK FETCH completed
C: a6 SELECT INBOX
S~ * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 2 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S: a6 OK [READ-WRITE] SELECT completed
C: a7 FETCH 1:2 (FLAGS BODY.PEEK[TEXT] RFC822.HEADER)
S: * 1 FETCH (FLAGS (\Recent) BODY[TEXT] {1}
S: y RFC822.HEADER {14}
S: Subject: x
S: 
S: )
S: * 2 FETCH (FLAGS (\Recent) BODY[TEXT] {1}
S: z RFC822.HEADER {14}
S: Subject: x
S: 
S: )
S: a7 OK FETCH completed
C: a8 FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {1}
S: y)
S: * 1 FETCH (FLAGS (\Seen \Recent))
S: a8 OK FETCH completed
C: a9 FETCH 1:2 RFC822
S: * 1 FETCH (RFC822 {15}
S: Subject: x
S: 
S: y)
S: * 2 FETCH (RFC822 {15}
S: Subject: x
S: 
S: z)
S: * 2 FETCH (FLAGS (\Seen \Recent))
S: a9 OK FETCH completed
C: b1 NOOP
S: b1 OK NOOP completed
C: b2 STATUS INBOX (MESSAGES UNSEEN UIDNEXT RECENT)
S: * STATUS INBOX (MESSAGES 2 RECENT 0 UIDNEXT 3 UNSEEN 0)
S: b2 OK STATUS completed
