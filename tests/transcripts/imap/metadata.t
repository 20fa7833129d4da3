# RFC 5464: GETMETADATA, SETMETADATA of the server (METADATA-SERVER); pk-pop3(7): users' own settings
U: jane@example.test secret
A: jane@example.test pop3.leave_days=30
S~ * OK *
C: a0 GETMETADATA "" /private/vendor/postkeep/pop3/after
S: a0 BAD Log in first
C: a1 LOGIN jane@example.test secret
S~ a1 OK [CAPABILITY * METADATA-SERVER *
# 4.2
C: a2 GETMETADATA "" /private/vendor/postkeep/pop3/after
S: * METADATA "" (/private/vendor/postkeep/pop3/after "keep")
S: a2 OK GETMETADATA completed
C: a3 GETMETADATA "" ("/PRIVATE/vendor/postkeep/pop3/leave_days" /private/vendor/postkeep/pop3/after)
S: * METADATA "" (/private/vendor/postkeep/pop3/after "keep" /private/vendor/postkeep/pop3/leave_days "30")
S: a3 OK GETMETADATA completed
# 4.2.2, options in both places
C: a4 GETMETADATA (DEPTH infinity) "" /private
S: * METADATA "" (/private/vendor/postkeep/pop3/access "all" /private/vendor/postkeep/pop3/after "keep" /private/vendor/postkeep/pop3/delete "expunge" /private/vendor/postkeep/pop3/leave_days "30" /private/vendor/postkeep/pop3/mailbox "INBOX")
S: a4 OK GETMETADATA completed
C: a5 GETMETADATA "" (DEPTH 1 MAXSIZE 4) (/private/vendor/postkeep/pop3)
S: * METADATA "" (/private/vendor/postkeep/pop3/access "all" /private/vendor/postkeep/pop3/after "keep" /private/vendor/postkeep/pop3/leave_days "30")
S: a5 OK [METADATA LONGENTRIES 7] GETMETADATA completed
C: a6 GETMETADATA (DEPTH 1) "" /private/vendor/postkeep
S: a6 OK GETMETADATA completed
C: a7 GETMETADATA "" /private/vendor/postkeep/pop3/aft
S: a7 OK GETMETADATA completed
# others' entries, and those of mailboxes
C: a8 GETMETADATA "" /shared/comment
S: a8 OK GETMETADATA completed
C: a9 GETMETADATA INBOX /private/comment
S: a9 NO Only the server has metadata here
# no names of entries
C: b0 GETMETADATA "" "/a*"
S: b0 BAD Not the name of an entry
C: b1 GETMETADATA "" /a//b
S: b1 BAD Not the name of an entry
C: b2 GETMETADATA "" a
S: b2 BAD Not the name of an entry
C: b3 GETMETADATA "" (DEPTH 2) /a
S: b3 BAD Unknown depth
C: b4 GETMETADATA "" (/1 /2 /3 /4 /5 /6 /7 /8 /9 /10 /11 /12 /13 /14 /15 /16 /17)
S: b4 BAD Too many entries
# the administrator has to let users
C: c1 SETMETADATA "" (/private/vendor/postkeep/pop3/after "read")
S: c1 NO [NOPERM] Only the administrator may set this
A: test pop3.self=yes
C: c2 SETMETADATA "" (/private/vendor/postkeep/pop3/after "read" /private/vendor/postkeep/POP3/Delete ~{5+}
C: trash)
S: c2 OK SETMETADATA completed
C: c3 GETMETADATA "" (/private/vendor/postkeep/pop3/after /private/vendor/postkeep/pop3/delete)
S: * METADATA "" (/private/vendor/postkeep/pop3/after "read" /private/vendor/postkeep/pop3/delete "trash")
S: c3 OK GETMETADATA completed
# 4.3: all or nothing
C: c4 SETMETADATA "" (/private/vendor/postkeep/pop3/after "keep" /private/vendor/postkeep/pop3/delete "burn")
S: c4 NO [CANNOT] This entry cannot have that value
C: c5 SETMETADATA "" (/private/vendor/postkeep/pop3/after "keep" /private/vendor/postkeep/pop3/login_delay "0")
S: c5 NO [METADATA TOOMANY] There is no such entry
C: c6 SETMETADATA "" (/private/vendor/postkeep/pop3/after "keep" /private/comment "x")
S: c6 NO [METADATA TOOMANY] There is no such entry
C: c7 SETMETADATA INBOX (/private/comment "x")
S: c7 NO Only the server has metadata here
C: c8 SETMETADATA "" (/private/vendor/postkeep/pop3/mailbox "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
S: c8 NO [METADATA MAXSIZE 512] Too long
C: c9 GETMETADATA "" /private/vendor/postkeep/pop3/after
S: * METADATA "" (/private/vendor/postkeep/pop3/after "read")
S: c9 OK GETMETADATA completed
C: d1 SETMETADATA "" /private/vendor/postkeep/pop3/after "keep"
S~ d1 BAD *
# NIL: what the administrator says holds again; a mailbox's name in UTF-8
C: d2 SETMETADATA "" (/private/vendor/postkeep/pop3/after NIL /private/vendor/postkeep/pop3/mailbox {6+}
C: <c39c>bers)
S: d2 OK SETMETADATA completed
C: d3 GETMETADATA "" (/private/vendor/postkeep/pop3/after /private/vendor/postkeep/pop3/mailbox)
S: * METADATA "" (/private/vendor/postkeep/pop3/after "keep" /private/vendor/postkeep/pop3/mailbox {6}
S: <c39c>bers)
S: d3 OK GETMETADATA completed
# 3.2: other characters are discouraged, but no mistake; a dot stands in no entry that exists
C: e1 GETMETADATA "" ("/private/vendor/x/a name" {18+}
C: /private/"x"\<7f>/y.z /private/vendor/postkeep/pop3.after)
S: e1 OK GETMETADATA completed
C: e2 SETMETADATA "" (/private/vendor/postkeep/pop3.after "read")
S: e2 NO [METADATA TOOMANY] There is no such entry
C: e3 GETMETADATA "" {11+}
C: /private/a<19>
S: e3 BAD Not the name of an entry
C: e4 GETMETADATA "" {12+}
C: /private/m<c3bc>
S: e4 BAD Not the name of an entry
# 4.2.1: of the size asked for it is returned; no list is empty
C: e5 GETMETADATA (MAXSIZE 6) "" (/private/vendor/postkeep/pop3/mailbox)
S: * METADATA "" (/private/vendor/postkeep/pop3/mailbox {6}
S: <c39c>bers)
S: e5 OK GETMETADATA completed
C: e6 GETMETADATA (MAXSIZE 0) "" (/private/vendor/postkeep/pop3/mailbox /private/vendor/postkeep/pop3/after)
S: e6 OK [METADATA LONGENTRIES 6] GETMETADATA completed
C: e7 GETMETADATA "" ()
S~ e7 BAD *
C: e8 SETMETADATA "" ()
S~ e8 BAD *
