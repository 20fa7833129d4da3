# RFC 5530 and RFC 4469: what the store answers, as response codes; a failed command changes nothing
U: jane@example.test secret
S~ * OK *
I: ESUSPENDED
C: a1 LOGIN jane@example.test secret
S~ a1 NO [CONTACTADMIN] *
I: ERETRY
C: a2 LOGIN jane@example.test secret
S~ a2 NO [UNAVAILABLE] *
C: a3 LOGIN jane@example.test secret
S~ a3 OK *
I: EPERM
C: b1 SELECT INBOX
S~ b1 NO [NOPERM] *
I: EIO
C: b2 LIST "" *
S~ b2 NO [SERVERBUG] *
I: ELIMIT
C: b3 CREATE x
S~ b3 NO [LIMIT] *
I: EQUOTA
C: b4 APPEND INBOX {3}
S~ b4 NO [OVERQUOTA] *
I: EFULL
C: b5 APPEND INBOX {3+}
C: abc
S~ b5 NO [UNAVAILABLE] *
I: EBUSY
C: b6 RENAME a b
S~ b6 NO [INUSE] *
I: ETOOBIG
C: b7 APPEND INBOX {3+}
C: abc
S~ b7 NO [TOOBIG] *
C: b8 APPEND INBOX {3+}
C: abc
S~ b8 OK *
C: c1 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ c1 OK *
I: ENOMEM
C: c2 FETCH 1 FLAGS
S~ c2 NO [UNAVAILABLE] *
I: EUNAVAILABLE
C: c3 STORE 1 +FLAGS (\Seen)
S~ c3 NO [UNAVAILABLE] *
I: EHELD
C: c4 EXPUNGE
S~ c4 NO [CANNOT] *
I: EQUOTA
C: c5 COPY 1 INBOX
S~ c5 NO [OVERQUOTA] *
C: c6 NOOP
S: c6 OK NOOP completed
I: ESTALE
C: c7 FETCH 1 BODY[]
S~ c7 NO [NONEXISTENT] *
S~ * BYE *
S!
