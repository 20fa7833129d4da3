# RFC 6531 3.3, HAZARDS 41: A-labels and U-labels of a domain are one, in MAIL and in From; others' addresses stay theirs
U: jane@xn--mller-kva.test secret
U: jim@xn--mller-kva.test secret
S~ 220 *
C: EHLO x.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AGphbmVAeG4tLW1sbGVyLWt2YS50ZXN0AHNlY3JldA==
S~ 235 *
C: MAIL FROM:<jane@xn--mller-kva.test> SMTPUTF8
C: RCPT TO:<jim@m<c3><bc>ller.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: Jane <jane@m<c3><bc>ller.test>
C: 
C: .
S~ 250 *
C: MAIL FROM:<jane@m<c3><bc>ller.test> SMTPUTF8
C: RCPT TO:<jim@m<c3><bc>ller.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: Jane <jane@xn--mller-kva.test>
C: 
C: .
S~ 250 *
C: MAIL FROM:<jane@m<75><cc><88>ller.test> SMTPUTF8
C: RCPT TO:<jim@m<c3><bc>ller.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: Jane <jane@m<c3><bc>ller.test>
C: 
C: .
S~ 250 *
C: MAIL FROM:<jane@M<c3><9c>LLER.test> SMTPUTF8
C: RCPT TO:<jim@m<c3><bc>ller.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: Jane <jane@XN--MLLER-KVA.TEST>
C: 
C: .
S~ 250 *
C: MAIL FROM:<jane@m<c3><bc>ller.test> SMTPUTF8
C: RCPT TO:<jim@m<c3><bc>ller.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: Jane <jim@m<c3><bc>ller.test>
C: 
C: .
S~ 550 5.7.1 *
C: MAIL FROM:<jane@m<c3><bc>ller.test>
S~ 553 5.6.7 *
C: MAIL FROM:<jim@m<c3><bc>ller.test> SMTPUTF8
S~ 553 5.7.1 *
