# What sample.so of ABI 1.3 says, as it said it when 1.3 was released
U: jane@example.test secret
O: word=other
O: number=64k
O: certificate=yes
O: tls=starttls
S: sample
C: WHO
S: sample other client 65536
S: bound 0
C: ECHO one
C: ECHO two words
S: one
S: two words
C: nothing
S: what?
C: LINES 3
S: line 1
S: line 2
S: line 3
C: LINES 5000
S~ line 1
S* line *
C: ECHO after many lines
S: after many lines
C. TAKE 6<0d0a>abcdef
S: sum 597
C: TAKE 70000
S: no
C. REST 10<0d0a>0123456789
S: sum 525
C: AGAIN 5
S: again 5
C: LATER 3000
T: +3s
S: rang
C: RANDOM
S: random
C: MEMORY 100000
S: memory 100000
C: UNREAD
S: log in first
C: PROVEN
S: proven 0
C: UNCHANGED
S: unchanged 0
C: CIPHER
S: cipher 0
C: STARTTLS
S: begin
S: tls
C: CIPHER
S: cipher 1
C: PROVEN
S: proven 1
C: LOGIN jane@example.test wrong
S~ failed *
C: LOGIN jane@example.test secret
S: done
C: WHO
S: sample other client 65536
S: bound 1
C: UNREAD
S: 0 unread
C: KEEP first
S: done
C: UNREAD
S: 1 unread
C: WATCH
S: 1 unread
S2: sample
C2: LOGIN jane@example.test secret
S2: done
C2: KEEP second
S2: done
S: 2 unread
C: x
S: enough
I: EIO
C: KEEP third
S: failed 17
E2: drain
S2: stop 4
S2! closed
C: QUIT
S: bye
S! closed
