#ifndef HOST_DELIVER_H
#define HOST_DELIVER_H

#include <postkeep/plugin.h>

/*
 * Chooses what a session is told next (enum pk_want, enum pk_kind) and tells it, until it can take
 * nothing more or has used up its turn. Then the session is in the service's queue, to be settled.
 */
struct session;

/* What can happen, the most urgent first. */
enum deliver_source {
	DELIVER_STOP,
	DELIVER_LAYER,
	DELIVER_TIMER,
	DELIVER_REPLY,
	DELIVER_INPUT,
	DELIVER_AGAIN,
	DELIVER_NEWS,
	DELIVER_EOF,
	DELIVER_NOTHING
};

void deliver(struct session *s);

/* Whether the queue must give the session another turn although nothing new happens. */
bool deliver_more(const struct session *s);

/* What the plugin returned: checks it and does what is due now. */
void deliver_wants(struct session *s, uint32_t want);

/* A reply that waits for its session; bytes of a queued one are behind it. */
struct arrival {
	struct arrival *next;
	uint64_t tag;
	uint32_t wire, flags, counts;
	uint16_t status;
	bool lent; /* not allocated: bytes are the link's, until session_reply returns */
	struct slice bytes;
};

void arrival_free(struct session *s, struct arrival *a); /* and gives its credit back */

#endif
