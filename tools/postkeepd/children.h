#ifndef CHILDREN_H
#define CHILDREN_H

#include "child.h"

/* All processes that the supervisor has, the store first. */
struct children {
	struct child *first;
	size_t count;
};

/* The store, and the others that the configuration asks for. False: out of memory. */
bool children_make(struct children *all, const struct config *c);
void children_free(struct children *all);

struct child *children_store(const struct children *all);

/* Adds hosts of the service until there are `wanted`, or lets the last ones go. */
bool children_set_hosts(struct children *all, const struct service *s, unsigned wanted,
                        unsigned drain_s);

/* Whether there is to be one that tells the metrics. */
bool children_set_metrics(struct children *all, bool wanted);

/*
 * The host drains, is killed when it takes longer than that, and then is forgotten. It may serve a
 * service that is there no more.
 */
void children_dismiss(struct children *all, struct child *ch, unsigned drain_s);
void children_drain(struct child *ch, unsigned drain_s); /* tells it, if it runs */

/* Hosts belong to the services of this configuration now, by name. */
void children_adopt(struct children *all, const struct config *c);

void children_forget(struct children *all, struct child *ch);

/* Kills those that should have left; returns ms to when the next one should have, or -1. */
int64_t children_expire(struct children *all, int64_t now_ms);

/* How long after the time of a drain a host may still run: for last answers and farewells. */
#define HOST_GRACE_MS 2000

#endif
