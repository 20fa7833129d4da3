#ifndef STORE_MAILBOX_COPY_H
#define STORE_MAILBOX_COPY_H

#include "mailbox.h"

/*
 * Messages from one mailbox into another of the same account, or into the same one. Flags,
 * internaldate, guid, born and the sealed octets stay as they are, savedate is now. A copy gets a
 * docid of its own and counts a reference of the blobs; a moved message keeps its docid. Keywords
 * go by name; those for which the other mailbox has no room are left behind.
 */
struct copying {
	struct mailbox *from, *to; /* may be the same */
	bool move;
	uint8_t bits[64]; /* keyword bit of `from` -> bit of `to`; 0: not asked yet, 255: no room */
	uint64_t blob; /* references not counted yet: many copies of one body follow each other */
	int64_t refs;
};

enum pk_status copy_finish(struct copying *); /* before the mailboxes are saved */

/* Those present in [*next, last], ascending, at most `most`; told(arg, uid, new uid) for each.
 * *next is where to go on; above last: all were done. */
struct copy_told {
	enum pk_status (*told)(void *arg, uint32_t uid, uint32_t new_uid);
	void *arg;
};
enum pk_status copy_range(struct copying *, uint64_t *next, uint32_t last, size_t *most,
                          const struct copy_told *);

/* Flags of a message of `from` as they are in `to`. */
enum pk_status copy_flags(struct copying *, uint64_t flags, uint64_t *mapped);

enum pk_status mailbox_move_all(struct mailbox *from, struct mailbox *to);

#endif
