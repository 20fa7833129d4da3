# RFC 5182: SEARCHRES; RFC 9051 6.4.4.1
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
C: cr CREATE Other
S~ cr OK [MAILBOXID *] CREATE completed
C: ap1 APPEND INBOX {22+}
C: Subject: number 1
C: 
C: x
S~ ap1 OK *
C: ap2 APPEND INBOX (\Flagged) {22+}
C: Subject: number 2
C: 
C: x
S~ ap2 OK *
C: ap3 APPEND INBOX {22+}
C: Subject: number 3
C: 
C: x
S~ ap3 OK *
C: ap4 APPEND INBOX {22+}
C: Subject: number 4
C: 
C: x
S~ ap4 OK *
C: ap5 APPEND INBOX (\Flagged) {22+}
C: Subject: number 5
C: 
C: x
S~ ap5 OK *
C: ap6 APPEND INBOX (\Flagged) {22+}
C: Subject: number 6
C: 
C: x
S~ ap6 OK *
C: ap7 APPEND INBOX (\Flagged) {22+}
C: Subject: number 7
C: 
C: x
S~ ap7 OK *
C: ap8 APPEND INBOX {22+}
C: Subject: number 8
C: 
C: x
S~ ap8 OK *
C: se SELECT INBOX
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 8 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ se OK *
C: x1 STORE 1 +FLAGS.SILENT (\Deleted)
S: x1 OK STORE completed
C: x2 UID EXPUNGE 1
S: * 1 EXPUNGE
S* * * RECENT
S: x2 OK UID EXPUNGE completed
# 2.1: empty after SELECT; empty is no mistake
C: a10 FETCH $ (UID)
S: a10 OK FETCH completed
C: a11 SEARCH $
S: * SEARCH
S: a11 OK SEARCH completed
C: a12 UID STORE $ +FLAGS (\Seen)
S: a12 OK UID STORE completed
C: a13 COPY $ Other
S: a13 OK COPY completed
# 2.2 example 1, 2: pipelined; no ESEARCH when only SAVE is said
C: A282 SEARCH RETURN (SAVE) FLAGGED
C: A283 FETCH $ (UID)
C: A284 UID FETCH $ (UID)
S: A282 OK SEARCH completed
S: * 1 FETCH (UID 2)
S: * 4 FETCH (UID 5)
S: * 5 FETCH (UID 6)
S: * 6 FETCH (UID 7)
S: A283 OK FETCH completed
S: * 1 FETCH (UID 2)
S: * 4 FETCH (UID 5)
S: * 5 FETCH (UID 6)
S: * 6 FETCH (UID 7)
S: A284 OK UID FETCH completed
# examples 3 and 4
C: A301 UID SEARCH UID $ NOT UID 5
S: * SEARCH 2 6 7
S: A301 OK UID SEARCH completed
C: A302 UID SEARCH $ NOT UID 5
S: * SEARCH 2 6 7
S: A302 OK UID SEARCH completed
C: P283 SEARCH CHARSET UTF-8 (OR $ 2,7:7) SUBJECT {6+}
C: number
S: * SEARCH 1 2 4 5 6 7
S: P283 OK SEARCH completed
C: P284 SEARCH NOT $
S: * SEARCH 2 3 7
S: P284 OK SEARCH completed
# RFC 9051 section 9: a set may end in it
C: P285 SEARCH 2,$
S: * SEARCH 1 2 4 5 6
S: P285 OK SEARCH completed
C: P290 SEARCH $,1
S~ P290 BAD *
C: P291 SEARCH $$
S~ P291 BAD *
C: P292 SEARCH $:3
S~ P292 BAD *
C: P293 SEARCH 1:$
S~ P293 BAD *
C: P294 SEARCH ,$
S~ P294 BAD *
# example 5: only a NO to SAVE empties it
C: B283 SEARCH CHARSET X-NONE (OR $ 1) TEXT x
S~ B283 NO [BADCHARSET *
C: B284 SEARCH $
S: * SEARCH 1 4 5 6
S: B284 OK SEARCH completed
C: B285 SEARCH RETURN (SAVE) FLURB
S~ B285 BAD *
C: B286 SEARCH $
S: * SEARCH 1 4 5 6
S: B286 OK SEARCH completed
C: B287 SEARCH RETURN (SAVE) CHARSET X-NONE ALL
S~ B287 NO [BADCHARSET *
C: B288 SEARCH $
S: * SEARCH
S: B288 OK SEARCH completed
# examples 7 to 9: the last one counts; the variable may be in its own search
C: H282 SEARCH RETURN (SAVE) ALL
C: H283 SEARCH RETURN (SAVE) $ FLAGGED
C: H284 SEARCH RETURN (SAVE) $ NOT 1
C: H285 STORE $ +FLAGS.SILENT (\Answered)
C: H286 SEARCH ANSWERED
S: H282 OK SEARCH completed
S: H283 OK SEARCH completed
S: H284 OK SEARCH completed
S: H285 OK STORE completed
S: * SEARCH 4 5 6
S: H286 OK SEARCH completed
# 2.4, example 10: what is kept beside other options
C: C9 SEARCH RETURN (ALL) FLAGGED
S: * ESEARCH (TAG "C9") ALL 1,4:6
S: C9 OK SEARCH completed
C: C9k SEARCH $
S: * SEARCH 4 5 6
S: C9k OK SEARCH completed
C: C10 SEARCH RETURN (ALL SAVE) FLAGGED
S: * ESEARCH (TAG "C10") ALL 1,4:6
S: C10 OK SEARCH completed
C: C10k SEARCH $
S: * SEARCH 1 4 5 6
S: C10k OK SEARCH completed
C: C11 SEARCH RETURN (SAVE MIN) FLAGGED
S: * ESEARCH (TAG "C11") MIN 1
S: C11 OK SEARCH completed
C: C11k SEARCH $
S: * SEARCH 1
S: C11k OK SEARCH completed
C: C12 SEARCH RETURN (SAVE MAX) FLAGGED
S: * ESEARCH (TAG "C12") MAX 6
S: C12 OK SEARCH completed
C: C12k SEARCH $
S: * SEARCH 6
S: C12k OK SEARCH completed
C: C13 SEARCH RETURN (MAX SAVE MIN) FLAGGED
S: * ESEARCH (TAG "C13") MIN 1 MAX 6
S: C13 OK SEARCH completed
C: C13k SEARCH $
S: * SEARCH 1 6
S: C13k OK SEARCH completed
C: C14 SEARCH RETURN (MAX SAVE MIN COUNT) FLAGGED
S: * ESEARCH (TAG "C14") MIN 1 MAX 6 COUNT 4
S: C14 OK SEARCH completed
C: C14k SEARCH $
S: * SEARCH 1 4 5 6
S: C14k OK SEARCH completed
C: C15 SEARCH RETURN (ALL SAVE MIN) FLAGGED
S: * ESEARCH (TAG "C15") MIN 1 ALL 1,4:6
S: C15 OK SEARCH completed
C: C15k SEARCH $
S: * SEARCH 1 4 5 6
S: C15k OK SEARCH completed
C: C16 SEARCH RETURN (COUNT SAVE) FLAGGED
S: * ESEARCH (TAG "C16") COUNT 4
S: C16 OK SEARCH completed
C: C16k SEARCH $
S: * SEARCH 1 4 5 6
S: C16k OK SEARCH completed
C: C90 SEARCH RETURN (MIN SAVE) DRAFT
S: * ESEARCH (TAG "C90")
S: C90 OK SEARCH completed
C: C91 SEARCH $
S: * SEARCH
S: C91 OK SEARCH completed
# what is expunged leaves it, by whomever; the numbers follow
C: D1 UID SEARCH RETURN (SAVE) FLAGGED
S: D1 OK UID SEARCH completed
C: D2 UID STORE 2,6 +FLAGS.SILENT (\Deleted)
S: D2 OK UID STORE completed
C: D3 UID EXPUNGE $
S: * 5 EXPUNGE
S: * 1 EXPUNGE
S* * * RECENT
S: D3 OK UID EXPUNGE completed
C: D4 SEARCH $
S: * SEARCH 3 4
S: D4 OK SEARCH completed
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 SELECT INBOX
S2~ * FLAGS *
S2~ * OK [PERMANENTFLAGS *
S2: * 5 EXISTS
S2~ * * RECENT
S2~ * OK [UNSEEN *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT *
S2~ * OK [HIGHESTMODSEQ *
S2~ * OK [MAILBOXID *
S2~ a2 OK *
C2: a3 UID STORE 5 +FLAGS.SILENT (\Deleted)
S2~ a3 OK *
C2: a4 EXPUNGE
S2: * 3 EXPUNGE
S2~ a4 OK *
C: D5 FETCH $ (FLAGS)
S: * 4 FETCH (FLAGS (\Answered \Flagged \Recent))
S~ D5 NO [EXPUNGEISSUED] *
C: D6 SEARCH $
S: * SEARCH 4
S: D6 OK SEARCH completed
C: D7 NOOP
S: * 3 EXPUNGE
S* * * RECENT
S: D7 OK NOOP completed
C: D8 SEARCH $
S: * SEARCH 3
S: D8 OK SEARCH completed
# another mailbox: empty again
C: E1 MOVE $ Other
S~ * OK [COPYUID * 7 1] *
S: * 3 EXPUNGE
S* * * RECENT
S: E1 OK MOVE completed
C: E2 SEARCH RETURN (SAVE) ALL
S: E2 OK SEARCH completed
C: se SELECT INBOX
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 3 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ se OK *
C: E4 SEARCH $
S: * SEARCH
S: E4 OK SEARCH completed
