# RFC 3501 6.2.1 STARTTLS, RFC 2595: capabilities change, a second one is refused; HAZARDS 1, 4
U: jane@example.test secret
S~ * OK [CAPABILITY * STARTTLS *
C: a1 STARTTLS
S: a1 OK Begin TLS now
C: a2 CAPABILITY
S~ * CAPABILITY * AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS
S: a2 OK CAPABILITY completed
C: a3 STARTTLS
S~ a3 BAD *
C: a4 LOGIN jane@example.test secret
S~ a4 OK *
C: a5 STARTTLS
S~ a5 BAD *
