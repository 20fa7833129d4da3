# RFC 5321 4.3.1: who talks before the greeting is no mail server
O: greeting_delay=2s
T: +1s
C: EHLO x.example
S~ 554 5.5.1 you talk before the greeting (session *)
S!
C2. 
T: +2s
S2~ 220 *
C2: HELO x.example
S2~ 250 *
