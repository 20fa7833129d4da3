#ifndef HOST_LISTENER_H
#define HOST_LISTENER_H

#include "front.h"
#include "options.h"

/*
 * A listening socket that the supervisor opened. Connections are accepted while there is a link to
 * the store and room for more; the others wait in the kernel's queue.
 */
struct listener_conf { /* of a listener between two reloads; lives as long as its sessions */
	struct arena arena;
	void *plugin; /* of configure() */
	struct listener_options options;
	unsigned users; /* sessions, and the listener itself */
	bool called_ready;
};

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
void listeners_close(struct front *f);

void listener_conf_drop(struct front *f, struct listener_conf *c); /* one user less */

#endif
