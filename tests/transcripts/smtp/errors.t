# HAZARDS 54: an error is answered, many are answered slowly, more end it
O: errors=4
S~ 220 *
C: X
C: X
S~ 500 5.5.1 unknown command (session *)
S~ 500 5.5.1 unknown command (session *)
C: X
S~ 500 5.5.1 unknown command (session *)
C: X
T: +500ms
T: +600ms
S~ 500 5.5.1 unknown command (session *)
S~ 421 4.7.0 too many errors (session *)
S!
