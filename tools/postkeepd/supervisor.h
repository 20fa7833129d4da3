#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "broker.h"
#include "children.h"
#include "latch.h"
#include "measures.h"

/* What the files of the supervisor's loop share: starting.c, hearing.c, stopping.c, supervise.c. */
enum phase { STARTING, RUNNING, STOPPING_HOSTS, STOPPING_STORE, STOPPED };

struct supervisor {
	struct config *c;
	struct children children;
	struct latch *latches;
	struct broker broker;
	int board_writer, board_reader; /* -1: there is none */
	int successes;                  /* what a store leaves to the next; -1: nothing can be */
	struct measures measures;
	struct buf in;
	enum phase phase;
	bool reload_due;   /* SIGHUP came, or the store asked; it waits until all serve */
	bool reload_asked; /* the store waits for an answer */
	int signals, ready_fd, status;
	int64_t kill_ms; /* when what still runs in this stopping phase is killed */
	int64_t watchdog_ms,
		alive_ms; /* how often, and when next, the manager hears that it lives */
};

static inline bool stopping(const struct supervisor *s)
{
	return s->phase >= STOPPING_HOSTS;
}

static inline struct child *store_of(const struct supervisor *s)
{
	return children_store(&s->children);
}

/* starting.c */
int64_t sooner(int64_t wait, int64_t than); /* of two times to wait in ms; -1: for ever */
/* Starts who is due. Hosts wait for the first store to be ready. Returns ms to the next, or -1. */
int64_t start_due(struct supervisor *s);
void child_ready(struct supervisor *s, struct child *ch);
/* How many of those that are to stay serve. Returns whether all do. */
bool say_status(const struct supervisor *s);

/* hearing.c */
bool hear_child(struct supervisor *s, struct child *ch); /* false: it has nothing to say */
void hear_signal(struct supervisor *s);

/* stopping.c */
void stop_hosts(struct supervisor *s);
/* Goes on to the next phase of stopping when nothing is left of this one. */
void step_stop(struct supervisor *s);

#endif
