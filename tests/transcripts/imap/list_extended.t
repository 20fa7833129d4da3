# RFC 5258 section 5 (RFC 9051 6.3.9.8): selection and return options, several patterns, CHILDINFO, \NonExistent
U: jane@example.test secret
S~ * OK *
C: l1 LOGIN jane@example.test secret
S~ l1 OK *
# The hierarchy of the examples: without what a new user has.
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
C: p11 CREATE Fruit
C: p12 CREATE Fruit/Apple
C: p13 CREATE Fruit/Banana
C: p14 CREATE Tofu
C: p15 CREATE Vegetable
C: p16 CREATE Vegetable/Broccoli
C: p17 CREATE Vegetable/Corn
C: p18 SUBSCRIBE Fruit/Banana
C: p19 SUBSCRIBE Fruit/Peach
C: p20 SUBSCRIBE Vegetable
C: p21 SUBSCRIBE Vegetable/Broccoli
S* p*
# Example 1, in the store's order.
C: A01 LIST "" "*"
S: * LIST (\HasChildren) "/" Fruit
S: * LIST (\HasNoChildren) "/" Fruit/Apple
S: * LIST (\HasNoChildren) "/" Fruit/Banana
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" Tofu
S: * LIST (\HasChildren) "/" Vegetable
S: * LIST (\HasNoChildren) "/" Vegetable/Broccoli
S: * LIST (\HasNoChildren) "/" Vegetable/Corn
S: A01 OK LIST completed
# Example 2.
C: A02 LIST (SUBSCRIBED) "" "*"
S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Fruit/Peach
S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
S: * LIST (\HasChildren \Subscribed) "/" Vegetable
S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
S: A02 OK LIST completed
# Example 3.
C: A03 LIST () "" "%" RETURN (CHILDREN)
S: * LIST (\HasChildren) "/" Fruit
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" Tofu
S: * LIST (\HasChildren) "/" Vegetable
S: A03 OK LIST completed
# Examples 4 to 6: there are no remote ones.
C: A04 LIST (REMOTE) "" "%" RETURN (CHILDREN)
S: * LIST (\HasChildren) "/" Fruit
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" Tofu
S: * LIST (\HasChildren) "/" Vegetable
S: A04 OK LIST completed
C: A05 LIST (REMOTE SUBSCRIBED) "" "V*"
S: * LIST (\HasChildren \Subscribed) "/" Vegetable
S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
S: A05 OK LIST completed
C: A06 LIST (REMOTE) "" "*" RETURN (SUBSCRIBED)
S: * LIST (\HasChildren) "/" Fruit
S: * LIST (\HasNoChildren) "/" Fruit/Apple
S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
S: * LIST (\HasNoChildren) "/" Tofu
S: * LIST (\HasChildren \Subscribed) "/" Vegetable
S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
S: * LIST (\HasNoChildren) "/" Vegetable/Corn
S: A06 OK LIST completed
# Example 7: several patterns, a name once; the same reference for all; an empty one is nothing.
C: A07 LIST "" ("INBOX" "Tofu" "Veg*/%" "" Vegetable/C* {4+}
C: NULL) RETURN ()
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" Tofu
S: * LIST (\HasNoChildren) "/" Vegetable/Broccoli
S: * LIST (\HasNoChildren) "/" Vegetable/Corn
S: A07 OK LIST completed
C: A08 LIST "Fruit/" (App% "B%")
S: * LIST (\HasNoChildren) "/" Fruit/Apple
S: * LIST (\HasNoChildren) "/" Fruit/Banana
S: A08 OK LIST completed
# Section 3: extended, an empty pattern is no question for the separator.
C: A09 LIST () "" ""
S: A09 OK LIST completed
C: A10 LIST "" ("")
S: A10 OK LIST completed
C: A11 LIST "" "" RETURN (CHILDREN)
S: A11 OK LIST completed
C: A12 LIST "" ""
S: * LIST (\Noselect) "/" ""
S: A12 OK LIST completed
# LSUB does not know \NonExistent; a level without its own subscription is \Noselect (RFC 3501 6.3.9).
C: A13 LSUB "" "%"
S: * LSUB (\Noselect \HasChildren) "/" Fruit
S: * LSUB (\HasNoChildren) "/" INBOX
S: * LSUB (\HasChildren) "/" Vegetable
S: A13 OK LSUB completed
C: A14 LSUB "" "*"
S: * LSUB (\HasNoChildren) "/" Fruit/Banana
S: * LSUB (\HasNoChildren) "/" Fruit/Peach
S: * LSUB (\HasNoChildren) "/" INBOX
S: * LSUB (\HasChildren) "/" Vegetable
S: * LSUB (\HasNoChildren) "/" Vegetable/Broccoli
S: A14 OK LSUB completed
# Section 3: unknown options, and RECURSIVEMATCH alone or with REMOTE, are BAD; one twice is once.
C: B01 LIST (RECURSIVEMATCH) "" "*"
S: B01 BAD RECURSIVEMATCH needs another option
C: B02 LIST (REMOTE RECURSIVEMATCH) "" "*"
S: B02 BAD RECURSIVEMATCH needs another option
C: B03 LIST (X-NONE) "" "*"
S: B03 BAD Unknown selection option
C: B04 LIST "" "*" RETURN (X-NONE)
S: B04 BAD Unknown return option
C: B05 LIST "" "*" CHILDREN
S: B05 BAD Too many arguments
C: B06 LIST "" "*" RETURN (CHILDREN) x
S~ B06 BAD *
C: B07 LIST "" (Tofu
S~ B07 BAD *
C: B08 LIST "" ()
S~ B08 BAD *
C: B09 LIST (subscribed SUBSCRIBED) "" Vegetable return (subscribed SUBSCRIBED children)
S: * LIST (\HasChildren \Subscribed) "/" Vegetable
S: B09 OK LIST completed
C: B10 LSUB "" "*" RETURN (CHILDREN)
S: B10 BAD Too many arguments
