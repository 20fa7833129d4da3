#ifndef HOST_NETWORKS_H
#define HOST_NETWORKS_H

#include <postkeep/arena.h>
#include <postkeep/status.h>

#include <sys/socket.h>

/*
 * A set of addresses, given as text between spaces: addresses (127.0.0.1, ::1), prefixes
 * (10.0.0.0/8, fd00::/8), and the word `unix` for peers on unix sockets. An IPv4 address is the
 * same in its IPv6 form.
 */
struct networks {
	const struct network *list; /* in the arena */
	size_t n;
};

/* PK_EINVAL: *bad is the word that is none of these. */
enum pk_status networks_parse(struct arena *a, struct slice text, struct networks *all,
                              struct slice *bad);
bool networks_have(const struct networks *all, const struct sockaddr_storage *address);

#endif
