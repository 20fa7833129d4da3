# RFC 6154: SPECIAL-USE and CREATE-SPECIAL-USE; what new users have
U: jane@example.test secret
S~ * OK *
C: t0 LOGIN jane@example.test secret
S~ t0 OK [CAPABILITY * SPECIAL-USE CREATE-SPECIAL-USE *
C: t1 LIST "" "%"
S: * LIST (\HasNoChildren \Archive) "/" Archive
S: * LIST (\HasNoChildren \Drafts) "/" Drafts
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren \Junk) "/" Junk
S: * LIST (\HasNoChildren \Sent) "/" Sent
S: * LIST (\HasNoChildren \Trash) "/" Trash
S: t1 OK LIST completed
C: t2 LIST (SUBSCRIBED) "" "*" RETURN (SPECIAL-USE)
S: * LIST (\HasNoChildren \Archive \Subscribed) "/" Archive
S: * LIST (\HasNoChildren \Drafts \Subscribed) "/" Drafts
S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
S: * LIST (\HasNoChildren \Junk \Subscribed) "/" Junk
S: * LIST (\HasNoChildren \Sent \Subscribed) "/" Sent
S: * LIST (\HasNoChildren \Trash \Subscribed) "/" Trash
S: t2 OK LIST completed
# 5.2: the selection option.
C: t3 CREATE ToDo
S~ t3 OK *
C: t4 LIST (SPECIAL-USE) "" "*"
S: * LIST (\HasNoChildren \Archive) "/" Archive
S: * LIST (\HasNoChildren \Drafts) "/" Drafts
S: * LIST (\HasNoChildren \Junk) "/" Junk
S: * LIST (\HasNoChildren \Sent) "/" Sent
S: * LIST (\HasNoChildren \Trash) "/" Trash
S: t4 OK LIST completed
# 5.3: no mailbox for all messages; a use is given once; nothing is made when it is refused.
C: u1 CREATE Everything (USE (\All))
S~ u1 NO [USEATTR] *
C: u2 CREATE MySpecial (USE (\Drafts \Sent))
S~ u2 NO [USEATTR] *
C: u3 LIST "" ("Everything" "MySpecial")
S: u3 OK LIST completed
C: u4 DELETE Drafts
C: u5 DELETE Sent
S* u*
C: u6 CREATE MySpecial (USE (\Drafts \Sent))
S~ u6 OK [MAILBOXID (F*)] CREATE completed
C: u7 LIST (SPECIAL-USE) "" "M%"
S: * LIST (\HasNoChildren \Drafts \Sent) "/" MySpecial
S: u7 OK LIST completed
C: u8 CREATE Other (USE (\Elsewhere))
S~ u8 NO [USEATTR] *
C: u9 CREATE Plain (USE ())
S~ u9 OK *
C: v1 CREATE Bad (USE \Sent)
S~ v1 BAD *
C: v2 CREATE Bad (COLOUR (\Sent))
S: v2 BAD Unknown parameter
C: v3 CREATE Bad (USE (Sent))
S~ v3 BAD *
C: v4 CREATE Bad (USE (\Sent)
S~ v4 BAD *
C: v5 CREATE Bad ()
S~ v5 BAD *
# The use goes with the mailbox, whatever its name is.
C: w1 RENAME Trash Away/Bin
S: w1 OK RENAME completed
C: w2 LIST (SPECIAL-USE RECURSIVEMATCH) "" "%"
S: * LIST (\HasNoChildren \Archive) "/" Archive
S: * LIST (\NonExistent \HasChildren) "/" Away ("CHILDINFO" ("SPECIAL-USE"))
S: * LIST (\HasNoChildren \Junk) "/" Junk
S: * LIST (\HasNoChildren \Drafts \Sent) "/" MySpecial
S: w2 OK LIST completed
# Both options: each must be met.
C: w3 LIST (SPECIAL-USE SUBSCRIBED) "" "*"
S: * LIST (\HasNoChildren \Archive \Subscribed) "/" Archive
S: * LIST (\HasNoChildren \Junk \Subscribed) "/" Junk
S: w3 OK LIST completed
C: w4 SUBSCRIBE Away/Bin
S: w4 OK SUBSCRIBE completed
C: w5 LIST (SPECIAL-USE SUBSCRIBED RECURSIVEMATCH) "" "A%"
S: * LIST (\HasNoChildren \Archive \Subscribed) "/" Archive
S: * LIST (\NonExistent \HasChildren) "/" Away ("CHILDINFO" ("SUBSCRIBED" "SPECIAL-USE"))
S: w5 OK LIST completed
