# RFC 2033, as for SMTP (RFC 5321 4.5.3.2.7, HAZARDS 110): servers of the house are not waited for without end either
U: jane@example.test secret
S~ 220 *
C. L
T: +299s
C. HLO x.example<0d>
T: +1s
S~ 421 4.4.2 this takes too long (session *)
S!
# from one command to the next
S2~ 220 *
T: +299s
C2: LHLO x.example
S2~ 250-*
S2* 250-*
S2~ 250 *
T: +299s
C2: MAIL FROM:<a@x.example>
S2~ 250 *
T: +150s
C2. RCPT TO:<
T: +150s
S2~ 421 4.4.2 this takes too long (session *)
S2!
