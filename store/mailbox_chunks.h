#ifndef STORE_MAILBOX_CHUNKS_H
#define STORE_MAILBOX_CHUNKS_H

#include "mailbox_handle.h"
#include "mailbox_uids.h"

/*
 * Long writes on an opened mailbox: chunk after chunk, each a transaction of its own, so that
 * nobody waits long for the writer. What a chunk finds out counts only when it is committed; it
 * may run more than once before that.
 */
#define CHUNK_FLAGS   10000 /* rows of a chunk that only changes flags: about 10 ms */
#define CHUNK_REMOVES 2000  /* and of one that moves rows */
#define CHUNK_LISTS   3

struct chunks {
	struct opened opened;
	struct uid_set set;
	struct uid_place done; /* committed so far */

	/* One chunk, inside its transaction: works on c->state from `place` on, at most `left`
	 * rows. */
	enum pk_status (*chunk)(struct call *, struct mailbox *);
	size_t rows; /* a chunk may take so many */
	/* After the last: the reply with rows of the lists, whose number is said by `lists`. If one
	 * fails, what those before it did is told first. */
	void (*reply)(struct call *, const struct pk_rows *lists);
	unsigned lists;

	/* Of the chunk under way. */
	struct uid_place place;
	size_t left;
	bool more;                            /* it stopped before the end of the set */
	struct range_rows found[CHUNK_LISTS]; /* rows of any kind */
	uint64_t was, modseq; /* of the mailbox, before and after; modseq 0: it changed nothing */

	/* Of all committed ones. */
	struct buf all[CHUNK_LISTS];
	struct slice unsent[CHUNK_LISTS];
	uint64_t before, last_modseq; /* likewise; before 0: others changed it in between */
	enum pk_status failed;        /* of the one after them */
};

/* Runs them; c->state begins with the struct chunks, filled in up to `lists`. Sets c->cleanup. */
void chunks_run(struct call *, struct chunks *);

/* For walks over the set: whether the next UID may still be taken; PK_ERETRY when not. */
enum pk_status chunks_take(struct chunks *, uint32_t uid);

/* Calls fn for what is present of the set, from the chunk's place on. fn may change the mailbox,
 * and returns PK_ERETRY, best through chunks_take, before it touches a message that shall wait. */
enum pk_status chunks_each(struct chunks *, struct mailbox *,
                           enum pk_status (*fn)(void *, uint32_t, const struct flag_entry *),
                           void *arg);

#endif
