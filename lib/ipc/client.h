#ifndef IPC_CLIENT_H
#define IPC_CLIENT_H

#include "ipc/frame.h"

/*
 * A blocking client of the store for tools and tests: one request at a time over a connected
 * stream socket. Zeroed memory with fd set is ready for client_hello. Waits at most timeout_ms
 * for each frame (0: for ever).
 */
struct client {
	int fd;
	int timeout_ms;
	uint32_t session;      /* used in the heads of what is sent */
	uint64_t tag;          /* of the last request */
	uint64_t credit;       /* octets of bodies that may be sent now */
	struct buf in;         /* received; frames point into it */
	size_t used;           /* octets of in that the caller is done with */
	struct pk_error error; /* of the last failed reply; its slices point into `in` */
};

/* Connects to the unix stream socket. PK_EUNAVAILABLE: nobody listens there. */
enum pk_status client_connect(struct client *c, const char *path);
void client_close(struct client *c);

enum pk_status client_hello(struct client *c, const char *program, struct pk_hello_rep *rep);

/*
 * Sends a request and waits for its first reply frame. *more: others follow, take each with
 * client_more before the next request. reply is valid until the next call on this client. A reply
 * of failure is returned as its status, with c->error filled in.
 */
enum pk_status client_call(struct client *c, enum pk_op op, struct slice request,
                           struct slice *reply, bool *more);
enum pk_status client_more(struct client *c, struct slice *reply, bool *more);

/* Sends octets of a body of the session as data frames, waiting for credit. */
enum pk_status client_send_body(struct client *c, uint16_t stream, struct slice bytes);

#endif
