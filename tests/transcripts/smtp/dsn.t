# RFC 3461: servers are not promised reports; what is told in the reply may be asked for
U: jane@example.test secret
S~ 220 *
C: EHLO x.example
S~ 250-*
S: 250-PIPELINING
S~ 250-SIZE *
S: 250-8BITMIME
S: 250-ENHANCEDSTATUSCODES
S: 250-CHUNKING
S: 250-BINARYMIME
S: 250-LIMITS RCPTMAX=1000
S: 250 SMTPUTF8
C: MAIL FROM:<a@x.example> RET=FULL ENVID=1
C: RCPT TO:<jane@example.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;office@example.test
C: RCPT TO:<jane@example.test> NOTIFY=SUCCESS
C: RCPT TO:<jane@example.test> NOTIFY=SOMETIMES
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S~ 555 5.5.4 success is told in the reply alone (session *)
S~ 501 5.5.4 NOTIFY is NEVER, or some of SUCCESS, FAILURE, DELAY (session *)
