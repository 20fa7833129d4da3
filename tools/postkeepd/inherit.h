#ifndef INHERIT_H
#define INHERIT_H

#include "config.h"

/*
 * What a service manager has for this process: listening sockets that it opened (socket activation,
 * sd_listen_fds(3)), and what it kept of the process before. They are descriptors 3 and up;
 * LISTEN_PID says for whom, LISTEN_FDS how many, LISTEN_FDNAMES what they are called.
 */
#define INHERIT_FIRST 3
#define INHERIT_MAX   256

struct inherited {
	char *names; /* allocated; the ones below point into it */
	struct inherited_fd {
		const char *name; /* "": none */
		int fd;           /* -1: a listener has it */
	} list[INHERIT_MAX];
	size_t n;
	int successes; /* KEPT_SUCCESSES (supervise.h), the caller's; -1: it was not kept */
};

/*
 * To be called before any descriptor is opened. Makes them close-on-exec and takes the variables
 * out of the environment. What is no listening stream socket is said and left out.
 */
void inherit_take(struct inherited *all);

/*
 * The socket for this listener: the one bound to its address and port, or path, else the one of its
 * name. -1: there is none. It is the caller's then.
 */
int inherit_find(struct inherited *all, const struct listener *l);

void inherit_drop(struct inherited *all); /* says and closes what nobody wanted */

#endif
