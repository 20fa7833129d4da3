#ifndef IMAP_SELECT_ARGS_H
#define IMAP_SELECT_ARGS_H

#include "imap.h"
#include "resync.h"

/* Parameters of SELECT and EXAMINE: RFC 4466 2.1, RFC 7162 3.1.8 and 3.2.5. */
struct select_args {
	bool condstore;
	bool qresync;
	uint32_t uidvalidity; /* what the client knows of the mailbox */
	uint64_t modseq;
	bool some;                   /* only of the UIDs in `known` */
	struct seqset known;         /* UIDs */
	struct seqset numbers, uids; /* of some messages: as many of one as of the other */
};

/* " (parameters)", if there are any, to the end of the command. Free them in either case. */
bool parse_select_args(const struct imap *s, struct parser *p, struct select_args *out);
void select_args_free(struct select_args *a);

/* Fills r from what the client knows, as the view is now. False: out of memory. */
bool select_resync(const struct select_args *a, const struct view *v, struct resync *r);

#endif
