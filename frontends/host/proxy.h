#ifndef HOST_PROXY_H
#define HOST_PROXY_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

#include <sys/socket.h>

/*
 * The header by which a proxy says whose connection it hands on: the PROXY protocol of HAProxy
 * (proxy-protocol.txt), version 1 (section 2.1, a line of text) and version 2 (section 2.2,
 * binary).
 */
#define PROXY_HEADER_MAX 4096u /* octets; more than addresses and their TLVs ever need */

struct proxy_header {
	size_t octets; /* of the header; what follows is the client's */
	bool known;    /* the addresses below are given; else the real ones count */
	struct sockaddr_storage from, to;
};

/*
 * PK_OK: bytes begins with a whole header. PK_ERETRY: it is the beginning of one; all of it belongs
 * to the header. PK_EPROTO: it is neither.
 */
enum pk_status proxy_parse(struct slice bytes, struct proxy_header *h);

#endif
