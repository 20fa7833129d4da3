# RFC 5256: THREAD=ORDEREDSUBJECT, THREAD=REFERENCES
U: jane@example.test secret
S~ * OK *
C: a1 LOGIN jane@example.test secret
S~ a1 OK *
# section 4, the tree of the example: (2)(3 6 (4 23)(44 7 96)), renumbered by UID; later parents too
C: cr CREATE A
S~ cr OK [MAILBOXID *] CREATE completed
C: ap1 APPEND A {70+}
C: Subject: one
C: Message-ID: <1@x>
C: Date: 01 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap1 OK *
C: ap2 APPEND A {70+}
C: Subject: two
C: Message-ID: <2@x>
C: Date: 02 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap2 OK *
C: ap3 APPEND A {93+}
C: Subject: x
C: Message-ID: <4@x>
C: References: <2@x> <5@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap3 OK *
C: ap4 APPEND A {93+}
C: Subject: x
C: Message-ID: <3@x>
C: References: <2@x> <5@x>
C: Date: 04 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap4 OK *
C: ap5 APPEND A {87+}
C: Subject: x
C: Message-ID: <5@x>
C: References: <2@x>
C: Date: 05 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap5 OK *
C: ap6 APPEND A {101+}
C: Subject: x
C: Message-ID: <6@x>
C: In-Reply-To: <4@x> (Jane <j@x>)
C: Date: 06 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap6 OK *
C: ap7 APPEND A {87+}
C: Subject: x
C: Message-ID: <7@x>
C: References: <3@x>
C: Date: 07 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap7 OK *
C: ap8 APPEND A {105+}
C: Subject: x
C: Message-ID: <8@x>
C: References: <2@x> <5@x> <3@x> <7@x>
C: Date: 08 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap8 OK *
C: se SELECT A
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 8 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
C: b1 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1)(2 5 (3 6)(4 7 8))
S: b1 OK THREAD completed
C: b2 THREAD references UTF-8 NOT 1 NOT 7
S: * THREAD (2 5 (3 6)(4 8))
S: b2 OK THREAD completed
C: b3 THREAD REFERENCES UTF-8 3,6,7,8
S: * THREAD ((3 6)(7 8))
S: b3 OK THREAD completed
C: b4 THREAD REFERENCES UTF-8 SUBJECT nothing
S: * THREAD
S: b4 OK THREAD completed
C: b5 THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (1)(2)(3 (4)(5)(6)(7)(8))
S: b5 OK THREAD completed
C: b6 THREAD ORDEREDSUBJECT UTF-8 SUBJECT nothing
S: * THREAD
S: b6 OK THREAD completed
# siblings of a parent that is not there: ((3)(5)); one child alone is promoted
C: cr CREATE B
S~ cr OK [MAILBOXID *] CREATE completed
C: ap9 APPEND B {87+}
C: Subject: a
C: Message-ID: <1@x>
C: References: <p@x>
C: Date: 01 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap9 OK *
C: ap10 APPEND B {87+}
C: Subject: b
C: Message-ID: <2@x>
C: References: <p@x>
C: Date: 02 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap10 OK *
C: ap11 APPEND B {93+}
C: Subject: c
C: Message-ID: <3@x>
C: References: <g@x> <q@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap11 OK *
C: ap12 APPEND B {94+}
C: Subject: d
C: Message-ID: <4@x>
C: References: <g2@x> <r@x>
C: Date: 04 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap12 OK *
C: ap13 APPEND B {94+}
C: Subject: e
C: Message-ID: <5@x>
C: References: <g2@x> <s@x>
C: Date: 05 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap13 OK *
C: se SELECT B
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 5 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
C: b7 THREAD REFERENCES UTF-8 ALL
S: * THREAD ((1)(2))(3)((4)(5))
S: b7 OK THREAD completed
C: zz UID STORE 1 +FLAGS.SILENT (\Deleted)
S: zz OK UID STORE completed
C: zy EXPUNGE
S: * 1 EXPUNGE
S* * * RECENT
S: zy OK EXPUNGE completed
C: b8 UID THREAD REFERENCES UTF-8 ALL
S: * THREAD (2)(3)((4)(5))
S: b8 OK UID THREAD completed
C: b9 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1)(2)((3)(4))
S: b9 OK THREAD completed
# loops are not made: 1 A, "Do not create a parent/child link if creating that link would introduce a loop"
C: cr CREATE C
S~ cr OK [MAILBOXID *] CREATE completed
C: ap14 APPEND C {87+}
C: Subject: a
C: Message-ID: <1@x>
C: References: <2@x>
C: Date: 01 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap14 OK *
C: ap15 APPEND C {87+}
C: Subject: b
C: Message-ID: <2@x>
C: References: <1@x>
C: Date: 02 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap15 OK *
C: ap16 APPEND C {87+}
C: Subject: c
C: Message-ID: <3@x>
C: References: <3@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap16 OK *
C: ap17 APPEND C {99+}
C: Subject: d
C: Message-ID: <4@x>
C: References: <5@x> <4@x> <5@x>
C: Date: 04 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap17 OK *
C: ap18 APPEND C {87+}
C: Subject: e
C: Message-ID: <5@x>
C: References: <4@x>
C: Date: 05 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap18 OK *
C: se SELECT C
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 5 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
C: b10 THREAD REFERENCES UTF-8 ALL
S: * THREAD (2 1)(3)(5 4)
S: b10 OK THREAD completed
# ids that come twice, no id, quoted ids, a truncated References that a better one corrects
C: cr CREATE D
S~ cr OK [MAILBOXID *] CREATE completed
C: ap19 APPEND D {68+}
C: Subject: a
C: Message-ID: <1@x>
C: Date: 01 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap19 OK *
C: ap20 APPEND D {68+}
C: Subject: b
C: Message-ID: <1@x>
C: Date: 02 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap20 OK *
C: ap21 APPEND D {68+}
C: Subject: c
C: References: <1@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap21 OK *
C: ap22 APPEND D {70+}
C: Subject: d
C: Message-ID: <"1"@y>
C: Date: 04 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap22 OK *
C: ap23 APPEND D {87+}
C: Subject: e
C: Message-ID: <5@x>
C: References: <1@y>
C: Date: 05 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap23 OK *
C: ap24 APPEND D {93+}
C: Subject: f
C: Message-ID: <8@x>
C: References: <9@x> <7@x>
C: Date: 06 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap24 OK *
C: ap25 APPEND D {87+}
C: Subject: g
C: Message-ID: <7@x>
C: References: <1@y>
C: Date: 07 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap25 OK *
C: ap26 APPEND D {106+}
C: Subject: h
C: Message-ID: junk
C: References: <none
C: In-Reply-To: <5@x>
C: Date: 08 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap26 OK *
C: se SELECT D
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 8 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
C: b11 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1 3)(2)(4 (5 8)(7 6))
S: b11 OK THREAD completed
# step 5: threads of one base subject are gathered
C: cr CREATE E
S~ cr OK [MAILBOXID *] CREATE completed
C: ap27 APPEND E {76+}
C: Subject: Re: hello
C: Message-ID: <1@x>
C: Date: 01 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap27 OK *
C: ap28 APPEND E {72+}
C: Subject: hello
C: Message-ID: <2@x>
C: Date: 02 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap28 OK *
C: ap29 APPEND E {72+}
C: Subject: hello
C: Message-ID: <3@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap29 OK *
C: ap30 APPEND E {85+}
C: Subject: [list] HELLO (fwd)
C: Message-ID: <4@x>
C: Date: 04 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap30 OK *
C: ap31 APPEND E {67+}
C: Subject: 
C: Message-ID: <5@x>
C: Date: 05 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap31 OK *
C: ap32 APPEND E {71+}
C: Subject: Re: 
C: Message-ID: <6@x>
C: Date: 06 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap32 OK *
C: ap33 APPEND E {94+}
C: Subject: other
C: Message-ID: <7@x>
C: References: <gone@x>
C: Date: 07 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap33 OK *
C: ap34 APPEND E {94+}
C: Subject: other
C: Message-ID: <8@x>
C: References: <gone@x>
C: Date: 08 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap34 OK *
C: ap35 APPEND E {76+}
C: Subject: Re: other
C: Message-ID: <9@x>
C: Date: 09 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap35 OK *
C: ap36 APPEND E {96+}
C: Subject: other
C: Message-ID: <10@x>
C: References: <gone2@x>
C: Date: 10 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap36 OK *
C: ap37 APPEND E {92+}
C: Subject: x
C: Message-ID: <11@x>
C: References: <gone2@x>
C: Date: 11 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap37 OK *
C: se SELECT E
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 11 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
C: b12 THREAD REFERENCES UTF-8 ALL
S: * THREAD ((2 1)(3)(4))(5)(6)((7)(8)(9)(10)(11))
S: b12 OK THREAD completed
C: b13 THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (1 (2)(3)(4))(5 6)(7 (8)(9)(10))(11)
S: b13 OK THREAD completed
# step 6: by sent date, of equal dates by number; a message without one has its arrival
C: cr CREATE F
S~ cr OK [MAILBOXID *] CREATE completed
C: ap38 APPEND F {68+}
C: Subject: a
C: Message-ID: <1@x>
C: Date: 09 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap38 OK *
C: ap39 APPEND F {87+}
C: Subject: b
C: Message-ID: <2@x>
C: References: <1@x>
C: Date: 08 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap39 OK *
C: ap40 APPEND F {87+}
C: Subject: c
C: Message-ID: <3@x>
C: References: <1@x>
C: Date: 07 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap40 OK *
C: ap41 APPEND F {68+}
C: Subject: d
C: Message-ID: <4@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap41 OK *
C: ap42 APPEND F {68+}
C: Subject: e
C: Message-ID: <5@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap42 OK *
C: ap43 APPEND F {98+}
C: Subject: f
C: Message-ID: <6@x>
C: References: <5@x> <nobody@x>
C: Date: 01 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap43 OK *
C: se SELECT F
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 6 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
C: b14 THREAD REFERENCES UTF-8 ALL
S: * THREAD (4)(5 6)(1 (3)(2))
S: b14 OK THREAD completed
C: cr CREATE G
S~ cr OK [MAILBOXID *] CREATE completed
C: ap44 APPEND G {75+}
C: Subject: Re: lone
C: Message-ID: <1@x>
C: Date: 01 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap44 OK *
C: ap45 APPEND G {76+}
C: Subject: Fwd: lone
C: Message-ID: <2@x>
C: Date: 02 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap45 OK *
C: ap46 APPEND G {71+}
C: Subject: pair
C: Message-ID: <3@x>
C: Date: 03 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap46 OK *
C: ap47 APPEND G {71+}
C: Subject: pair
C: Message-ID: <4@x>
C: Date: 04 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap47 OK *
C: ap48 APPEND G {75+}
C: Subject: Re: pair
C: Message-ID: <5@x>
C: Date: 05 Jan 2000 00:00:00 +0000
C: 
C: x
S~ ap48 OK *
C: se SELECT G
S* * OK [CLOSED] *
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 5 EXISTS
S* * * RECENT
S* * OK [UNSEEN *
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT *
S* * OK [HIGHESTMODSEQ *
S* * OK [MAILBOXID *
S~ se OK *
# step 5 C: two replies, two that are none: a dummy for both
C: b15 THREAD REFERENCES UTF-8 ALL
S: * THREAD ((1)(2))((3)(4)(5))
S: b15 OK THREAD completed
# errors
C: d1 THREAD REFERENCES X-NONE ALL
S~ d1 NO [BADCHARSET *
C: e0 THREAD REFERENCES
S~ e0 BAD *
C: e1 THREAD REFERENCES UTF-8
S~ e1 BAD *
C: e2 THREAD REFS UTF-8 ALL
S~ e2 BAD *
C: e3 THREAD (REFERENCES) UTF-8 ALL
S~ e3 BAD *
C: e4 THREAD REFERENCES UTF-8 INTHREAD REFERENCES ALL
S~ e4 BAD *
