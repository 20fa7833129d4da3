#ifndef OS_SPAWN_H
#define OS_SPAWN_H

#include "os/priv.h"

#include <postkeep/status.h>

#include <stddef.h>
#include <sys/types.h>

/*
 * Starts a program with nothing in its environment but JOURNAL_STREAM, where there is one
 * (logfile.h), default signals and no descriptors but these: 0 is /dev/null, 1 and 2 are `log`,
 * fds[0] becomes 3, fds[1] becomes 4, and so on. It has a session of its own, so that signals of a
 * terminal do not reach it. It is killed when the process that started it dies, however that dies.
 */
struct spawn {
	const char *path;
	const char *const *argv; /* ends with NULL; argv[0] is the name */
	const int *fds;
	size_t count; /* of fds; at most SPAWN_FDS */
	int log;
	const struct priv_user *user; /* NULL: the one of this process */
};

#define SPAWN_FIRST_FD 3
#define SPAWN_FDS      8

/* PK_EUNAVAILABLE: it could not be started, errno says why. */
enum pk_status spawn_start(const struct spawn *s, pid_t *pid);

#endif
