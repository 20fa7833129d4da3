# HAZARDS 9 (ALPACA): a browser is sent away before its second line is read
S~ 220 *
C: POST / HTTP/1.1<0d><0a>MAIL FROM:<a@x.example>
S~ 421 4.7.0 this is not a web server (session *)
S!
