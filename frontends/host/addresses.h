#ifndef HOST_ADDRESSES_H
#define HOST_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/socket.h>

/*
 * How many connections each address has now. An IPv6 address counts as its /64, an IPv4 address
 * as itself, in either form. Zeroed memory is valid; it grows with the addresses that are
 * connected, not with those that were.
 */
struct address;

struct addresses {
	struct address *table;
};

/* Counts one more. NULL: there are `most` already (0: no limit), or memory ran out. Sockets of
 * other families are one address. */
struct address *addresses_enter(struct addresses *all, const struct sockaddr_storage *from,
                                int64_t most);
void addresses_leave(struct addresses *all, struct address *a); /* accepts NULL */

/* The address as text, an IPv4 one in its own form; "unix" for other families, "-" for
 * none. */
void address_text(const struct sockaddr_storage *from, char *text, size_t size, uint16_t *port);

#endif
