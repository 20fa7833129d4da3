# RFC 5530 section 3: CONTACTADMIN, where the password is right and the login is not allowed
U: jane@example.test secret
A: jane@example.test login.imap=off
S~ * OK *
C: a LOGIN jane wrong
S: a NO [AUTHENTICATIONFAILED] Authentication failed
C: b LOGIN jane secret
S: b NO [CONTACTADMIN] The account is suspended, or IMAP is switched off for it: ask your administrator
A: jane@example.test login.imap=
A: jane@example.test suspended=on
C: c LOGIN jane secret
S: c NO [CONTACTADMIN] The account is suspended, or IMAP is switched off for it: ask your administrator
A: jane@example.test suspended=off
C: d LOGIN jane secret
S~ d OK *
