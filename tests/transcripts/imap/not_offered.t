# HAZARDS 68, 69, 71, 78, 91: what administrators do, what is not offered, names that look like paths
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
# The same words whether what it names is there or not.
C: b1 LOCALDELETE INBOX
S: b1 BAD Unknown command
C: b2 LOCALDELETE nowhere
S: b2 BAD Unknown command
C: b3 SETQUOTA "" (STORAGE 1)
S: b3 NO [NOPERM] Not permitted
C: b4 SETACL INBOX anyone lrswipkxtecda
S: b4 BAD Unknown command
C: b5 DUMP INBOX
S: b5 BAD Unknown command
C: b6 GENURLAUTH "imap://localhost/INBOX/;uid=20;urlauth=anonymous" INTERNAL
S: b6 BAD Unknown command
C: b7 SELECT INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S~ * OK [PERMANENTFLAGS *
S: * 0 EXISTS
S: * 0 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 1] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S: b7 OK [READ-WRITE] SELECT completed
C: b8 SEARCH INTHREAD REFS (INTHREAD REFS (ALL))
S~ b8 BAD *
# Names are keys, never paths.
C: c1 CREATE ../../etc/passwd
S~ c1 OK [MAILBOXID (*)] CREATE completed
C: c2 LIST "" ../../etc/%
S: * LIST (\HasNoChildren) "/" ../../etc/passwd
S: c2 OK LIST completed
C: c3 CREATE /etc/passwd
S: c3 NO [CANNOT] Not possible
C: c4 LOGOUT
S~ * BYE *
S: c4 OK LOGOUT completed
S!
