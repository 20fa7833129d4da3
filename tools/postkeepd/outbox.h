#ifndef OUTBOX_H
#define OUTBOX_H

#include "config.h"

#include "ipc/control.h"

/*
 * What a child is still to be told, in order: its socket takes only so much, and a child that is
 * slow, or hangs, holds up nobody else. Certificates wait by reference and become a datagram when
 * they leave, so that thousands of them for many hosts cost no copies. Zeroed memory is empty.
 */
struct outbox {
	struct letter *first, *last;
	bool failed;      /* memory ran out: something is missing */
	int64_t moved_ms; /* monotonic: since when nothing leaves that waits; 0: nothing waits */
};

/* Takes the descriptor; -1: none. */
void outbox_put(struct outbox *o, enum control_kind kind, struct slice payload, int fd);
void outbox_put_certificate(struct outbox *o, struct certificate *c);

/*
 * Sends what the socket takes now, but no more than a turn's worth. PK_ERETRY: it is full; another
 * failure: it is of no use any more.
 */
enum pk_status outbox_send(struct outbox *o, int control, int64_t now_ms);

void outbox_clear(struct outbox *o);

#endif
