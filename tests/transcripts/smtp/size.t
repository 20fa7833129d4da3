# RFC 1870 section 6: SIZE at MAIL, and a client that says too little
U: jane@example.test secret
S~ 220 *
C: EHLO ymir.example
S~ 250-*
S~ 250-*
S~ 250-SIZE *
S~ 250-*
S~ 250-*
S~ 250-*
S* 250-*
S~ 250 *
C: MAIL FROM:<ned@thor.example> SIZE=1000000000
S~ 552 5.3.4 the message is too big: make it smaller (session *)
C: MAIL FROM:<ned@thor.example> SIZE=99999999999999999999
S~ 552 5.3.4 the message is too big: make it smaller (session *)
C: MAIL FROM:<ned@thor.example> SIZE=x
S~ 501 5.5.4 *
C: MAIL FROM:<ned@thor.example> SIZE=500
S~ 250 2.1.0 *
C: RCPT TO:<jane@example.test>
S~ 250 2.1.5 *
C: QUIT
S~ 221 *
