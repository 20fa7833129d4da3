#ifndef METRICS_SERVE_H
#define METRICS_SERVE_H

#include "os/metrics_set.h"

#include <postkeep/buf.h>

#include <poll.h>

/*
 * The clients that ask for the metrics: few, each with one request and little time. One more than
 * there is room for takes the place of the one that came first, so that none can keep others out.
 */
#define CLIENTS_MOST 16
#define CLIENT_MS    5000 /* from its connection to the end of its answer */

struct client {
	int fd; /* -1: nobody */
	int64_t late_ms;
	struct buf in, out;
	size_t sent;
	bool answered; /* `out` is what it gets; what still comes is thrown away */
};

struct clients {
	const struct metrics_set *set;
	struct metrics *counts; /* our own page; NULL: none */
	int listener;           /* -1: nobody is let in yet */
	struct client all[CLIENTS_MOST];
};

void clients_init(struct clients *, const struct metrics_set *);

/* For poll(2): fills polls[1 + CLIENTS_MOST]; the time to wait, in ms, -1 for ever. */
int clients_watch(const struct clients *, struct pollfd *polls, int64_t now_ms);
void clients_turn(struct clients *, const struct pollfd *polls, int64_t now_ms);
void clients_close(struct clients *);

#endif
