#ifndef LATCH_H
#define LATCH_H

#include <postkeep/buf.h>

/* What a volume's failed sync left behind: told to every store that starts, until it is resumed. */
struct latch {
	struct buf record; /* the ctl_latch */
	struct slice volume;
	struct latch *next;
};

/* Takes a ctl_latch of the store. One without a reason lifts the one of the volume. */
void latch_take(struct latch **all, struct slice record);
struct outbox;
void latch_tell(const struct latch *all, struct outbox *to);
void latch_free(struct latch **all);

#endif
