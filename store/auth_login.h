#ifndef STORE_AUTH_LOGIN_H
#define STORE_AUTH_LOGIN_H

#include "auth.h"
#include "auth_memory.h"

/* What auth.c and op_auth.c share: the process's memory of logins, and an exchange under way. */
struct auth_held { /* an answer that waits; in its call's arena */
	struct call *call;
	int64_t due_ms;
	void (*release)(struct call *);
	struct auth_held *next;
};

struct auths {
	struct auth_cache cache;
	struct auth_failures failures;
	struct buf dummy; /* a hash that nobody's password has, of the same price */
	struct auth_held *held, **held_last;
	struct auth_counts counts;
	int64_t looked_ms; /* for sessions that are too old */
};

struct auth { /* of a session, between the steps of one exchange */
	uint8_t step;
	const struct auth_mechanism *mechanism;
	struct buf user;
};

void auth_hold(struct server *, struct auth_held *);

#endif
