# RFC 3501 7.1.5 BYE: an administrator, a lost store, silence (5.4), a server that ends; HAZARDS 83
U: jane@example.test secret
S1~ * OK *
C1: a1 LOGIN jane@example.test secret
S1~ a1 OK *
E1: kick
S1~ * BYE *
S1!
S2~ * OK *
C2: a1 LOGIN jane@example.test secret
S2~ a1 OK *
C2: a2 IDLE
S2: + idling
E2: drain
S2~ * BYE *
S2!
S3~ * OK *
C3: a1 LOGIN jane@example.test secret
S3~ a1 OK *
C3: a2 NOOP
S3: a2 OK NOOP completed
T: +29m
C3: a3 NOOP
S3: a3 OK NOOP completed
T: +32m
S3~ * BYE *
S3!
S4~ * OK *
T: +10m
S4~ * BYE *
S4!
S5~ * OK *
C5: a1 LOGIN jane@example.test secret
S5~ a1 OK *
C5: a2 NOOP
S5~ a2 OK *
E5: eof
S5!
S6~ * OK *
C6: a1 LOGIN jane@example.test secret
S6~ a1 OK *
E6: link
S6~ * BYE *
S6!
