#include "ingest_part.h"

#include "blob_row.h"
#include "volume.h"

#include <assert.h>

#define SMALL_MS   5000               /* a body that takes longer goes the way of large ones */
#define QUEUED_MAX (3 * CHUNK_OCTETS) /* of a large body, before its sender has to wait */

static int64_t now_ms(void)
{
	struct timespec t = {0};

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct ingest *ingest_new(struct volume *v, struct pool *pool, const struct ingest_want *want,
                          const struct ingest_owner *owner)
{
	struct ingest *i = calloc(1, sizeof *i);

	if (!i)
		return NULL;
	i->volume = v;
	i->pool = pool;
	i->owner = *owner;
	i->want = *want;
	i->started_ms = now_ms();
	i->first.tenant = want->tenant;
	i->part = &i->first;
	return i;
}

static void part_free(struct part *p)
{
	large_free(&p->large, p->named);
	buf_free(&p->record);
	explicit_bzero(&p->key, sizeof p->key);
}

static void destroy(struct ingest *i)
{
	struct part *p, *next;

	for (p = i->first.next; p; p = next) {
		next = p->next;
		part_free(p);
		free(p);
	}
	part_free(&i->first);
	if (i->reader)
		blob_close(i->reader);
	free(i->reader);
	mac_free(i->mac);
	segments_release(i->volume, i->reserved);
	buf_free(&i->raw);
	buf_free(&i->work);
	free(i);
}

/* Takes back what the sender may send, as far as memory allows. */
static void grant(struct ingest *i, size_t octets)
{
	bool waits = i->large && i->status == PK_OK && i->raw.n + i->work.n > QUEUED_MAX;

	i->owed += octets;
	if (waits || !i->owed)
		return;
	octets = i->owed;
	i->owed = 0;
	if (i->owner.room)
		i->owner.room(i->owner.arg, octets);
}

static void tell_failed(struct ingest *i)
{
	buf_clear(&i->raw);
	if (i->told || i->ended)
		return;
	i->told = true;
	if (i->owner.failed)
		i->owner.failed(i->owner.arg, i->status);
}

static void next_step(struct ingest *i);

static void step_done(struct job *j)
{
	struct ingest *i = (struct ingest *)(void *)((char *)j - offsetof(struct ingest, job));

	i->busy = false;
	buf_clear(&i->work);
	if (i->freed) {
		destroy(i);
		return;
	}
	if (i->ended)
		buf_free(&i->work);
	if (i->status == PK_OK)
		i->status = i->result;
	if (i->status != PK_OK)
		tell_failed(i);
	next_step(i);
}

static struct ingest *of_job(struct job *j)
{
	return (struct ingest *)(void *)((char *)j - offsetof(struct ingest, job));
}

/* Functions that a job runs, one for each step. */
static void run_stream(struct job *j)
{
	ingest_run_stream(of_job(j));
}

static void run_last(struct job *j)
{
	ingest_run_last(of_job(j));
}

static void run_small(struct job *j)
{
	ingest_run_small(of_job(j));
}

static void run_copy(struct job *j)
{
	ingest_run_copy(of_job(j));
}

static void run_nothing(struct job *j)
{
	(void)j;
}

static void submit(struct ingest *i, void (*run)(struct job *))
{
	i->busy = true;
	i->result = PK_OK;
	i->job = (struct job){.run = run, .done = step_done};
	if (pool_submit(i->pool, &i->job) == PK_OK)
		return;
	/* The queue is full: done here, which holds up those who fill it. */
	run(&i->job);
	loop_post(pool_loop(i->pool), &i->job);
}

/* Moves the first octets of raw to the job. */
static void take_work(struct ingest *i, size_t octets)
{
	struct buf rest = i->work;

	buf_clear(&rest);
	buf_put(&rest, slice_skip(buf_slice(&i->raw), octets));
	i->work = i->raw;
	i->work.n = octets;
	i->raw = rest;
	if (rest.failed)
		i->status = PK_ENOMEM;
}

/* While it streams: whole chunks, if more follows them. */
static void pump(struct ingest *i)
{
	if (!i->large || i->raw.n <= CHUNK_OCTETS)
		return;
	take_work(i, (i->raw.n - 1) / CHUNK_OCTETS * CHUNK_OCTETS);
	submit(i, run_stream);
}

static void finish(struct ingest *i)
{
	void (*ready)(void *, enum pk_status) = i->ready;

	i->ready = NULL;
	if (ready)
		ready(i->ready_arg, i->status);
}

/* After the end: the first part, then the others, then ready. */
static void end_step(struct ingest *i)
{
	while (i->part && i->part->whole)
		i->part = i->part->next;
	if (i->status != PK_OK || !i->part) {
		finish(i);
	} else if (i->part != &i->first) {
		submit(i, run_copy);
	} else {
		take_work(i, i->raw.n);
		submit(i, i->large ? run_last : run_small);
	}
}

static void next_step(struct ingest *i)
{
	if (i->busy)
		return;
	if (i->ended) {
		end_step(i);
		return;
	}
	if (i->status == PK_OK)
		pump(i);
	grant(i, 0);
}

/*
 * A body leaves memory when it is big, slow, or memory is short; but chunk by chunk: the first one
 * stays in any case, up to a greater limit, beyond which bodies are refused.
 */
static void choose_way(struct ingest *i, size_t more)
{
	if (i->large)
		return;
	if (i->octets <= INGEST_SMALL && i->want.expected <= INGEST_SMALL &&
	    now_ms() - i->started_ms < SMALL_MS && segments_reserve(i->volume, more)) {
		i->reserved += more;
		return;
	}
	i->large = i->raw.n > CHUNK_OCTETS;
	if (i->large) {
		segments_release(i->volume, i->reserved);
		i->reserved = 0;
	} else if (segments_reserve_first(i->volume, more)) {
		i->reserved += more;
	} else {
		i->status = PK_ENOMEM;
		tell_failed(i);
	}
}

void ingest_feed(struct ingest *i, struct slice bytes)
{
	assert(!i->ended && !i->freed);
	if (i->status == PK_OK && bytes.n > i->want.max - i->octets)
		i->status = PK_ETOOBIG;
	if (i->status == PK_OK) {
		i->octets += bytes.n;
		buf_put(&i->raw, bytes);
		if (i->raw.failed)
			i->status = PK_ENOMEM;
	}
	if (i->status == PK_OK)
		choose_way(i, bytes.n);
	else
		tell_failed(i);
	grant(i, bytes.n);
	if (!i->busy && i->status == PK_OK)
		pump(i);
}

/* A part for each tenant; the first one may be one of them, or go unused. */
static enum pk_status add_parts(struct ingest *i, const uint32_t *tenants, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		struct part *p = &i->first;

		while (p->next && p->tenant != tenants[n])
			p = p->next;
		if (p->tenant == tenants[n])
			continue;
		p->next = calloc(1, sizeof *p);
		if (!p->next)
			return PK_ENOMEM;
		p->next->tenant = tenants[n];
	}
	return PK_OK;
}

void ingest_end(struct ingest *i, const uint32_t *tenants, size_t count,
                void (*ready)(void *, enum pk_status), void *arg)
{
	enum pk_status st;

	assert(!i->ended && !i->freed);
	i->ended = true;
	i->ready = ready;
	i->ready_arg = arg;
	st = add_parts(i, tenants, count);
	if (i->status == PK_OK)
		i->status = st;
	if (i->busy)
		return;
	if (i->status != PK_OK)
		submit(i, run_nothing); /* ready() comes later, not from here */
	else
		end_step(i);
}

uint64_t ingest_octets(const struct ingest *i)
{
	return i->octets;
}

bool ingest_small(const struct ingest *i)
{
	return !i->large;
}

void ingest_disown(struct ingest *i)
{
	i->owner = (struct ingest_owner){0};
}

void ingest_free(struct ingest *i)
{
	if (!i)
		return;
	ingest_disown(i);
	i->ready = NULL;
	i->freed = true;
	if (!i->busy)
		destroy(i);
}

static struct part *part_of(struct ingest *i, uint32_t tenant)
{
	for (struct part *p = &i->first; p; p = p->next)
		if (p->tenant == tenant && p->whole)
			return p;
	return NULL;
}

/* A blob that holds this body already: of an earlier write of this ingest, or of another body. */
static enum pk_status find_same(struct txn *t, const struct part *p, uint64_t *id)
{
	struct blob_row row;
	enum pk_status st = PK_ENOTFOUND;

	*id = p->blob;
	if (p->blob)
		st = blob_load(t, p->blob, &row);
	if (st == PK_ENOTFOUND && p->has_mac)
		st = blob_same(t, p->tenant, p->mac, id);
	return st;
}

static enum pk_status name_part(struct txn *t, struct ingest *i, struct part *p, uint32_t refs)
{
	struct large *l = &p->large;
	struct blob_new new = {.octets = i->octets,
	                       .key = i->large ? &l->key : &p->key,
	                       .mac = p->has_mac ? p->mac : NULL,
	                       .refs = refs,
	                       .large = i->large};
	enum pk_status st = PK_OK;

	p->named = true;
	if (i->large) {
		new.place = (struct record_place){l->segment->id, l->start};
		new.record_octets = l->at - l->start;
	} else {
		p->blob = volume_blob_id(t->volume);
		new.record_octets = p->record.n;
		record_finish(p->record.p, p->record.n, &p->key, i->octets, p->blob);
		st = segments_append(t, buf_slice(&p->record), &new.place);
	}
	new.id = p->blob;
	return st == PK_OK ? blob_insert(t, &new) : st;
}

enum pk_status blob_commit(struct txn *t, struct ingest *i, uint32_t tenant, uint32_t refs,
                           uint64_t *blob)
{
	struct part *p = part_of(i, tenant);
	enum pk_status st;

	if (!p)
		return PK_EINVAL; /* not a tenant that ingest_end was told */
	st = find_same(t, p, blob);
	if (st == PK_OK)
		return blob_ref(t, *blob, refs);
	if (st != PK_ENOTFOUND)
		return st;
	st = name_part(t, i, p, refs);
	*blob = p->blob;
	return st;
}
