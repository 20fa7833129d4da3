# RFC 3501 6.1 and 6.2: capability, login, logout
U: jane@example.test secret
S~ * OK [CAPABILITY IMAP4rev1 * STARTTLS AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256] *
C: a1 CAPABILITY
S~ * CAPABILITY IMAP4rev1 * STARTTLS AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256
S: a1 OK CAPABILITY completed
C: a2 SELECT INBOX
S~ a2 BAD *
C: a3 LOGIN jane@example.test wrong
S~ a3 NO [AUTHENTICATIONFAILED] *
C: a4 LOGIN jane@example.test secret
S~ a4 OK [CAPABILITY IMAP4rev1 *] *
C: a5 LOGIN jane@example.test secret
S~ a5 BAD *
C: a6 NOOP
S: a6 OK NOOP completed
C: a7 LOGOUT
S~ * BYE *
S: a7 OK LOGOUT completed
