# RFC 8970 4.1, section 5: LAZY: what nobody has looked at yet is NIL; with RFC 5182, RFC 7162
U: jane@example.test secret
M: ../pop3/one.eml
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX {35+}
C: Subject: here
C: 
C: Message data of 2.
S~ a2 OK *
C: a3 APPEND INBOX {55+}
C: Subject: picture
C: Content-Type: image/png
C: 
C: not really
S~ a3 OK *
C: a4 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 3 EXISTS
S: * 3 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 4] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ a4 OK *
# example 2
C: B1 FETCH 1:3 (RFC822.SIZE PREVIEW (LAZY))
S~ * 1 FETCH (RFC822.SIZE * PREVIEW NIL)
S~ * 2 FETCH (RFC822.SIZE 35 PREVIEW "Message data of 2.")
S~ * 3 FETCH (RFC822.SIZE 55 PREVIEW "")
S: B1 OK FETCH completed
C: B2 FETCH 1 (PREVIEW)
S~ * 1 FETCH (PREVIEW "*")
S: B2 OK FETCH completed
# example 3
C: C2 SEARCH RETURN (SAVE) UID 1:2
C: C3 FETCH $ (UID PREVIEW (LAZY))
S: C2 OK SEARCH completed
S: * 1 FETCH (UID 1 PREVIEW NIL)
S: * 2 FETCH (UID 2 PREVIEW "Message data of 2.")
S: C3 OK FETCH completed
C: C4 UID FETCH 1 (PREVIEW)
S~ * 1 FETCH (UID 1 PREVIEW "*")
S: C4 OK UID FETCH completed
# what has to be looked at for something else is looked at
C: d1 FETCH 1 (ENVELOPE PREVIEW (LAZY))
S~ * 1 FETCH (ENVELOPE (*) PREVIEW "*")
S: d1 OK FETCH completed
C: d2 FETCH 1 (PREVIEW (LAZY) PREVIEW)
S~ * 1 FETCH (PREVIEW "*")
S: d2 OK FETCH completed
C: d3 FETCH 1 (PREVIEW (LAZY) BODY.PEEK[]<0.4> FLAGS)
S: * 1 FETCH (PREVIEW NIL BODY[]<0> {4}
S~ * FLAGS (\Recent))
S: d3 OK FETCH completed
C: d4 FETCH 1:2 PREVIEW (LAZY) (CHANGEDSINCE 2)
S~ * OK [HIGHESTMODSEQ *
S: * 2 FETCH (PREVIEW "Message data of 2." MODSEQ (3))
S: d4 OK FETCH completed
# section 6
C: e1 FETCH 1 (PREVIEW (LAZY LAZY))
S: * 1 FETCH (PREVIEW NIL)
S: e1 OK FETCH completed
C: e2 FETCH 1 (PREVIEW (LAZY HASTY))
S: e2 BAD Unknown modifier
C: e3 FETCH 1 (PREVIEW ())
S~ e3 BAD *
C: e4 FETCH 1 PREVIEW (LAZY CHANGEDSINCE 2)
S: e4 BAD Unknown modifier
