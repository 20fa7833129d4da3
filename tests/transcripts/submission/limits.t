# RFC 9422: LIMITS tells the listener's limit before the login, the user's behind it; issue 5: 50 recipients
U: tim@example.test tanstaaf
O: errors=1000
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-P*
S~ 250-SIZE *
S~ 250-8*
S~ 250-STARTTLS
S~ 250-AUTH *
S~ 250-E*
S~ 250-CHUNKING
S~ 250-BINARYMIME
S: 250-DSN
S: 250-LIMITS RCPTMAX=1000
S: 250 SMTPUTF8
A: tim@example.test submit.recipients_max=2
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S~ 235 *
C: EHLO client.example
S~ 250-*
S* 250-P*
S~ 250-SIZE *
S~ 250-8*
S~ 250-AUTH *
S~ 250-E*
S~ 250-CHUNKING
S~ 250-BINARYMIME
S: 250-DSN
S: 250-LIMITS RCPTMAX=2
S: 250 SMTPUTF8
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<tim@example.test>
C: RCPT TO:<tim+a@example.test>
C: RCPT TO:<tim+b@example.test>
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S: 250 2.1.5 ok
S~ 452 4.5.3 too many recipients, send them in another message (session *)
# The store has the last word: the limit goes down while the session lasts.
A: tim@example.test submit.recipients_max=1
C: RSET
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<tim@example.test>
C: RCPT TO:<tim+a@example.test>
S: 250 2.0.0 forgotten
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S~ 452 4.5.3 * (session *)
# The hour, and when there is another.
A: tim@example.test submit.hour=1
C: DATA
S~ 354 *
C: .
S~ 250 2.0.0 stored as *
C: MAIL FROM:<tim@example.test>
S~ 450 4.7.1 1 messages an hour are sent: try again in * minutes (session *)
T: +61m
S~ 421 *
S!
S3~ 220 *
C3: EHLO client.example
S3~ 250-*
S3* 250-*
S3~ 250 *
C3: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S3~ 235 *
C3: MAIL FROM:<tim@example.test>
S3: 250 2.1.0 ok
# Who may not send at all hears so at the login.
A: tim@example.test login.submission=off
S2~ 220 *
C2: EHLO client.example
S2~ 250-*
S2* 250-*
S2~ 250 *
C2: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S2~ 525 5.7.13 submission is switched off for this account: ask your administrator (session *)
