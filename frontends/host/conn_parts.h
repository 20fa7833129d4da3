#ifndef HOST_CONN_PARTS_H
#define HOST_CONN_PARTS_H

#include "conn.h"
#include "session.h"
#include "stream.h"

/* What conn.c and conn_io.c share; nobody else needs it. */
struct conn {
	uv_poll_t poll;
	struct front *front;
	struct conn *next, **prev; /* in front->conns, or among the lingering */
	struct session *session;   /* NULL: it is over, the rest is lingering */
	struct listener_conf *conf;
	struct address *address;
	struct stream stream;
	const char *why; /* it was closed; for the log */
	int64_t began_ms, linger_ms;
	int watched; /* events the poll is set to */
	bool shaking, blocked, broken, more, lingering;
	bool secure;                /* TLS is up */
	uint64_t told_in, told_out; /* octets of the stream that were counted */
};

/* What is counted: it has a session; TLS is up, or is not to be; what went through since; the end.
 */
void conn_counts_begin(const struct conn *c);
void conn_counts_secure(struct conn *c);
void conn_counts_insecure(const struct conn *c);
void conn_counts_octets(struct conn *c);
void conn_counts_end(struct conn *c);

/* Sets what the socket is watched for. */
void conn_watch(struct conn *c, int events);

/* The connection and its session go at once. */
void conn_close(struct conn *c);
/*
 * A socket that is closed with unread octets in it resets the connection, and the client loses
 * what was sent to it last. So those are read first, for a short while, after the session is gone.
 */
void conn_linger(struct conn *c);
void conn_read_nothing(struct conn *c); /* while it lingers */

#endif
