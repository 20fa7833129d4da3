# RFC 3501 7.1.3 BAD, 2.2.1 tags; RFC 7888 section 4 literals that are refused; HAZARDS 60, 63, 67
U: jane@example.test secret
S1~ * OK *
C1: 
S1~ * BAD *
C1: a1
S1~ a1 BAD *
C1: + NOOP
S1~ * BAD *
C1: a2 FROB x
S1~ a2 BAD *
C1: a3 NOOP x
S1~ a3 BAD *
C1: a4 LOGIN jane
S1~ a4 BAD *
C1: a5 UID NOOP
S1~ a5 BAD *
C1: a6 FROB {12}
S1~ a6 BAD *
C1: a7 NOOP
S1: a7 OK NOOP completed
C1: a8 LOGIN {9000}
S1~ a8 BAD [TOOBIG] *
C1: a9 FROB {20+}
S1~ a9 BAD *
S1~ * BYE *
S1!
S2~ * OK *
C2: b1 LOGIN jane@example.test secret
S2~ b1 OK *
# the octets of a refused literal are not commands
C2: b2 FROB {14+}
C2: x1 CREATE bad
C2: b3 LIST "" bad
S2~ b2 BAD *
S2: b3 OK LIST completed
C2: b4 SELECT {70000+}
S2~ b4 BAD [TOOBIG] *
S3~ * OK *
C3: c1 FOO
S3~ c1 BAD *
C3: c2 FOO
S3~ c2 BAD *
C3: c3 FOO
S3~ c3 BAD *
C3: c4 FOO
S3~ c4 BAD *
C3: c5 FOO
S3~ c5 BAD *
C3: c6 FOO
S3~ c6 BAD *
C3: c7 FOO
S3~ c7 BAD *
C3: c8 FOO
S3~ c8 BAD *
C3: c9 FOO
S3~ c9 BAD *
C3: d1 FOO
S3~ d1 BAD *
S3~ * BYE *
S3!
S4~ * OK *
C4: a1 LOGIN jane@example.test w1
S4~ a1 NO *
C4: a2 LOGIN jane@example.test w2
T: +9s
S4~ a2 NO *
C4: a3 LOGIN jane@example.test w3
T: +9s
S4~ a3 NO *
C4: a4 LOGIN jane@example.test w4
T: +9s
S4~ a4 NO *
S4~ * BYE *
S4!
