#ifndef MIME_ADDRESS_H
#define MIME_ADDRESS_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * Address lists of header fields: RFC 5322 3.4 and 4.4, RFC 6532, and what comes close. Nothing is
 * refused; what makes no sense is skipped. Time is linear, no recursion.
 *
 * IMAP's terms (RFC 9051 7.5.2), texts without quoting, comments and folds, still with encoded
 * words: name     the phrase before <...>; without one, the text of a comment behind route "@a,@b"
 * of an obsolete <@a,@b:x@y> mailbox  the local part host     the domain, or a literal with its
 * brackets Absent (p is NULL) and empty (n is 0) differ: name and route may be absent; mailbox and
 * host of an address never are, but may be empty: "jane" alone has host "", "<>" has both empty.
 */
enum mime_address_kind {
	MIME_ADDRESS,
	MIME_GROUP_START, /* mailbox is the group's name; IMAP writes (NIL NIL "name" NIL) */
	MIME_GROUP_END,   /* all absent: (NIL NIL NIL NIL) */
};

struct mime_address {
	enum mime_address_kind kind;
	struct slice name, route, mailbox, host;
};

/* The list must stay where it is until the parser is freed. The fields belong to the parser. */
struct address_parser {
	struct slice rest;
	struct buf text, comment;
	bool in_group;
};

/* `list` is a field's value, folded or not. */
void address_start(struct address_parser *p, struct slice list);
/* The next address or group marker. Its texts are valid until the next call. False: no more (or no
 * memory: p->text.failed). Groups always close, also where the list forgot to. */
[[nodiscard]] bool address_next(struct address_parser *p, struct mime_address *out);
void address_free(struct address_parser *p);

#endif
