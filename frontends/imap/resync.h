#ifndef IMAP_RESYNC_H
#define IMAP_RESYNC_H

#include "imap.h"
#include "view.h"

/*
 * Tells a client that comes back what happened since a modseq: RFC 7162 3.2.5.1, 3.2.6. First what
 * vanished, as VANISHED (EARLIER); then, for SELECT, the flags that changed. Messages that the
 * client counts in this session never vanish that way: they are expunged before its eyes
 * (3.2.10).
 */
struct resync {
	uint64_t since;
	roaring_bitmap_t *known; /* the UIDs that the client asks about; owned */
	uint32_t agreed;         /* what vanished up to this UID the client knows (3.2.5.2) */
	bool flags;              /* tells FLAGS, too */
	imap_step *after;        /* when all is told, or: */
	enum pk_status status;   /* why it could not be */
	/* private */
	roaring_bitmap_t *vanished;
	roaring_uint32_iterator_t said; /* of it */
	bool telling;                   /* it is whole */
	bool all;                       /* flags of all messages are to be told */
};

/* Those of a set that the mailbox may have had so far; "*" has been resolved. NULL: no memory. */
roaring_bitmap_t *resync_known(const struct view *v, const struct seqset *set);

uint32_t resync(struct imap *s, struct resync *r); /* r stays where it is; wants */
void resync_free(struct resync *r);

#endif
