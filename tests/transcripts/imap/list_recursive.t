# RFC 5258 section 5, examples 8 to 11: RECURSIVEMATCH and CHILDINFO, levels without a mailbox
U: jane@example.test secret
S~ * OK *
C: l1 LOGIN jane@example.test secret
S~ l1 OK *
C: p1 DELETE Archive
C: p2 DELETE Drafts
C: p3 DELETE Junk
C: p4 DELETE Sent
C: p5 DELETE Trash
C: p6 UNSUBSCRIBE Archive
C: p7 UNSUBSCRIBE Drafts
C: p8 UNSUBSCRIBE Junk
C: p9 UNSUBSCRIBE Sent
C: p10 UNSUBSCRIBE Trash
C: p11 UNSUBSCRIBE INBOX
C: p12 CREATE Foo
C: p13 CREATE Foo/Bar
C: p14 CREATE Foo/Baz
C: p15 CREATE Moo
C: p16 SUBSCRIBE Foo/Baz
S* p*
# Example 8 A.
C: C02 LIST (SUBSCRIBED) "" "*"
S: * LIST (\HasNoChildren \Subscribed) "/" Foo/Baz
S: C02 OK LIST completed
C: C03 LIST (SUBSCRIBED) "" "%"
S: C03 OK LIST completed
C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
S: * LIST (\HasChildren) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))
S: C04 OK LIST completed
# A1.
C: C05 SUBSCRIBE Foo
S: C05 OK SUBSCRIBE completed
C: C06 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
S: * LIST (\HasChildren \Subscribed) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))
S: C06 OK LIST completed
C: C07 UNSUBSCRIBE Foo
S: C07 OK UNSUBSCRIBE completed
# C: Foo and Moo are subscribed, nothing below them.
C: C08 UNSUBSCRIBE Foo/Baz
C: C09 SUBSCRIBE Moo
C: C10 SUBSCRIBE Foo
S* C*
C: C11 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%" RETURN (CHILDREN)
S: * LIST (\HasChildren \Subscribed) "/" Foo
S: * LIST (\HasNoChildren \Subscribed) "/" Moo
S: C11 OK LIST completed
# B: nothing is subscribed.
C: C12 UNSUBSCRIBE Moo
C: C13 UNSUBSCRIBE Foo
S* C1*
C: C14 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
S: C14 OK LIST completed
# A2: Foo is no mailbox, Foo/Baz is subscribed.
C: C15 SUBSCRIBE Foo/Baz
C: C16 DELETE Foo
S* C1*
C: C17 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
S: * LIST (\NonExistent \HasChildren) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))
S: C17 OK LIST completed
# Also when nothing of it is there.
C: C18 DELETE Foo/Bar
C: C19 DELETE Foo/Baz
S* C1*
C: C20 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
S: * LIST (\NonExistent \HasNoChildren) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))
S: C20 OK LIST completed
C: C21 UNSUBSCRIBE Foo/Baz
C: C22 DELETE Moo
S* C2*
# Example 9.
C: q1 CREATE foo2
C: q2 CREATE foo2/bar1
C: q3 CREATE foo2/bar2
C: q4 CREATE baz2
C: q5 CREATE baz2/bar2
C: q6 CREATE baz2/bar22
C: q7 CREATE baz2/bar222
C: q8 CREATE eps2
C: q9 CREATE eps2/mamba
C: q10 CREATE qux2/bar2
C: q11 SUBSCRIBE foo2/bar1
C: q12 SUBSCRIBE foo2/bar2
C: q13 SUBSCRIBE baz2/bar2
C: q14 SUBSCRIBE baz2/bar22
C: q15 SUBSCRIBE baz2/bar222
C: q16 SUBSCRIBE eps2
C: q17 SUBSCRIBE eps2/mamba
C: q18 SUBSCRIBE qux2/bar2
S* q*
C: D03 LIST (RECURSIVEMATCH SUBSCRIBED) "" "*2"
S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar22
S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar222
S: * LIST (\HasChildren \Subscribed) "/" eps2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasChildren) "/" foo2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
S: * LIST (\HasNoChildren \Subscribed) "/" qux2/bar2
S: D03 OK LIST completed
# Section 3.5: what would say again what is said below it anyway is not said.
C: D04 LIST (RECURSIVEMATCH SUBSCRIBED) "" "*"
S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar22
S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar222
S: * LIST (\HasChildren \Subscribed) "/" eps2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasNoChildren \Subscribed) "/" eps2/mamba
S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar1
S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
S: * LIST (\HasNoChildren \Subscribed) "/" qux2/bar2
S: D04 OK LIST completed
# A level is told once the first below it calls for it, also when others below it were told before.
C: D05 SUBSCRIBE foo2/zoo
S: D05 OK SUBSCRIBE completed
C: D06 UNSUBSCRIBE foo2/bar1
S: D06 OK UNSUBSCRIBE completed
C: D07 LIST (RECURSIVEMATCH SUBSCRIBED) "" ("foo2" "*/bar2")
S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
S: * LIST (\HasChildren) "/" foo2 ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasNoChildren \Subscribed) "/" qux2/bar2
S: D07 OK LIST completed
# Example 10: CHILDINFO without children.
C: E01 CREATE foo
C: E02 SUBSCRIBE foo/bar
S* E0*
C: E03 LIST "" ("foo" "foo/*")
S: * LIST (\HasNoChildren) "/" foo
S: E03 OK LIST completed
C: E04 LIST (SUBSCRIBED) "" "foo/*"
S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" foo/bar
S: E04 OK LIST completed
C: E05 LIST (SUBSCRIBED RECURSIVEMATCH) "" foo RETURN (CHILDREN)
S: * LIST (\HasNoChildren) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
S: E05 OK LIST completed
# Example 11: levels without a mailbox.
C: F01 CREATE music/rock
S~ F01 OK *
C: F02 LIST () "" mus%
S: * LIST (\NonExistent \HasChildren) "/" music
S: F02 OK LIST completed
C: F03 LIST (REMOTE) "" mus%
S: * LIST (\NonExistent \HasChildren) "/" music
S: F03 OK LIST completed
C: F04 LIST "" (mus% music/rock)
S: * LIST (\HasNoChildren) "/" music/rock
S: F04 OK LIST completed
C: F05 LIST () "" mus*
S: * LIST (\HasNoChildren) "/" music/rock
S: F05 OK LIST completed
# In the words of a plain LIST (RFC 3501 6.3.8).
C: F06 LIST "" mus%
S: * LIST (\Noselect \HasChildren) "/" music
S: F06 OK LIST completed
