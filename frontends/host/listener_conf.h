#ifndef HOST_LISTENER_CONF_H
#define HOST_LISTENER_CONF_H

#include "options.h"

/*
 * What a listener was configured with between two reloads: the values of its options and what the
 * plugin made of them. It lives as long as a session that began with it.
 */
struct listener_conf {
	const struct pk_plugin *owner;
	struct arena arena;
	struct slice name;           /* the listener's, in the arena */
	uint8_t tls;                 /* enum pk_listener_tls */
	void *plugin;                /* of configure() */
	struct client_ca *client_ca; /* NULL: no client is asked for a certificate */
	struct listener_options options;
	unsigned users; /* sessions, and the listener itself */
};

/* One user has it, the caller. NULL: refused, `why` says so. */
struct listener_conf *listener_conf_new(const struct pk_plugin *plugin,
                                        const struct pk_ctl_listener *from, char *why,
                                        size_t why_size);
void listener_conf_drop(struct listener_conf *c); /* one user less; NULL is none */

#endif
