# RFC 2920 section 4: commands in one go, answered one by one
U: jane@example.test secret
S~ 220 *
C: HELO dewey.example<0d><0a>MAIL FROM:<mrose@dewey.example><0d><0a>RCPT TO:<nobody@example.test><0d><0a>RCPT TO:<jane@example.test><0d><0a>RCPT TO:<foo@nsb.example><0d><0a>DATA
S~ 250 *
S~ 250 2.1.0 *
S~ 550 5.1.1 no such mailbox here: check the address (session *)
S~ 250 2.1.5 *
S~ 550 5.7.1 no relaying: this domain is not served here (session *)
S~ 354 *
C: Subject: x<0d><0a><0d><0a>body<0d><0a>.<0d><0a>MAIL FROM:<><0d><0a>RCPT TO:<nobody@example.test><0d><0a>DATA<0d><0a>QUIT
S~ 250 2.0.0 stored as *
S~ 250 2.1.0 *
S~ 550 5.1.1 no such mailbox here: check the address (session *)
S~ 503 5.5.1 no valid recipients (session *)
S: 221 2.0.0 bye
