#include "writer.h"

#include "segment.h"
#include "volume.h"

#include "base/log.h"
#include "os/metrics.h"

#include <errno.h>
#include <lmdb.h>
#include <pthread.h>
#include <uthash.h>

#define BATCH_MAX 256

/* One tenant's writes in their order. */
struct lane {
	UT_hash_handle hh;
	uint32_t tenant;
	struct write *first, **last;
	struct lane *next; /* round of the lanes that have work */
};

struct writer {
	struct volume *volume;
	struct loop *loop;
	struct writer_owner owner;
	pthread_mutex_t lock;
	pthread_cond_t some;
	pthread_t thread;
	bool threaded, started, stop, latched;
	struct job turn; /* not threaded: runs a batch in loop_turn */
	bool turn_posted;
	struct lane *lanes;               /* by tenant */
	struct lane *round, **round_last; /* whose turn it is */
	struct write *bulk, **bulk_last;
	struct writer_counts counts;
};

static struct lane *lane_of(struct writer *w, uint32_t tenant)
{
	struct lane *l;

	HASH_FIND(hh, w->lanes, &tenant, sizeof(tenant), l);
	if (l)
		return l;
	l = calloc(1, sizeof(*l));
	if (!l)
		return NULL;
	l->tenant = tenant;
	l->last = &l->first;
	HASH_ADD(hh, w->lanes, tenant, sizeof(tenant), l);
	return l;
}

static void round_put(struct writer *w, struct lane *l)
{
	l->next = NULL;
	*w->round_last = l;
	w->round_last = &l->next;
}

static struct lane *round_take(struct writer *w)
{
	struct lane *l = w->round;

	w->round = l->next;
	if (!w->round)
		w->round_last = &w->round;
	return l;
}

static void taken(struct writer *w, uint64_t n)
{
	metrics_add(w->volume->metrics, METRIC_writer_queue_length, -n);
}

static bool enqueue(struct writer *w, struct write *x)
{
	struct lane *l;

	x->next = NULL;
	metrics_add(w->volume->metrics, METRIC_writer_queue_length, 1);
	if (x->bulk) {
		*w->bulk_last = x;
		w->bulk_last = &x->next;
		return true;
	}
	l = lane_of(w, x->tenant);
	if (!l) {
		taken(w, 1);
		return false;
	}
	if (!l->first)
		round_put(w, l);
	*l->last = x;
	l->last = &x->next;
	return true;
}

static struct write *take_bulk(struct writer *w)
{
	struct write *x = w->bulk;

	if (!x)
		return NULL;
	w->bulk = x->next;
	if (!w->bulk)
		w->bulk_last = &w->bulk;
	return x;
}

/* The next write of the lane whose turn it is; the lane goes to the end of the round. */
static struct write *take_next(struct writer *w)
{
	struct lane *l;
	struct write *x;

	if (!w->round)
		return NULL;
	l = round_take(w);
	x = l->first;
	l->first = x->next;
	if (l->first) {
		round_put(w, l);
	} else { /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is in it */
		HASH_DEL(w->lanes, l);
		free(l);
	}
	return x;
}

/* What waits, at most BATCH_MAX, with at most one piece of bulk work among it. */
static struct write *take_batch(struct writer *w)
{
	struct write *first = NULL, **last = &first, *x = take_bulk(w);
	unsigned n = 0;

	if (!x)
		x = take_next(w);
	while (x) {
		*last = x;
		last = &x->next;
		x->next = NULL;
		x = ++n < BATCH_MAX ? take_next(w) : NULL;
	}
	taken(w, n);
	return first;
}

static void free_touched(struct write *x)
{
	while (x->touched) {
		struct touched *t = x->touched;

		x->touched = t->next;
		free(t);
	}
}

static void latch(struct writer *w, const char *why)
{
	w->latched = true;
	LOG(PK_LOG_ERROR, "volume_latched", LOG_NUMBER("volume", w->volume->number),
	    LOG_CSTR("reason", why));
	if (w->owner.latch)
		w->owner.latch(w->owner.arg, w->volume, why);
}

static enum pk_status begin(struct writer *w, struct txn *t)
{
	int rc;

	*t = (struct txn){.volume = w->volume, .write = true};
	rc = mdb_txn_begin(w->volume->env, NULL, 0, &t->mdb);
	if (!rc)
		return PK_OK;
	if (rc == MDB_PANIC)
		latch(w, mdb_strerror(rc));
	return rc == ENOMEM ? PK_ENOMEM : PK_EIO;
}

static void abort_txn(struct writer *w, struct txn *t)
{
	if (t->mdb)
		mdb_txn_abort(t->mdb);
	t->mdb = NULL;
	segments_abort(w->volume);
}

/*
 * Bodies first, then the rows that name them: a crash in between leaves dead octets, never a row
 * without its body.
 */
static enum pk_status commit_now(struct writer *w, struct txn *t)
{
	enum pk_status st = segments_sync(w->volume);
	int rc;

	if (st != PK_OK) {
		abort_txn(w, t);
		if (st != PK_EFULL)
			latch(w, "fdatasync of a segment failed");
		return st;
	}
	rc = mdb_txn_commit(t->mdb);
	t->mdb = NULL;
	if (!rc) {
		w->counts.batches++;
		segments_committed(w->volume);
		return PK_OK;
	}
	segments_abort(w->volume);
	if (rc == ENOSPC || rc == EDQUOT || rc == MDB_MAP_FULL)
		return PK_EFULL;
	latch(w, mdb_strerror(rc));
	return PK_EIO;
}

/* writes: how many it makes durable. */
static enum pk_status commit(struct writer *w, struct txn *t, uint64_t writes)
{
	struct metrics *m = w->volume->metrics;
	int64_t began = metrics_clock(m);
	enum pk_status st = commit_now(w, t);

	metrics_observe(m, METRIC_commit_seconds, 0, (uint64_t)(metrics_clock(m) - began));
	metrics_observe(m, METRIC_commit_writes, 0, writes);
	return st;
}

static void apply(struct write *x, struct txn *t)
{
	free_touched(x);
	t->changed = false;
	t->now_ms = x->now_ms;
	t->touched = &x->touched;
	x->status = x->apply(x, t);
}

/* PK_OK: all were applied and none left traces of a refusal. */
static enum pk_status apply_all(struct write *batch, struct txn *t)
{
	for (struct write *x = batch; x; x = x->next) {
		apply(x, t);
		if (t->failed != PK_OK)
			return t->failed;
		if (x->status != PK_OK && t->changed)
			return x->status;
	}
	return PK_OK;
}

static void alone(struct writer *w, struct write *x)
{
	struct txn t;
	enum pk_status st = begin(w, &t);

	w->counts.reruns++;
	metrics_add(w->volume->metrics, METRIC_commit_reruns_total, 1);
	if (st == PK_OK) {
		apply(x, &t);
		st = t.failed != PK_OK ? t.failed : x->status;
		if (st == PK_OK)
			st = commit(w, &t, 1);
		else
			abort_txn(w, &t);
	}
	x->status = st;
	if (st != PK_OK)
		free_touched(x);
}

/* All at once: the loop wakes when the first is there, and would wait for the lock at each. */
static void finish(struct writer *w, struct write *batch)
{
	for (struct write *x = batch; x; x = x->next) {
		x->job.next = x->next ? &x->next->job : NULL;
		w->counts.writes++;
	}
	loop_post_all(w->loop, &batch->job);
}

static uint64_t count(const struct write *batch)
{
	uint64_t n = 0;

	for (; batch; batch = batch->next)
		n++;
	return n;
}

static void run_batch(struct writer *w, struct write *batch)
{
	struct txn t;
	enum pk_status st = begin(w, &t);

	if (st == PK_OK) {
		st = apply_all(batch, &t);
		if (st == PK_OK)
			st = commit(w, &t, count(batch));
		else
			abort_txn(w, &t);
	}
	for (struct write *x = batch; x && st != PK_OK && !w->latched; x = x->next)
		alone(w, x);
	if (!w->latched)
		finish(w, batch);
}

static void *write_thread(void *arg)
{
	struct writer *w = arg;

	pthread_setname_np(pthread_self(), "writer");
	for (;;) {
		struct write *batch;
		bool stop;

		pthread_mutex_lock(&w->lock);
		while (!(batch = take_batch(w)) && !w->stop)
			pthread_cond_wait(&w->some, &w->lock);
		stop = !batch;
		pthread_mutex_unlock(&w->lock);
		if (stop || w->latched)
			return NULL;
		run_batch(w, batch);
	}
}

static void turn_run(struct job *j)
{
	struct writer *w = (struct writer *)(void *)((char *)j - offsetof(struct writer, turn));
	struct write *batch;

	w->turn_posted = false;
	while (!w->latched && (batch = take_batch(w)))
		run_batch(w, batch);
}

static void turn_done(struct job *j)
{
	(void)j;
}

struct writer *writer_new(struct volume *v, struct loop *loop, bool threaded,
                          const struct writer_owner *owner)
{
	struct writer *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->volume = v;
	w->loop = loop;
	w->owner = *owner;
	w->threaded = threaded;
	w->turn = (struct job){.run = turn_run, .done = turn_done};
	w->round_last = &w->round;
	w->bulk_last = &w->bulk;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->some, NULL);
	if (threaded && pthread_create(&w->thread, NULL, write_thread, w)) {
		free(w);
		return NULL;
	}
	return w;
}

static void write_done(struct job *j)
{
	struct write *x = (struct write *)(void *)j;
	struct writer *w = x->writer;

	if (x->touched && w->owner.ring)
		w->owner.ring(w->owner.arg, x->touched);
	free_touched(x);
	x->done(x);
}

void writer_submit(struct writer *w, struct write *x)
{
	bool queued;

	if (!w) { /* the server is closing */
		x->status = PK_EUNAVAILABLE;
		x->done(x);
		return;
	}
	x->job = (struct job){.done = write_done};
	x->writer = w;
	x->touched = NULL;
	pthread_mutex_lock(&w->lock);
	queued = enqueue(w, x);
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->some); /* behind the lock, which the writer takes when it wakes */
	if (!queued) {
		x->status = PK_ENOMEM;
		loop_post(w->loop, &x->job);
	} else if (!w->threaded && !w->turn_posted) {
		w->turn_posted = w->turn.run_first = true;
		loop_post(w->loop, &w->turn);
	}
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->some);
	pthread_mutex_unlock(&w->lock);
	if (w->threaded)
		pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->some);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

struct writer_counts writer_counts(const struct writer *w)
{
	return w->counts;
}
