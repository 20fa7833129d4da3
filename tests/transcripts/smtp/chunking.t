# RFC 3030 section 4.1 and 4.2: BDAT alone, pipelined, and with DATA behind it
U: ned@example.test secret
S~ 220 *
C: HELO cnri.reston.va.us
S~ 250 *
C: MAIL FROM:<Sam@bar.com>
S~ 250 2.1.0 *
C: RCPT TO:<Ned@example.test>
S~ 250 2.1.5 *
C: BDAT 19 LAST<0d><0a>To: Susan<0d><0a><0d><0a>text
S~ 250 2.0.0 stored as *
C: MAIL FROM:<Sam@bar.com>
S~ 250 2.1.0 *
C: RCPT TO:<Ned@example.test><0d><0a>BDAT 7<0d><0a>To: x<0d><0a>BDAT 4<0d><0a><0d><0a>
S~ 250 2.1.5 *
S~ 250 2.0.0 7 *
S~ 250 2.0.0 11 *
C: DATA
S~ 503 5.5.1 *
C: BDAT 0 LAST
S~ 250 2.0.0 stored as *
C: BDAT 6 LAST<0d><0a>QUIT
S~ 503 5.5.1 no valid recipients (session *)
C: QUIT
S~ 221 *
