# RFC 8474: MAILBOXID at CREATE, SELECT, STATUS, through RENAME (section 4, its examples); EMAILID and
# THREADID (section 5). RFC 8514 section 3: SAVEDATE is of the mailbox that a message is in
U: jane@example.test secret
S~ * OK *
C: 1 LOGIN jane@example.test secret
S~ 1 OK [CAPABILITY * OBJECTID SAVEDATE *
C: 3 create foo
S: 3 OK [MAILBOXID (F0000000100000007)] CREATE completed
C: 4 create bar
S: 4 OK [MAILBOXID (F0000000100000008)] CREATE completed
C: 5 create foo
S: 5 NO [ALREADYEXISTS] Mailbox exists already
C: 6 status foo (mailboxid)
S: * STATUS foo (MAILBOXID (F0000000100000007))
S: 6 OK STATUS completed
C: 8 rename foo renamed
S: 8 OK RENAME completed
C: 9 status renamed (mailboxid)
S: * STATUS renamed (MAILBOXID (F0000000100000007))
S: 9 OK STATUS completed
C: 10 status bar (mailboxid)
S: * STATUS bar (MAILBOXID (F0000000100000008))
S: 10 OK STATUS completed
C: 11 list "" ("*r" "renamed") return (status (mailboxid))
S: * LIST (\HasNoChildren) "/" bar
S: * STATUS bar (MAILBOXID (F0000000100000008))
S: * LIST (\HasNoChildren) "/" renamed
S: * STATUS renamed (MAILBOXID (F0000000100000007))
S: 11 OK LIST completed
# a name that comes back is another mailbox
C: 12 delete bar
S: 12 OK DELETE completed
C: 13 create bar
S: 13 OK [MAILBOXID (F0000000100000009)] CREATE completed
# messages
C: 20 append inbox "20-Mar-2018 03:07:37 +1100" {2+}
C: a
S~ 20 OK *
C: 21 append inbox "20-Mar-2018 03:07:37 +1100" {2+}
C: b
S~ 21 OK *
T: +1500s
C: 22 select inbox
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S: * 2 RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *
S: * OK [MAILBOXID (F0000000100000001)] Its id
S~ 22 OK *
C: 23 fetch 1 (emailid threadid savedate internaldate)
S~ * 1 FETCH (EMAILID (M*) THREADID NIL SAVEDATE "01-Jan-2026 00:00:00 +0000" INTERNALDATE "20-Mar-2018 03:07:37 +1100")
S: 23 OK FETCH completed
C: 24 copy 1 bar
S~ 24 OK [COPYUID * 1 1] Copied
C: 25 move 2 bar
S~ * OK [COPYUID * 2 2] Moved
S: * 2 EXPUNGE
S: * 1 RECENT
S: 25 OK MOVE completed
C: 26 fetch 1 (SAVEDATE)
S: * 1 FETCH (SAVEDATE "01-Jan-2026 00:00:00 +0000")
S: 26 OK FETCH completed
C: 27 search savedon 1-Jan-2026
S: * SEARCH 1
S: 27 OK SEARCH completed
# RENAME of INBOX makes another mailbox, to which the messages move
T: +1500s
C: 30 rename inbox old
S: 30 OK RENAME completed
C: 31 status old (mailboxid)
S: * STATUS old (MAILBOXID (F000000010000000a))
S* * 1 EXPUNGE
S* * 0 RECENT
S: 31 OK STATUS completed
C: 32 status inbox (mailboxid messages)
S: * STATUS INBOX (MESSAGES 0 MAILBOXID (F0000000100000001))
S* * 1 EXPUNGE
S* * 0 RECENT
S: 32 OK STATUS completed
C: 33 examine old
S* * 1 EXPUNGE
S* * 0 RECENT
S~ * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 1 EXISTS
S~ * * RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 2] *
S~ * OK [HIGHESTMODSEQ *
S: * OK [MAILBOXID (F000000010000000a)] Its id
S~ 33 OK *
C: 34 fetch 1 (savedate internaldate)
S: * 1 FETCH (SAVEDATE "01-Jan-2026 00:50:00 +0000" INTERNALDATE "20-Mar-2018 03:07:37 +1100")
S: 34 OK FETCH completed
C: 35 examine bar
S~ * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S~ * * RECENT
S~ * OK [UNSEEN 1] *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *
S: * OK [MAILBOXID (F0000000100000009)] Its id
S~ 35 OK *
C: 36 fetch 1:2 (savedate internaldate threadid)
S: * 1 FETCH (SAVEDATE "01-Jan-2026 00:25:00 +0000" INTERNALDATE "20-Mar-2018 03:07:37 +1100" THREADID NIL)
S: * 2 FETCH (SAVEDATE "01-Jan-2026 00:25:00 +0000" INTERNALDATE "20-Mar-2018 03:07:37 +1100" THREADID NIL)
S: 36 OK FETCH completed
C: 37 search threadid T1
S: * SEARCH
S: 37 OK SEARCH completed
