#ifndef IMAP_STATUS_ITEMS_H
#define IMAP_STATUS_ITEMS_H

#include "imap.h"

/* The items of STATUS (RFC 3501 6.3.10 and extensions), as bits. */

/* "(" item *(SP item) ")"; false: p->error is set. */
bool parse_status_items(const struct imap *s, struct parser *p, unsigned *items);
/* Who asks for HIGHESTMODSEQ knows of modseqs from here on: RFC 7162 3.1. */
void status_enables(struct imap *s, unsigned items);
uint32_t status_want(unsigned items); /* of the store: enum pk_count_want */
void put_status(struct imap *s, struct slice name, unsigned items, const struct pk_status_rep *r);

#endif
