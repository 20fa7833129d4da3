#ifndef STORE_ARRIVALS_H
#define STORE_ARRIVALS_H

#include "call.h"
#include "message_new.h"
#include "sent_copy.h"

/*
 * The messages of a request (append, stage) with their bodies, until they can be stored: rows are
 * sealed by a worker, bodies finished by ingest. Loop thread.
 */
#define ARRIVALS_MAX 128 /* of a request: a session has no more bodies */

struct arrival {
	struct call *call;
	struct pk_new_message q;
	struct ingest *body;
	struct message_source source;
	struct message_draft draft;
	struct sent_id sent;
};

struct arrivals {
	struct arrival *of;
	size_t n;
	uint64_t octets; /* of all bodies */
	size_t waiting;  /* bodies that are not ready, and one for the loop that ends them */
	enum pk_status status;
	void (*then)(struct call *);
};

/*
 * Takes them from the session, whatever becomes of them; then(c) when all are sealed and whole,
 * else the call is answered. c->state begins with the struct, zeroed. st: what is wrong already.
 */
void arrivals_begin(struct call *c, struct pk_rows rows, enum pk_status st,
                    void (*then)(struct call *));
void arrivals_free(struct arrivals *);

#endif
