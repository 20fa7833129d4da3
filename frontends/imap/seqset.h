#ifndef IMAP_SEQSET_H
#define IMAP_SEQSET_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * Sequence sets (RFC 3501 section 9): "2,4:7,9,12:*", of message numbers or of UIDs. As ranges they
 * are ascending and neither touch nor overlap, whatever the client wrote: the work done for a set
 * is bounded by its text and by the mailbox, never by the numbers in it.
 */
struct set_range {
	uint32_t first, last; /* both included; 1 or more */
};

struct seqset {
	struct buf ranges; /* struct set_range each */
	bool star;         /* "*" was in it */
	uint32_t highest;  /* the largest number that was written; 0: only "*" */
};

/* "*" means `star`, the largest number in use; ranges are kept as they are if it is 0. PK_EPROTO:
 * not a sequence set. PK_ENOMEM. The caller frees the set in either case. */
enum pk_status seqset_parse(struct slice text, uint32_t star, struct seqset *out);
void seqset_free(struct seqset *s);

size_t seqset_count(const struct seqset *s); /* of ranges */
const struct set_range *seqset_at(const struct seqset *s, size_t i);

#endif
