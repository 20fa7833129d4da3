#ifndef CHILD_H
#define CHILD_H

#include "config.h"

#include "ipc/control.h"

/*
 * One process that the supervisor keeps running: the store, or a host of a service. Between two
 * runs pid is 0 and start_ms says when the next begins.
 */
struct child {
	const struct service *service; /* NULL: the store */
	char name[80];                 /* "store", "imap/1" */
	pid_t pid;
	int control;      /* our end of its control socket; -1: none */
	bool ready;       /* it said so in this run */
	unsigned failed;  /* runs in a row that were short */
	int64_t began_ms; /* of this run */
	int64_t start_ms; /* of the next run; monotonic */
};

/* Starts the program of the child. False: it could not be; it was logged. */
bool child_start(struct child *ch, const struct config *c);

/* Sends what a host needs before it serves: its listeners and certificates. */
bool child_equip(struct child *ch, const struct config *c);

bool child_send(struct child *ch, enum control_kind kind, struct slice payload, int fd);

/* Makes a link: one end to the store, the other to the host. */
bool child_link(struct child *host, struct child *store);

bool child_drain(struct child *ch, unsigned seconds);

/* The process is gone; computes when it starts again. status: of waitpid. */
void child_gone(struct child *ch, int status, bool again);

int64_t child_now_ms(void); /* monotonic */

#endif
