#ifndef STORE_MAILBOX_UIDS_H
#define STORE_MAILBOX_UIDS_H

#include "mailbox.h"

#include <postkeep/arena.h>

/* UIDs that a request names: ranges, ascending, apart from each other. */
struct uid_set {
	struct uid_range *ranges;
	size_t n;
};

/* From rows of REC(range), in any order, also overlapping. PK_EINVAL: a 0 or a range backwards. */
enum pk_status uid_set_get(struct arena *, struct pk_rows, struct uid_set *);
void uid_set_all(struct uid_set *, struct uid_range space[1]); /* of 1 to the last */

/* Where a walk through a set stands: the next UID to look at is in ranges[range]. */
struct uid_place {
	size_t range;
	uint64_t next; /* 0: at its beginning */
};
/* The rest of the range at hand; false at the end of the set. */
bool uid_set_rest(const struct uid_set *, const struct uid_place *, struct uid_range *rest);
/* All up to uid were done. */
void uid_set_pass(const struct uid_set *, struct uid_place *, uint32_t uid);

/* Gathers UIDs into rows of REC(range), joining what follows each other. Zeroed is empty. */
struct range_rows {
	struct buf rows;
	struct uid_range last;
};
void range_rows_add(struct range_rows *, uint32_t first, uint32_t last);
void range_rows_end(struct range_rows *); /* the last range is among the rows now */
void range_rows_free(struct range_rows *);

/*
 * Rows that were gathered whole and leave in frames of about CALL_ROWS_OCTETS. rows_take gives
 * the next ones and moves on.
 */
struct pk_rows rows_take(struct slice *left, size_t most);

#endif
