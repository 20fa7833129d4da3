# RFC 3502 6.3.11 with its examples: several messages of one APPEND, all or none
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK [CAPABILITY * MULTIAPPEND *
C: a2 CREATE saved-messages
S~ a2 OK *
C: A003 APPEND saved-messages (\Seen) {329}
S: + Ready for the message
C: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
C: From: Fred Foobar <foobar@Blurdybloop.example.COM>
C: Subject: afternoon meeting
C: To: mooch@owatagu.example.net
C: Message-Id: <B27397-0100000@Blurdybloop.example.COM>
C: MIME-Version: 1.0
C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
C: 
C: Hello Joe, do you think we can meet at 3:30 tomorrow?
C:  (\Seen) " 7-Feb-1994 22:43:04 -0800" {295}
S: + Ready for the message
C: Date: Mon, 7 Feb 1994 22:43:04 -0800 (PST)
C: From: Joe Mooch <mooch@OWaTaGu.example.net>
C: Subject: Re: afternoon meeting
C: To: foobar@blurdybloop.example.com
C: Message-Id: <a0434793874930@OWaTaGu.example.net>
C: MIME-Version: 1.0
C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
C: 
C: 3:30 is fine with me.
C: 
S~ A003 OK [APPENDUID * 1:2] *
C: A004 APPEND bogusname (\Flagged) {1023}
S~ A004 NO [TRYCREATE] *
C: b1 APPEND saved-messages (\Flagged one) {5+}
C. a: b<0a>
C:  (\Seen two) {99999999}
S~ b1 NO [TOOBIG] *
C: b2 STATUS saved-messages (MESSAGES)
S: * STATUS saved-messages (MESSAGES 2)
S: b2 OK STATUS completed
# An empty literal takes all of it back.
C: b3 APPEND saved-messages {5+}
C. a: b<0a>
C:  {0+}
C: 
S~ b3 NO *
C: b4 APPEND saved-messages {5+}
C. a: b<0a>
C:  junk
S~ b4 BAD *
C: b5 APPEND saved-messages {5+}
C. a: b<0a>
C:  (\Bad {3+}
C: abc
S~ b5 BAD *
C: b6 STATUS saved-messages (MESSAGES)
S: * STATUS saved-messages (MESSAGES 2)
S: b6 OK STATUS completed
# Without waiting, each with flags of its own; in the selected mailbox.
C: c1 SELECT saved-messages
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 2 EXISTS
S~ * 2 RECENT
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 3] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ c1 OK *
C: c2 APPEND saved-messages (\Flagged one) {5+}
C. a: 1<0a>
C:  (two) " 7-Feb-1994 22:43:04 -0800" {5+}
C. a: 2<0a>
C:  {5+}
C. a: 3<0a>
C: 
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 5 EXISTS
S: * 5 RECENT
S~ c2 OK [APPENDUID * 3:5] *
C: c3 FETCH 3:5 (FLAGS BODY.PEEK[])
S: * 3 FETCH (FLAGS (\Flagged \Recent one) BODY[] {5}
S: a: 1
S: )
S: * 4 FETCH (FLAGS (\Recent two) BODY[] {5}
S: a: 2
S: )
S: * 5 FETCH (FLAGS (\Recent) BODY[] {5}
S: a: 3
S: )
S: c3 OK FETCH completed
C: c4 FETCH 4 INTERNALDATE
S: * 4 FETCH (INTERNALDATE "07-Feb-1994 22:43:04 -0800")
S: c4 OK FETCH completed
