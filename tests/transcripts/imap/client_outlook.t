# Outlook (RFC 3501 5.5, 6.4.7): commands pipelined, COPY to Trash then \Deleted, EXPUNGE at its end, IDLE in every folder
U: jane@example.test secret
S~ * OK *
C: k1 LOGIN "jane@example.test" "secret"
S~ k1 OK *
C: k2 APPEND "INBOX" (\Seen) {10+}
C: Subject: a
S~ k2 OK *
C: k3 APPEND "INBOX" {10+}
C: Subject: b
S~ k3 OK *
C: k4 SELECT "INBOX"
C: k5 UID FETCH 1:* (UID FLAGS)
C: k6 UID COPY 1 "Trash"
C: k7 UID STORE 1 +FLAGS (\Deleted \Seen)
C: k8 EXPUNGE
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 2 RECENT
S~ * OK [UNSEEN 2] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ k4 OK [READ-WRITE] *
S: * 1 FETCH (UID 1 FLAGS (\Seen \Recent))
S: * 2 FETCH (UID 2 FLAGS (\Recent))
S: k5 OK UID FETCH completed
S~ k6 OK [COPYUID * 1 1] *
S: * 1 FETCH (UID 1 FLAGS (\Deleted \Seen \Recent))
S: k7 OK UID STORE completed
S: * 1 EXPUNGE
S: * 1 RECENT
S~ k8 OK *
C: k9 IDLE
S~ + *
C: DONE
S: k9 OK IDLE completed
