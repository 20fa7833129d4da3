#ifndef HOST_TIMERS_H
#define HOST_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Deadlines of many sessions in one heap, the next on top. Zeroed memory is a valid empty heap.
 * `owner` is embedded in whoever waits, so that setting and taking away never searches.
 */
struct timer {
	int64_t at_ms;  /* monotonic */
	uint32_t place; /* in the heap, from 1; 0: not in it */
};

struct timers {
	struct timer **heap; /* heap[0] is unused */
	uint32_t n, cap;
};

/* False: out of memory, the timer is not set. */
[[nodiscard]] bool timers_set(struct timers *t, struct timer *timer, int64_t at_ms);
void timers_unset(struct timers *t, struct timer *timer);
struct timer *timers_first(const struct timers *t); /* NULL: none */
void timers_free(struct timers *t);

#endif
