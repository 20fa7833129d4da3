# HAZARDS 110: a login within a minute; then as for everybody five minutes for a command
U: jane@example.test secret
O: login_ms=60s
S~ 220 *
C. E
T: +59s
C. H
T: +1s
S~ 421 4.4.2 this takes too long (session *)
S!
S2~ 220 *
C2: EHLO x.example
S2~ 250-*
S2* 250-*
S2~ 250 *
C2: AUTH PLAIN
S2~ 334 *
T: +30s
C2. A
T: +30s
S2~ 421 4.4.2 this takes too long (session *)
S2!
S3~ 220 *
C3: EHLO x.example
S3~ 250-*
S3* 250-*
S3~ 250 *
C3: AUTH PLAIN AGphbmVAZXhhbXBsZS50ZXN0AHNlY3JldA==
S3~ 235 *
T: +299s
C3. M
T: +1s
S3~ 421 4.4.2 this takes too long (session *)
S3!
