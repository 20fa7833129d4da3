#ifndef IMAP_THREAD_SAY_H
#define IMAP_THREAD_SAY_H

#include "imap.h"
#include "thread.h"

/* Where the telling of trees is: RFC 5256 section 5, thread-list. No recursion. */
struct thread_say {
	const struct threads *threads;
	uint32_t at;  /* THREAD_NONE: all is told */
	bool closing; /* it and all below it has been told */
};

/* Tells what there is room for, at most so many nodes. False: it is to be called again. */
bool thread_say(struct imap *s, struct thread_say *y, uint32_t steps);

#endif
