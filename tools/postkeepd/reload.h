#ifndef RELOAD_H
#define RELOAD_H

#include "children.h"

/*
 * Reads the configuration again and makes the running server be what it says: new listeners,
 * options and certificates for new sessions, while those that run go on. With an error in it, or a
 * socket that cannot be opened, nothing changes. Everything is logged: errors with file and line,
 * settings that only a restart can change, each change, and the result.
 */
struct reloaded {
	const char *result; /* "ok", "refused", "memory"; "stopping": none took place */
	size_t changes;
	struct buf said; /* lines: errors with file and line, and what stays as it was */
};

/* r: zeroed before; its `said` is to be freed. */
void reload(struct config *c, struct children *children, struct reloaded *r);

#endif
