#ifndef IMAP_FILTER_H
#define IMAP_FILTER_H

#include "fetch.h"

/*
 * Takes the wanted fields out of a header that comes in pieces of any size: HEADER.FIELDS and
 * HEADER.FIELDS.NOT. The empty line at the end is always kept (RFC 3501 6.4.5); lines that are no
 * fields never. Zeroed memory with `section` set is ready.
 */
struct filter {
	const struct section *section;
	uint8_t at;      /* private: where in a line it is */
	bool keep;       /* the field at hand is wanted */
	bool field;      /* a field came before this line, which may continue it */
	uint32_t name_n; /* octets of its name so far */
	char name[FETCH_NAME_MAX + 2];
};

/* Appends what is kept of the piece. */
void filter_feed(struct filter *f, struct slice piece, struct buf *out);

#endif
