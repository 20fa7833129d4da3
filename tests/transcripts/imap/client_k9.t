# K-9 Mail (RFC 2177, 3501 6.4.4, 6851): STATUS by UIDs, UID SEARCH of ranges and headers, IDLE, MOVE to Trash
U: jane@example.test secret
S~ * OK *
C: 1 LOGIN jane@example.test secret
S~ 1 OK *
C: 2 NAMESPACE
S: * NAMESPACE (("" "/")) NIL NIL
S: 2 OK NAMESPACE completed
C: 3 LIST "" "*" RETURN (SPECIAL-USE)
S~ * LIST (*) "/" Archive
S~ * LIST (*) "/" Drafts
S~ * LIST (*) "/" INBOX
S~ * LIST (*) "/" Junk
S~ * LIST (*) "/" Sent
S~ * LIST (*) "/" Trash
S: 3 OK LIST completed
C: 4 APPEND "INBOX" (\Seen) {21+}
C: Message-ID: <k@9.net>
S~ 4 OK *
C: 5 SELECT "INBOX"
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ 5 OK *
C: 6 UID SEARCH 1:1 NOT DELETED
S: * SEARCH 1
S: 6 OK UID SEARCH completed
C: 7 UID SEARCH HEADER MESSAGE-ID "<k@9.net>"
S: * SEARCH 1
S: 7 OK UID SEARCH completed
C: 8 UID SEARCH *:*
S: * SEARCH 1
S: 8 OK UID SEARCH completed
C: 9 UID MOVE 1 "Trash"
S~ * OK [COPYUID * 1 1] *
S: * 1 EXPUNGE
S: * 0 RECENT
S: 9 OK UID MOVE completed
