# RFC 4978 section 3: COMPRESS; HAZARDS 89: only after a login, only where it is switched on
U: jane@example.test secret
O: compress=yes
S~ * OK [CAPABILITY IMAP4rev1 *] *
C: a1 COMPRESS DEFLATE
S: a1 BAD Log in first
C: a2 LOGIN jane@example.test secret
S~ a2 OK [CAPABILITY * COMPRESS=DEFLATE*
C: a3 COMPRESS
S~ a3 BAD *
C: a4 COMPRESS LZMA
S: a4 BAD Unknown algorithm
C: a5 COMPRESS deflate
S: a5 OK DEFLATE active
C: a6 COMPRESS DEFLATE
S~ a6 NO [COMPRESSIONACTIVE] *
C: a7 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 0 EXISTS
S: * 0 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 1] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ a7 OK *
