#ifndef METRICS_REQUEST_H
#define METRICS_REQUEST_H

#include <postkeep/slice.h>

/*
 * The one request that is read of a client (RFC 9112, and HTTP/1.0). It may come in any pieces;
 * what is behind its head is not looked at.
 */
#define REQUEST_MOST 4096 /* octets of a request line and its fields */

struct request {
	unsigned code; /* the answer's: 200, or what is wrong */
	bool head;     /* of a HEAD request: no body */
};

/* False: the head is not whole yet. */
bool request_parse(struct slice octets, struct request *);

#endif
