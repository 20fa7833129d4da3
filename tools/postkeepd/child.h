#ifndef CHILD_H
#define CHILD_H

#include "outbox.h"

#include "os/metrics.h"
#include "os/proc.h"

enum child_kind {
	CHILD_STORE,   /* pkstored(8), the first of all */
	CHILD_HOST,    /* pkfrontd(8) */
	CHILD_METRICS, /* pkmetrics(8) */
};

#define STORE_NAME "store"

/*
 * One process that the supervisor keeps running: the store, or a host of a service. Between two
 * runs pid is 0 and start_ms says when the next begins.
 */
struct child {
	struct child *next;
	const struct service
		*service; /* of the configuration in use; NULL: no host, or it leaves */
	char name[80];    /* "store", "imap/1", "metrics" */
	enum child_kind kind;
	bool remote;  /* the store of another supervisor: remote.h; pid is 0, control goes to it */
	bool awaits;  /* a host that starts when its link has come */
	bool leaving; /* told to drain, and not started again */
	pid_t pid;
	int control;            /* our end of its control socket; -1: none */
	struct outbox out;      /* what it is to be told */
	bool ready;             /* it said so in this run */
	unsigned failed;        /* runs in a row that were short */
	int64_t began_ms;       /* of this run */
	int64_t start_ms;       /* of the next run; monotonic */
	int64_t kill_ms;        /* while it leaves: when it is killed */
	struct metrics *counts; /* what the supervisor counts of it; NULL: nothing yet */
	struct proc proc;
	int64_t cpu_before_ns; /* processor time of the runs before */
};

/* Starts the program of the child. False: it could not be; it was logged. */
bool child_start(struct child *ch, const struct config *c);

/* Tells a host what it needs before it serves: its listeners and certificates. */
void child_equip(struct child *ch, const struct config *c);

/*
 * Sends of what it is to be told (tell.h) what its socket takes now. A child that does not listen
 * to its supervisor is of no use: it is ended and started anew. Returns ms to when it is too late;
 * -1: nothing waits, or it may take its time.
 */
int64_t child_send(struct child *ch, int64_t now_ms);

/* Whether there is somebody to talk to. */
bool child_runs(const struct child *ch);

/*
 * Makes a link: one end to the store, the other to the host. It may do what its service does, and
 * is called like its host. Where the store is another supervisor's it is asked for, and comes
 * later.
 */
bool child_link(struct child *host, struct child *store);

/* One end goes to the store, the other, with the record that tells of it, to somebody else. */
bool child_make_link(struct child *store, const struct service *s, const char *name,
                     struct outbox *to);

/* The process is gone; computes when it starts again. status: of waitpid. */
void child_gone(struct child *ch, int status, bool again);

/* When it starts again, of short runs in a row later and later. Returns in how many ms. */
int64_t child_wait(struct child *ch, int64_t at_most_ms);

int64_t child_now_ms(void); /* monotonic */

#endif
