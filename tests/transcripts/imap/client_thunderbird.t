# Thunderbird (RFC 2971, 5161, 5256, 7162): ID and ENABLE after login, SELECT with CONDSTORE, headers by name, LIST with special uses, LSUB
U: jane@example.test secret
S~ * OK *
C: 1 capability
S~ * CAPABILITY *
S: 1 OK CAPABILITY completed
C: 2 authenticate PLAIN AGphbmVAZXhhbXBsZS50ZXN0AHNlY3JldA==
S~ 2 OK *
C: 3 ID ("name" "Thunderbird" "version" "115.10.1")
S~ * ID *
S: 3 OK ID completed
C: 4 ENABLE UTF8=ACCEPT
S: * ENABLED UTF8=ACCEPT
S~ 4 OK *
C: 5 list (subscribed) "" "Dra*" return (special-use)
S: * LIST (\HasNoChildren \Drafts \Subscribed) "/" Drafts
S~ 5 OK *
C: 6 lsub "" "Tra*"
S~ * LSUB (*) "/" Trash
S~ 6 OK *
C: 7 APPEND "Drafts" (\Seen \Draft) {20+}
C: Subject: a
C: 
C: Text
C: 
S~ 7 OK *
C: 8 select "Drafts" (CONDSTORE)
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S: * 1 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ 8 OK *
C: 9 UID fetch 1:* (FLAGS)
S~ * 1 FETCH (UID 1 FLAGS (\Seen \Draft \Recent)*
S~ 9 OK *
C: 10 noop
S: 10 OK NOOP completed
C: 11 uid store 1 +Flags (\Deleted \Seen)
S~ * 1 FETCH *
S~ 11 OK *
C: 12 close
S: 12 OK CLOSE completed
