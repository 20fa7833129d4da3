# RFC 9051 7.1 LIMIT and PERMANENTFLAGS, RFC 3501 6.3.11, 6.4.6: keywords, as many as a mailbox has
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C1: a2 APPEND INBOX {1+}
C1: x
S1~ a2 OK *
C1: a3 SELECT INBOX
S1~ * FLAGS *
S1: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags kept
S1: * 1 EXISTS
S1~ * * RECENT
S1~ * OK [UNSEEN 1] *
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 2] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ a3 OK *
C2: a3 SELECT INBOX
S2~ * FLAGS *
S2: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags kept
S2: * 1 EXISTS
S2~ * * RECENT
S2~ * OK [UNSEEN 1] *
S2~ * OK [UIDVALIDITY *
S2~ * OK [UIDNEXT 2] *
S2~ * OK [HIGHESTMODSEQ *
S2~ * OK [MAILBOXID *
S2~ a3 OK *
C2: a4 NOOP
S2: a4 OK NOOP completed
# the same one many times is one
C1: b1 STORE 1 FLAGS (k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0 k0 K0)
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft k0)
S1: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 \*)] Flags kept
S1: * 1 FETCH (FLAGS (\Recent k0))
S1: b1 OK STORE completed
# one more than there is room for: none of them
C1: b2 STORE 1 +FLAGS (k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55 more)
S1: b2 NO [LIMIT] A limit was reached
# more than anybody may name in a command; none of them either
C1: b3 STORE 1 +FLAGS (n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20 n21 n22 n23 n24 n25 n26 n27 n28 n29 n30 n31 n32 n33 n34 n35 n36 n37 n38 n39 n40 n41 n42 n43 n44 n45 n46 n47 n48 n49 n50 n51 n52 n53 n54 n55 n56 n57 n58 n59 n60 n61 n62 n63 n64 n65 n66 n67 n68 n69)
S1: b3 NO [LIMIT] A limit was reached
C1: b4 STORE 1 FLAGS.SILENT n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20 n21 n22 n23 n24 n25 n26 n27 n28 n29 n30 n31 n32 n33 n34 n35 n36 n37 n38 n39 n40 n41 n42 n43 n44 n45 n46 n47 n48 n49 n50 n51 n52 n53 n54 n55 n56 n57 n58 n59 n60 n61 n62 n63 n64 n65 n66 n67 n68 n69
S1: b4 NO [LIMIT] A limit was reached
C1: b5 APPEND INBOX (n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20 n21 n22 n23 n24 n25 n26 n27 n28 n29 n30 n31 n32 n33 n34 n35 n36 n37 n38 n39 n40 n41 n42 n43 n44 n45 n46 n47 n48 n49 n50 n51 n52 n53 n54 n55 n56 n57 n58 n59 n60 n61 n62 n63 n64 n65 n66 n67 n68 n69) {5}
S1: b5 NO [LIMIT] A limit was reached
C1: b6 APPEND INBOX (n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20 n21 n22 n23 n24 n25 n26 n27 n28 n29 n30 n31 n32 n33 n34 n35 n36 n37 n38 n39 n40 n41 n42 n43 n44 n45 n46 n47 n48 n49 n50 n51 n52 n53 n54 n55 n56 n57 n58 n59 n60 n61 n62 n63 n64 n65 n66 n67 n68 n69) {14+}
C1: x1 CREATE nope
S1: b6 NO [LIMIT] A limit was reached
C1: b7 FETCH 1 FLAGS
S1: * 1 FETCH (FLAGS (\Recent k0))
S1: b7 OK FETCH completed
C1: b8 STORE 1 +FLAGS xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
S1: b8 NO [LIMIT] A limit was reached
C1: b9 STORE 1 -FLAGS (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)
S1: * 1 FETCH (FLAGS (\Recent k0))
S1: b9 OK STORE completed
# 7.1: the limit is reached, and "\*" goes
C1: c1 STORE 1 FLAGS (k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55)
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55)
S1: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55)] Flags kept
S1: * 1 FETCH (FLAGS (\Recent k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55))
S1: c1 OK STORE completed
C2: c1 NOOP
S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55)
S2: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55)] Flags kept
S2: * 1 FETCH (FLAGS (k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55))
S2: c1 OK NOOP completed
C1: c2 STORE 1 +FLAGS one
S1: c2 NO [LIMIT] A limit was reached
C1: c3 STORE 1 FLAGS (\Seen k7)
S1: * 1 FETCH (FLAGS (\Seen \Recent k7))
S1: c3 OK STORE completed
C1: c4 STORE 1 -FLAGS (one k7)
S1: * 1 FETCH (FLAGS (\Seen \Recent))
S1: c4 OK STORE completed
C1: c5 APPEND INBOX (one) {1+}
C1: x
S1: c5 NO [LIMIT] A limit was reached
C1: c6 SELECT INBOX
S1~ * OK [CLOSED] *
S1: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55)
S1: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26 k27 k28 k29 k30 k31 k32 k33 k34 k35 k36 k37 k38 k39 k40 k41 k42 k43 k44 k45 k46 k47 k48 k49 k50 k51 k52 k53 k54 k55)] Flags kept
S1: * 1 EXISTS
S1: * 0 RECENT
S1~ * OK [UIDVALIDITY *
S1~ * OK [UIDNEXT 2] *
S1~ * OK [HIGHESTMODSEQ *
S1~ * OK [MAILBOXID *
S1~ c6 OK *
