#ifndef COUNTS_H
#define COUNTS_H

#include "outbox.h"

#include "os/metrics.h"

/*
 * The pages in which the processes count (os/metrics.h). There is one for each kind and name of a
 * process that counts there; it stays when that ends, and the next one of its name goes on with it.
 */
struct counts {
	struct counted *first;
};

/* Makes it when it is not there. owner: the name of the child that counts, "" : this process. NULL:
 * it cannot be made, which was logged; nothing is counted there. */
struct counted_as {
	enum metrics_kind kind;
	const char *name, *owner;
};
struct metrics *counts_page(struct counts *, const struct counted_as *);

/* Tells a child of the pages that it counts in and has not got; again: it is a new one. */
void counts_give(struct counts *, const char *owner, struct outbox *, bool again);
/* Likewise of all pages, for reading. */
void counts_show(struct counts *, struct outbox *, bool again);

void counts_rest(struct counts *, const char *owner); /* that process has ended */
void counts_free(struct counts *);

#endif
