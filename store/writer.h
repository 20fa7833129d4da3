#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "pool.h"
#include "txn.h"

/*
 * The one writer of a volume: takes what waits (tenants in turn), applies request by request,
 * syncs the segments, commits, and lets the answers out.
 *
 * apply() runs on the writer thread. It checks all, then writes all; it may run more than once (a
 * batch that fails is run again request by request), so it changes nothing but the transaction and
 * its own result members, which it sets anew each time. A status other than PK_OK is the
 * request's own answer and must come before its first write; returned after a write, the request
 * is undone. done() runs on the loop thread, after the commit.
 */
struct write {
	struct job job; /* first: the way back to the loop */
	enum pk_status (*apply)(struct write *, struct txn *);
	void (*done)(struct write *);
	enum pk_status status; /* for done() */
	uint32_t tenant;       /* whose turn it is; 0: the house's own work */
	bool bulk;             /* a job's: waits while interactive work does not */
	int64_t now_ms;
	struct touched *touched; /* what it changed; the writer rings and frees it before done() */
	struct writer *writer;   /* set by writer_submit */
	struct write *next;
};

/* The mailboxes that a request changed. */
struct touched {
	uint64_t acct;
	uint32_t mbox;
	struct touched *next;
};

struct writer;

struct writer_owner {
	/* On the writer's thread, when a sync or a commit failed for good: no answer leaves any
	 * more. */
	void (*latch)(void *arg, struct volume *, const char *why);
	/* On the loop thread, after the commit, before the write's done(). */
	void (*ring)(void *arg, const struct touched *);
	void *arg;
};

/* threaded false: writes run in loop_turn, in batches of what waits. */
struct writer *writer_new(struct volume *, struct loop *, bool threaded,
                          const struct writer_owner *);
void writer_submit(struct writer *, struct write *); /* loop thread */
void writer_free(struct writer *);                   /* finishes what waits */

struct writer_counts {
	uint64_t batches, writes, reruns;
};
struct writer_counts writer_counts(const struct writer *);

#endif
