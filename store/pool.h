#ifndef STORE_POOL_H
#define STORE_POOL_H

#include <postkeep/status.h>

#include <stdbool.h>

struct loop;
struct pool;

/*
 * Threads that do what would hold up the loop: hashing, sealing, reading. A job runs on one of
 * them; its done() runs on the loop thread, in loop_turn(). With no threads a job runs in
 * loop_turn() too, so that a test or a fuzzer is one deterministic thread. A job may be submitted
 * again from its own done().
 */
struct job {
	void (*run)(struct job *);  /* on a pool thread */
	void (*done)(struct job *); /* on the loop thread, after run; may free the job */
	struct job *next;
	bool run_first; /* no threads: loop_turn calls run, then done */
};

/*
 * The loop thread's inbox: finished jobs, from any thread, in their order of finishing. wake(arg)
 * is called from any thread when the inbox stops being empty; NULL where the caller polls.
 */
struct loop *loop_new(void (*wake)(void *), void *arg);
void loop_post(struct loop *, struct job *); /* any thread: done() will run on the loop thread */
void loop_post_all(struct loop *, struct job *first); /* the same for a list, by job->next */
bool loop_turn(struct loop *);                        /* runs what waits now; false: nothing did */
void loop_free(struct loop *);

/* name: the threads', a constant. threads 0: jobs run in loop_turn. waiting_max bounds the queue.
 */
struct pool *pool_new(struct loop *, const char *name, unsigned threads, unsigned waiting_max);
/* PK_EBUSY: the queue is full, nothing will be called. */
enum pk_status pool_submit(struct pool *, struct job *);
struct loop *pool_loop(const struct pool *); /* where its jobs are done */

struct pool_load {
	unsigned threads, busy, waiting;
};
struct pool_load pool_load(struct pool *);

void pool_free(struct pool *); /* runs what waits, joins the threads */

#endif
