#ifndef IMAP_KEYWORDS_H
#define IMAP_KEYWORDS_H

#include "parse.h"

#include <postkeep/buf.h>
#include <postkeep/messages.h>

/* The names of a mailbox's keyword bits, as the store tells them. Mostly there are few or none. */
struct keywords {
	struct buf names; /* each: u8 bit, u8 octets, the name */
};

void keywords_free(struct keywords *k);
/* Takes what the store tells; true if something was new. Names that are no atoms are left out:
 * they could not be sent (RFC 3501 section 9, flag-keyword). */
bool keywords_learn(struct keywords *k, struct pk_rows rows);
bool keywords_find(const struct keywords *k, struct slice name, unsigned *bit); /* in any case */

/* "(\Seen Work)". recent: \Recent is one of them. */
void flags_put(struct buf *out, const struct keywords *k, uint64_t flags, bool recent);
/* All that the mailbox has: for FLAGS, and with "\*", while it can have more, for PERMANENTFLAGS.
 */
void flags_put_all(struct buf *out, const struct keywords *k, bool star);

/* Flags as a command has them, RFC 3501 flag-list. Keywords are slices into the command, each
 * once. */
struct flag_args {
	uint64_t system;
	size_t keywords;
	bool too_many; /* more than any mailbox can have: NO [LIMIT] */
	struct slice keyword[PK_KEYWORDS_MAX];
};
bool parse_flag_list(struct parser *p, struct flag_args *out);   /* "(\Seen Work)" */
bool parse_store_flags(struct parser *p, struct flag_args *out); /* the same, or without () */

#endif
