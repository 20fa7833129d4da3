# Issue 5: MAIL FROM and From belong to the login (RFC 6409 6.1, 6.3; HAZARDS 43)
U: tim@example.test tanstaaf
U: boss@example.test secret
O: errors=1000
S~ 220 *
C: EHLO client.example
S~ 250-*
S* 250-*
S~ 250 *
C: AUTH PLAIN AHRpbQB0YW5zdGFhZg==
S: 235 2.7.0 welcome
C: MAIL FROM:<boss@example.test>
S~ 553 5.7.1 this address is not yours* (session *)
C: MAIL FROM:<tim@example.com>
S~ 553 5.7.1 this address is not yours* (session *)
C: MAIL FROM:<nobody@example.test>
S~ 553 5.7.1 this address is not yours* (session *)
C: RCPT TO:<boss@example.test>
S~ 503 5.5.1 *
C: MAIL FROM:<TIM+work@Example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: Boss <boss@example.test>
C: 
C: I am he.
C: .
S~ 550 5.7.1 the sender in the header is not yours* (session *)
# Several senders: each must be one's own, in whatever field.
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: tim@example.test, boss@example.test
C: 
C: .
S~ 550 5.7.1 *
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: tim@example.test
C: Sender: boss@example.test
C: 
C: .
S~ 550 5.7.1 *
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: Resent-From: boss@example.test
C: From: tim@example.test
C: 
C: .
S~ 550 5.7.1 *
# A second From, spaces before its colon, a From behind a line that is no field.
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: tim@example.test
C: fRoM : boss@example.test
C: 
C: .
S~ 550 5.6.0 the header has two fields From* (session *)
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: tim@example.test
C: 
C: From: boss@example.test
C: .
S~ 250 2.0.0 stored as *
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: boss: tim@example.test;
C: 
C: .
S~ 550 5.6.0 From or Sender is not clear* (session *)
# The session is as good as before.
C: MAIL FROM:<tim@example.test>
C: RCPT TO:<boss@example.test>
C: DATA
S~ 250 *
S~ 250 *
S~ 354 *
C: From: "Boss (boss@example.test)" (not <boss@example.test>)
C:  <tim@example.test>
C: 
C: .
S~ 250 2.0.0 stored as *
