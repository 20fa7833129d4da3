#ifndef STORE_TRACE_H
#define STORE_TRACE_H

#include "call.h"
#include "trace_row.h"

/*
 * What happened of late, for `pkctl trace`. Deliveries write their events in their own transaction;
 * what has none (refused recipients, logins) is gathered in memory and written every few seconds,
 * so many at most: under a flood the rest is dropped and counted. Rows go after some days, or when
 * there are too many, the oldest first. Loop thread, but for trace_put.
 */
#define TRACE_DAYS     7       /* where the options do not say */
#define TRACE_FLUSH_MS 5000    /* what a crash may lose of refusals and logins */
#define TRACE_GATHER   1000    /* between two writes */
#define TRACE_ROWS_MAX 4000000 /* of a volume: about 1 GB */

enum pk_status trace_open(struct server *);
void trace_tick(struct server *, bool believed); /* the clock is: what is old goes */
void trace_stop(struct server *);                /* writes what waits; before the writers end */
void trace_free(struct server *);

/* Fills in service, session and peer. */
void trace_note(struct call *, struct trace_event *);

/* Numbers for so many rows of a transaction to come. */
uint32_t trace_reserve(struct server *, uint32_t count);
enum pk_status trace_put(struct call *, struct txn *, uint32_t number, struct trace_event *);

uint64_t trace_dropped(const struct server *);
const struct trace_tags *trace_tags_of(const struct server *);

#endif
