# HAZARDS 104: file names of attachments are words of a structure, whatever they look like
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: a2 APPEND INBOX {130}
S~ + *
C: Content-Type: application/octet-stream; name="../../etc/passwd"
C: Content-Disposition: attachment; filename="/etc/shadow"
C: 
C: root
C: 
S~ a2 OK [APPENDUID * 1] *
C: a3 EXAMINE INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S: * OK [UNSEEN 1] First unseen
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *] Highest
S~ * OK [MAILBOXID *
S~ a3 OK *
C: a4 FETCH 1 BODYSTRUCTURE
S: * 1 FETCH (BODYSTRUCTURE ("application" "octet-stream" ("name" "../../etc/passwd") NIL NIL "7BIT" 6 NIL ("attachment" ("filename" "/etc/shadow")) NIL NIL))
S: a4 OK FETCH completed
