#ifndef HOST_LISTENER_H
#define HOST_LISTENER_H

#include "front.h"
#include "listener_conf.h"

/*
 * A listening socket that the supervisor opened. Connections are accepted while there is a link to
 * the store and room for more; the others wait in the kernel's queue.
 */
struct listener {
	struct front *front;
	struct listener *next;
	char *name;
	int fd;
	uint8_t tls; /* enum pk_listener_tls */
	struct listener_conf *conf;
	uv_poll_t poll;
	bool accepting;
};

/*
 * Adds a listener, or gives the one of this name a new configuration and socket. Takes the
 * descriptor. PK_EINVAL: the configuration was refused and `why` says so; an old one stays.
 */
enum pk_status listener_set(struct front *f, const struct pk_ctl_listener *from, int fd, char *why,
                            size_t why_size);
/* Starts or stops accepting on all, as the state of the front wants it. */
void listeners_update(struct front *f);
/* Closes the listener; its sessions go on. PK_ENOTFOUND: there is none of this name. */
enum pk_status listener_remove(struct front *f, struct slice name);
void listeners_close(struct front *f);

#endif
