# RFC 4954 section 6: 535; HAZARDS 14, 16: the same words for a wrong name, and three are enough
U: tim@example.test tanstaaf
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AHRpbQB3cm9uZw==
S~ 535 5.7.8 wrong name or password (session *)
C: AUTH PLAIN AG5vYm9keQB0YW5zdGFhZg==
T: +5s
S~ 535 5.7.8 wrong name or password (session *)
C: MAIL FROM:<tim@example.test>
S~ 530 5.7.0 log in first (session *)
# A cancelled one is no wrong password.
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: *
S~ 501 5.7.0 cancelled (session *)
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: dGlt
S: 334 UGFzc3dvcmQ6
C: d3Jvbmc=
T: +5s
S~ 535 5.7.8 wrong name or password (session *)
S~ 421 4.7.0 too many failed logins (session *)
S!
# Nobody acts for another.
S2~ 220 *
C2: EHLO client.example
S2~ 250-*
S2* 250-*
S2~ 250 *
C2: AUTH PLAIN amFuZQB0aW0AdGFuc3RhYWY=
T: +5s
S2~ 535 5.7.8 wrong name or password (session *)
