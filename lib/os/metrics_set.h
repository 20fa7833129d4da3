#ifndef OS_METRICS_SET_H
#define OS_METRICS_SET_H

#include "ipc/control.h"
#include "os/metrics.h"

/* The pages that a process was given (CONTROL_METRICS). They stay as long as it runs. */
struct metrics_page {
	enum metrics_kind kind;
	char name[80]; /* of the process, service or volume; "" where there is but one */
	struct metrics *cells;
};

struct metrics_set {
	struct metrics_page *pages;
	size_t count;
	bool to_write;
};

/* Takes the descriptor. False: it was no page, or memory ran out; then nothing is counted there. */
bool metrics_set_take(struct metrics_set *, const struct control *);

/* NULL: there is none. */
struct metrics *metrics_set_find(const struct metrics_set *, enum metrics_kind, const char *name);
void metrics_set_free(struct metrics_set *);

#endif
