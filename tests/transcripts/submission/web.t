# HAZARDS 9: a browser is sent away, also in the middle of a login; lines end in CRLF
U: tim@example.test tanstaaf
S~ 220 *
C: POST / HTTP/1.1
S~ 421 4.7.0 this is not a web server (session *)
S!
S2~ 220 *
C2: EHLO client.example
S2~ 250-*
S2* 250-*
S2~ 250 *
C2: AUTH LOGIN
S2: 334 VXNlcm5hbWU6
C2: GET / HTTP/1.1
S2~ 421 4.7.0 this is not a web server (session *)
S2!
S3~ 220 *
C3: EHLO client.example
S3~ 250-*
S3* 250-*
S3~ 250 *
C3: AUTH LOGIN
S3: 334 VXNlcm5hbWU6
C3: dGlt<0a>QUIT
S3~ 421 4.5.2 lines end in CRLF, not in LF (session *)
S3!
