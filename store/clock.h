#ifndef STORE_CLOCK_H
#define STORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct server;

/*
 * Whether the wall clock may be believed by what destroys by age (HAZARDS 135). A clock that jumps
 * is not: a wrong year would empty every vault. After a jump nothing is destroyed until the clock
 * is back where it was, or has gone on steadily for a day, so that somebody can notice; the log
 * says so. A jump while the store was down is seen as well: the file data/lock holds when it last
 * ran, as decimal milliseconds since 1970; who was down for more than a day waits as after a jump.
 * Loop thread.
 */
struct clock_guard {
	int64_t wall_ms, mono_ms; /* at the last tick */
	int64_t skew_ms;          /* how far the clock is from where it was believed */
	int64_t believe_ms;       /* on the monotonic clock: when it is believed again; 0: it is */
	int64_t saved_ms;         /* what data/lock says */
};

/* Between two ticks; what is less is adjustment. */
#define CLOCK_JUMP_MS   ((int64_t)10 * 60 * 1000)
#define CLOCK_ABSENT_MS ((int64_t)24 * 3600 * 1000)
#define CLOCK_DOUBT_MS  ((int64_t)24 * 3600 * 1000)

void clock_start(struct server *);    /* once data/lock is ours */
bool clock_believed(struct server *); /* at each tick */

#endif
