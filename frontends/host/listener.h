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
/*
 * A client that is known: it is served, or refused when there are too many of its address. Takes
 * the descriptor; the caller's use of the configuration stays its own.
 */
struct client_ends;
void listener_admit(struct front *f, struct listener_conf *conf, int fd,
                    const struct client_ends *ends);
/* Why a client was sent away. conf: the listener's. */
void listener_refused(struct front *f, const struct listener_conf *conf,
                      const struct sockaddr_storage *from, const char *reason);
/* Starts or stops accepting on all, as the state of the front wants it. */
void listeners_update(struct front *f);
/* Closes the listener; its sessions go on. PK_ENOTFOUND: there is none of this name. */
enum pk_status listener_remove(struct front *f, struct slice name);
void listeners_close(struct front *f);

#endif
