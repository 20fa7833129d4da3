# pk-plugin(7), "A first plugin": what the manual's example says
S: hello
C: abc
S: short
C: abcdefghijkl
S: long
C: Quit
S! closed
