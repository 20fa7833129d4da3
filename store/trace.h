#ifndef STORE_TRACE_H
#define STORE_TRACE_H

#include "call.h"
#include "trace_row.h"

/*
 * What happened of late, for `pkctl trace`. Deliveries write their events in their own transaction;
 * what has none (refused recipients, logins) is gathered in memory and written every few seconds.
 * It is bounded twice: so many between two writes, and in the long run half of the rows that are
 * kept, so that a flood of refusals never drives out what became of mail. The rest is dropped and
 * counted. Rows go after some days, or when there are too many, the oldest first; those of a
 * tenant with it. Loop thread, but for trace_put and trace_erase.
 */
#define TRACE_DAYS     7       /* where the options do not say */
#define TRACE_FLUSH_MS 5000    /* what a crash may lose of refusals and logins */
#define TRACE_GATHER   1000    /* between two writes */
#define TRACE_ROWS_MAX 4000000 /* of a volume: about 1.3 GB; where the options do not say */

enum pk_status trace_open(struct server *);
void trace_tick(struct server *, bool believed); /* the clock is: what is old goes */
void trace_stop(struct server *);                /* writes what waits; before the writers end */
void trace_free(struct server *);

/* Into a volume, NULL: the first. Fills in service, session and peer. */
void trace_note(struct session *, struct volume *, struct trace_event *);

/* Numbers for so many rows of a transaction to come. */
uint32_t trace_reserve(struct server *, uint32_t count);
enum pk_status trace_put(struct session *, struct txn *, uint32_t number, struct trace_event *);

/* Events of a tenant that are still gathered go. */
void trace_forget(struct server *, uint32_t tenant);
/*
 * And those on the disk, some rows at a time, once its key is destroyed and no more of them are
 * made: from `from` on; `more`: once again from `next` on.
 */
struct trace_erasing {
	struct trace_key from, next;
	bool more;
};
enum pk_status trace_erase(struct txn *, uint32_t tenant, struct trace_erasing *);

uint64_t trace_rows_max(const struct server *);
uint64_t trace_dropped(const struct server *); /* since it was opened */
const struct trace_tags *trace_tags_of(const struct server *);

#endif
