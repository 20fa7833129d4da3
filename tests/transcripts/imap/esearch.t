# RFC 4731: ESEARCH; RFC 9051 6.4.4; 3.2 with RFC 7162 3.1.5, 3.1.6: MODSEQ
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
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
C: ap4 APPEND INBOX (\Flagged) {22+}
C: Subject: number 4
C: 
C: x
S~ ap4 OK *
C: ap5 APPEND INBOX (\Deleted) {22+}
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
C: ap8 APPEND INBOX (\Flagged) {22+}
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
# one message less, so that UIDs and message numbers differ
C: x1 STORE 1 +FLAGS.SILENT (\Deleted)
S: x1 OK STORE completed
C: x2 UID EXPUNGE 1
S: * 1 EXPUNGE
S* * * RECENT
S: x2 OK UID EXPUNGE completed
# 3.1
C: b9 SEARCH RETURN (MIN COUNT) FLAGGED
S: * ESEARCH (TAG "b9") MIN 1 COUNT 5
S: b9 OK SEARCH completed
C: b10 SEARCH RETURN () FLAGGED
S: * ESEARCH (TAG "b10") ALL 1,3,5:7
S: b10 OK SEARCH completed
C: b11 SEARCH RETURN (ALL) FLAGGED
S: * ESEARCH (TAG "b11") ALL 1,3,5:7
S: b11 OK SEARCH completed
C: b12 SEARCH RETURN (MIN) UNSEEN
S: * ESEARCH (TAG "b12") MIN 1
S: b12 OK SEARCH completed
C: b13 UID SEARCH RETURN (MIN MAX) 1:7
S: * ESEARCH (TAG "b13") UID MIN 2 MAX 8
S: b13 OK UID SEARCH completed
C: b14 SEARCH RETURN (COUNT) DELETED
S: * ESEARCH (TAG "b14") COUNT 1
S: b14 OK SEARCH completed
C: b15 SEARCH return (max all count min max) FLAGGED
S: * ESEARCH (TAG "b15") MIN 1 MAX 7 ALL 1,3,5:7 COUNT 5
S: b15 OK SEARCH completed
C: b16 UID SEARCH RETURN (ALL) FLAGGED
S: * ESEARCH (TAG "b16") UID ALL 2,4,6:8
S: b16 OK UID SEARCH completed
C: b17 UID SEARCH RETURN (ALL) UID 1:5
S: * ESEARCH (TAG "b17") UID ALL 2:5
S: b17 OK UID SEARCH completed
C: b18 SEARCH RETURN (ALL) ALL
S: * ESEARCH (TAG "b18") ALL 1:7
S: b18 OK SEARCH completed
# what is not found is not told, but COUNT is
C: b19 SEARCH RETURN (MIN MAX ALL COUNT) DRAFT
S: * ESEARCH (TAG "b19") COUNT 0
S: b19 OK SEARCH completed
C: b20 SEARCH RETURN () DRAFT
S: * ESEARCH (TAG "b20")
S: b20 OK SEARCH completed
C: b21 UID SEARCH RETURN (MIN) DRAFT
S: * ESEARCH (TAG "b21") UID
S: b21 OK UID SEARCH completed
# the old form stays
C: c1 SEARCH FLAGGED
S: * SEARCH 1 3 5 6 7
S: c1 OK SEARCH completed
# grammar
C: d0 SEARCH RETURN
S~ d0 BAD *
C: d1 SEARCH RETURN ALL
S~ d1 BAD *
C: d2 SEARCH RETURN (
S~ d2 BAD *
C: d3 SEARCH RETURN (MIN
S~ d3 BAD *
C: d4 SEARCH RETURN (MIN)
S~ d4 BAD *
C: d5 SEARCH RETURN (FLURB) ALL
S~ d5 BAD *
C: d6 SEARCH RETURN (MIN)ALL
S~ d6 BAD *
C: d7 SEARCH RETURN (MINMAX) ALL
S~ d7 BAD *
C: d9 NOOP
S: d9 OK NOOP completed
# MODSEQ: RFC 7162 3.1.5, 3.1.6; the last change of a message counts, whatever entry is named
C: e1 STORE 3 +FLAGS.SILENT (\Seen)
S: e1 OK STORE completed
C: e2 STORE 2 +FLAGS.SILENT (\Seen)
S: e2 OK STORE completed
C: e3 SEARCH MODSEQ 1
S~ * OK [HIGHESTMODSEQ 13] *
S: * SEARCH 1 2 3 4 5 6 7 (MODSEQ 13)
S: e3 OK SEARCH completed
C: e4 SEARCH MODSEQ "/flags/\\draft" all 8
S: * SEARCH 2 3 6 7 (MODSEQ 13)
S: e4 OK SEARCH completed
C: e5 UID SEARCH MODSEQ "/flags/$Work" shared 8 NOT UID 3
S: * SEARCH 4 7 8 (MODSEQ 12)
S: e5 OK UID SEARCH completed
C: e6 SEARCH OR NOT MODSEQ 1 LARGER 50000
S: * SEARCH
S: e6 OK SEARCH completed
C: e7 SEARCH MODSEQ 14
S: * SEARCH
S: e7 OK SEARCH completed
C: e8 SEARCH MODSEQ 0 1
S: * SEARCH 1 (MODSEQ 3)
S: e8 OK SEARCH completed
# 3.2: of what is returned
C: b22 SEARCH RETURN (MIN) MODSEQ "/flags/\\draft" priv 8 1:*
S: * ESEARCH (TAG "b22") MIN 2 MODSEQ 13
S: b22 OK SEARCH completed
C: b23 SEARCH RETURN (MAX) MODSEQ "/flags/\\draft" priv 8 1:*
S: * ESEARCH (TAG "b23") MAX 7 MODSEQ 9
S: b23 OK SEARCH completed
C: b24 SEARCH RETURN (MIN MAX) MODSEQ "/flags/\\draft" priv 8 1:*
S: * ESEARCH (TAG "b24") MIN 2 MAX 7 MODSEQ 13
S: b24 OK SEARCH completed
C: b25 SEARCH RETURN (MIN COUNT) MODSEQ "/flags/\\draft" priv 8 1:*
S: * ESEARCH (TAG "b25") MIN 2 COUNT 4 MODSEQ 13
S: b25 OK SEARCH completed
C: b26 SEARCH RETURN (COUNT) MODSEQ "/flags/\\draft" priv 8 1:*
S: * ESEARCH (TAG "b26") COUNT 4 MODSEQ 13
S: b26 OK SEARCH completed
C: b27 SEARCH RETURN (MAX ALL) MODSEQ "/flags/\\draft" priv 8 1:*
S: * ESEARCH (TAG "b27") MAX 7 ALL 2:3,6:7 MODSEQ 13
S: b27 OK SEARCH completed
C: b28 SEARCH RETURN (ALL COUNT) MODSEQ 14
S: * ESEARCH (TAG "b28") COUNT 0
S: b28 OK SEARCH completed
C: b29 UID SEARCH RETURN (MAX) MODSEQ 1 NOT 7
S: * ESEARCH (TAG "b29") UID MAX 7 MODSEQ 8
S: b29 OK UID SEARCH completed
C: f0 SEARCH MODSEQ
S~ f0 BAD *
C: f1 SEARCH MODSEQ x
S~ f1 BAD *
C: f2 SEARCH MODSEQ -1
S~ f2 BAD *
C: f3 SEARCH MODSEQ 9223372036854775808
S~ f3 BAD *
C: f4 SEARCH MODSEQ "/flags/x" 1
S~ f4 BAD *
C: f5 SEARCH MODSEQ "/flags/x" some 1
S~ f5 BAD *
C: f6 SEARCH MODSEQ "/comment" all 1
S~ f6 BAD *
C: f7 SEARCH MODSEQ "/flags/" all 1
S~ f7 BAD *
C: f8 SEARCH MODSEQ "/flags/x" all
S~ f8 BAD *
