#ifndef STORE_AUTH_QUEUE_H
#define STORE_AUTH_QUEUE_H

#include "auth_failures.h"
#include "pool.h"

#include <stdint.h>

/*
 * The way to the threads that hash passwords. Hashes are few a second and each takes megabytes, so
 * at most one a thread is under way (HAZARDS 18); the others wait in lanes, those who are known
 * first, and for AUTH_QUEUE_MS at most. Loop thread.
 */
#define AUTH_QUEUE_MS  5000
#define AUTH_LANE_MOST 1024 /* waiting in one lane */

struct auth_ticket {
	struct job job; /* first; run is the caller's: on a thread */
	void (*done)(struct auth_ticket *, bool in_time); /* on the loop thread; false:
	                                                     it never ran */
	const bool *gone;                                 /* set: nobody waits for it any more */
	int64_t due_ms;
	struct auth_queue *queue;
	struct auth_ticket *next;
};

struct auth_queue {
	struct pool *pool;
	unsigned slots, running;
	struct {
		struct auth_ticket *first, **last;
		unsigned n;
	} lanes[AUTH_SUSPECT + 1];
};

/* PK_ENOMEM. threads 0: jobs run in the loop. */
enum pk_status auth_queue_open(struct auth_queue *, struct loop *, unsigned threads);
/* False: too many wait; done will not be called. */
bool auth_queue_put(struct auth_queue *, enum auth_lane, struct auth_ticket *, int64_t now_ms);
void auth_queue_tick(struct auth_queue *, int64_t now_ms); /* ends those whose time is over */
/* Ends all that wait, and the threads. The loop has been turned until nothing runs. */
void auth_queue_close(struct auth_queue *);

#endif
