# RFC 3030 section 3 and 4.2: BINARYMIME by BDAT alone; the header is made of lines all the same
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
C: MAIL FROM:<ned@ymir.example> BODY=BINARYMIME
C: RCPT TO:<jane@example.test>
C: DATA
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S~ 503 5.5.1 a binary message comes by BDAT (session *)
C: RSET
S~ 250 *
C: MAIL FROM:<ned@ymir.example> BODY=binarymime
C: RCPT TO:<jane@example.test>
C. BDAT 79<0d0a>To: jane@example.test<0d0a>MIME-Version: 1.0<0d0a>Content-Transfer-Encoding: binary<0d0a0d0a>
C. BDAT 8 LAST<0d0a><00>a<0a0d0d>b<00ff>
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S: 250 2.0.0 79 octets so far
S~ 250 2.0.0 stored as *
# No NUL, no lone LF or CR in the header.
C: MAIL FROM:<ned@ymir.example> BODY=BINARYMIME
C: RCPT TO:<jane@example.test>
C. BDAT 12 LAST<0d0a>To: x<00>y<0d0a0d0a>z
S~ 250 *
S~ 250 *
S~ 550 5.6.0 the message has a NUL (session *)
C: MAIL FROM:<ned@ymir.example> BODY=BINARYMIME
C: RCPT TO:<jane@example.test>
C. BDAT 12 LAST<0d0a>To: x<0a>y<0d0a0d0a>z
S~ 250 *
S~ 250 *
S~ 550 5.6.0 a CR or LF stands alone: lines end in CRLF (session *)
# What is not announced as binary is not.
C: MAIL FROM:<ned@ymir.example> BODY=8BITMIME
C: RCPT TO:<jane@example.test>
C. BDAT 12 LAST<0d0a>To: x<0d0a0d0a>z<00>y
S~ 250 *
S~ 250 *
S~ 550 5.6.0 the message has a NUL (session *)
C: MAIL FROM:<ned@ymir.example> BODY=OCTETS
S~ 501 5.5.4 BODY is 7BIT, 8BITMIME or BINARYMIME (session *)
