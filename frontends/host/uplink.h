#ifndef HOST_UPLINK_H
#define HOST_UPLINK_H

#include "front.h"
#include "link.h"

/* The socket of a link to the store. It goes when the store does and its last session has left. */
struct uplink {
	struct front *front;
	struct uplink *next;
	struct link *link;
	uv_poll_t poll;
	int fd;
	bool writing; /* waits until the socket takes more */
	bool closed;
};

#define UPLINK_SPREAD_MS 30000 /* over which the sessions of a lost store are told */

enum pk_status uplink_add(struct front *f, int fd); /* takes the descriptor */
struct link *uplink_choose(struct front *f);        /* for a new session; NULL: none is up */
void uplinks_flush(struct front *f);                /* writes; lets go of those that are over */
void uplinks_close(struct front *f);

#endif
