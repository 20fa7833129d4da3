# The extensions of few words: RFC 2971 ID, RFC 4959 SASL-IR, RFC 5161 ENABLE, RFC 2342 NAMESPACE,
# RFC 2177 IDLE, RFC 3691 UNSELECT, RFC 4315 UIDPLUS, RFC 7889 APPENDLIMIT
U: fred@example.test foo
S~ * OK [CAPABILITY * ID *] *
# RFC 2971 section 3: in any state, all fields or none; 3.3: what is too much
C: a1 ID ("name" "sodr" "version" "19.34" "vendor" "Pink Floyd Music Limited")
S: * ID ("name" "Postkeep")
S: a1 OK ID completed
C: a2 id nil
S: * ID ("name" "Postkeep")
S: a2 OK ID completed
C: a3 ID ("os" NIL {4+}
C: name "x")
S: * ID ("name" "Postkeep")
S: a3 OK ID completed
C: a4 ID ()
S: * ID ("name" "Postkeep")
S: a4 OK ID completed
C: a5 ID ("f0" "v" "f1" "v" "f2" "v" "f3" "v" "f4" "v" "f5" "v" "f6" "v" "f7" "v" "f8" "v" "f9" "v" "f10" "v" "f11" "v" "f12" "v" "f13" "v" "f14" "v" "f15" "v" "f16" "v" "f17" "v" "f18" "v" "f19" "v" "f20" "v" "f21" "v" "f22" "v" "f23" "v" "f24" "v" "f25" "v" "f26" "v" "f27" "v" "f28" "v" "f29" "v")
S: * ID ("name" "Postkeep")
S: a5 OK ID completed
C: a6 ID ("f0" "v" "f1" "v" "f2" "v" "f3" "v" "f4" "v" "f5" "v" "f6" "v" "f7" "v" "f8" "v" "f9" "v" "f10" "v" "f11" "v" "f12" "v" "f13" "v" "f14" "v" "f15" "v" "f16" "v" "f17" "v" "f18" "v" "f19" "v" "f20" "v" "f21" "v" "f22" "v" "f23" "v" "f24" "v" "f25" "v" "f26" "v" "f27" "v" "f28" "v" "f29" "v" "f30" "v")
S: a6 BAD Too many fields
C: a7 ID ("123456789012345678901234567890" "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv")
S: * ID ("name" "Postkeep")
S: a7 OK ID completed
C: a8 ID ("1234567890123456789012345678901" "v")
S: a8 BAD A field is too long
C: a9 ID ("name" "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv")
S: a9 BAD A field is too long
C: b1 ID ("name")
S~ b1 BAD *
C: b2 ID (NIL "v")
S~ b2 BAD *
C: b3 ID
S~ b3 BAD *
# RFC 4959 section 3
C: c1 AUTHENTICATE PLAIN AGZyZWRAZXhhbXBsZS50ZXN0AGZvbw==
S: c1 OK [CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ENABLE ID NAMESPACE CHILDREN LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX METADATA-SERVER UIDPLUS UNSELECT IDLE MOVE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN SORT SORT=DISPLAY THREAD=ORDEREDSUBJECT THREAD=REFERENCES OBJECTID SAVEDATE MULTIAPPEND BINARY PREVIEW UTF8=ACCEPT APPENDLIMIT=67108864] Logged in
# RFC 5161 3.1: ENABLE does not change what there is
C: d1 CAPABILITY
S: * CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ENABLE ID NAMESPACE CHILDREN LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX METADATA-SERVER UIDPLUS UNSELECT IDLE MOVE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN SORT SORT=DISPLAY THREAD=ORDEREDSUBJECT THREAD=REFERENCES OBJECTID SAVEDATE MULTIAPPEND BINARY PREVIEW UTF8=ACCEPT APPENDLIMIT=67108864
S: d1 OK CAPABILITY completed
C: d2 ENABLE CONDSTORE X-GOOD-IDEA
S: * ENABLED CONDSTORE
S: d2 OK ENABLE completed
C: d3 ENABLE IDLE SORT UTF8=ONLY IMAP4rev1
S: * ENABLED
S: d3 OK ENABLE completed
C: d4 ENABLE QRESYNC UTF8=ACCEPT IMAP4rev2 CONDSTORE
S: * ENABLED QRESYNC UTF8=ACCEPT IMAP4rev2
S: d4 OK ENABLE completed
C: d5 CAPABILITY
S: * CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ENABLE ID NAMESPACE CHILDREN LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX METADATA-SERVER UIDPLUS UNSELECT IDLE MOVE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN SORT SORT=DISPLAY THREAD=ORDEREDSUBJECT THREAD=REFERENCES OBJECTID SAVEDATE MULTIAPPEND BINARY PREVIEW UTF8=ACCEPT APPENDLIMIT=67108864
S: d5 OK CAPABILITY completed
C: d6 ENABLE "IDLE"
S~ d6 BAD *
# RFC 2342 section 5
C: e1 NAMESPACE
S: * NAMESPACE (("" "/")) NIL NIL
S: e1 OK NAMESPACE completed
C: e2 NAMESPACE ""
S: e2 BAD Too many arguments
# RFC 2177 section 3, without a mailbox
C: f1 IDLE
S: + idling
C: DONE
S: f1 OK IDLE completed
# RFC 7889 3.1, 3.2
C: g1 STATUS INBOX (APPENDLIMIT)
S: * STATUS INBOX (APPENDLIMIT 67108864)
S: g1 OK STATUS completed
C: g2 LIST "" (INBOX Sent) RETURN (STATUS (APPENDLIMIT))
S: * LIST (\HasNoChildren) "/" INBOX
S: * STATUS INBOX (APPENDLIMIT 67108864)
S: * LIST (\HasNoChildren \Sent) "/" Sent
S: * STATUS Sent (APPENDLIMIT 67108864)
S: g2 OK LIST completed
C: g3 APPEND INBOX UTF8 (~{67108865}
S: g3 NO [TOOBIG] Message is too big
# RFC 4315 section 3
C: h1 CREATE meeting
S~ h1 OK *
C: h2 APPEND INBOX {2+}
C: a
C: h3 APPEND INBOX {2+}
C: b
C: h4 APPEND INBOX {2+}
C: c
C: h5 APPEND INBOX {2+}
C: d
S~ h2 OK [APPENDUID * 1] *
S~ h3 OK [APPENDUID * 2] *
S~ h4 OK [APPENDUID * 3] *
S~ h5 OK [APPENDUID * 4] *
C: h6 SELECT INBOX
S~ * FLAGS *
S~ * OK [PERMANENTFLAGS *
S: * 4 EXISTS
S~ * OK [UIDVALIDITY *
S~ * OK [UIDNEXT 5] *
S~ * OK [HIGHESTMODSEQ *
S~ * OK [MAILBOXID *
S~ * LIST *
S~ h6 OK *
C: h7 STORE 2 +FLAGS.SILENT (\Deleted)
S: * 2 FETCH (UID 2 MODSEQ (7))
S: h7 OK STORE completed
C: h8 UID EXPUNGE 1,3:4
S: h8 OK UID EXPUNGE completed
C: h9 UID EXPUNGE 2:3
S: * VANISHED 2
S: h9 OK [HIGHESTMODSEQ 8] UID EXPUNGE completed
C: A004 COPY 1:3 meeting
S~ A004 OK [COPYUID * 1,3:4 1:3] Copied
C: A005 UID COPY 305:310 meeting
S: A005 OK UID COPY completed
# RFC 3691 section 2: nothing is expunged
C: i1 STORE 1 +FLAGS (\Deleted)
S: * 1 FETCH (UID 1 FLAGS (\Deleted) MODSEQ (10))
S: i1 OK STORE completed
C: i2 ID NIL
S: * ID ("name" "Postkeep")
S: i2 OK ID completed
C: i3 UNSELECT
S: i3 OK UNSELECT completed
C: i4 UNSELECT
S: i4 BAD No mailbox is selected
C: i5 STATUS INBOX (MESSAGES DELETED HIGHESTMODSEQ)
S: * STATUS INBOX (MESSAGES 3 DELETED 1 HIGHESTMODSEQ 10)
S: i5 OK STATUS completed
