#include "blob_row.h"
#include "blob.h"
#include "disk.h"
#include "volume.h"
#include "writer.h"

#include "base/log.h"

#include <sys/param.h>

/*
 * Compaction goes in steps, each a job or a write, one after the other: choose segments; survey
 * one: which of its records are alive; copy a round of these to another segment, and sync it; move
 * their rows in a bulk write, as far as they still have the old place; and so on until the run's
 * share is copied. A source whose records are all gone is removed like any dead segment.
 */
#define ROUND_OCTETS ((uint64_t)8 << 20)  /* copied for one write */
#define ROUND_ROWS   2000                 /* at most moved by one write */
#define RUN_OCTETS   ((uint64_t)64 << 20) /* copied in one run, so that the caller sets the rate */
#define SOURCES_MAX  64                   /* in one run */
#define DEAD_AGE_MS  ((int64_t)30 * 24 * 3600 * 1000) /* dead octets stay at most about so long */

struct live {
	uint64_t blob, offset, octets;
};

struct compaction {
	struct job job;
	struct write write;
	struct volume *volume;
	struct pool *pool;
	void (*done)(void *, enum pk_status, uint64_t freed);
	void *arg;
	void (*next)(struct compaction *); /* after the step under way, on the loop */
	enum pk_status status;
	bool stop;

	uint64_t sources[SOURCES_MAX];
	size_t source_count, at;
	struct segment *source;              /* pinned, while its records are copied */
	struct live *live;                   /* its records, in their order */
	size_t live_count, live_cap, copied; /* of them: in earlier rounds */

	size_t round;           /* records in this one, from `copied` on */
	struct segment *target; /* owned until it is synced; settled after the write */
	uint64_t start, end;    /* of the round's records in it */
	uint64_t run, freed;
	uint64_t died; /* octets of the source, when the write called it dead */
};

static struct compaction *of_job(struct job *j)
{
	return (struct compaction *)(void *)((char *)j - offsetof(struct compaction, job));
}

static struct compaction *of_write(struct write *w)
{
	return (struct compaction *)(void *)((char *)w - offsetof(struct compaction, write));
}

static void finish(struct compaction *c)
{
	if (c->target) /* copied, and then stopped */
		segment_settle(c->volume, c->target, c->start, c->end, false);
	segment_unpin(c->volume, c->source);
	free(c->live);
	c->done(c->arg, c->status, c->freed);
	free(c);
}

static void step_done(struct job *j)
{
	struct compaction *c = of_job(j);

	if (c->status != PK_OK || c->stop)
		finish(c);
	else
		c->next(c);
}

static void submit(struct compaction *c, void (*run)(struct job *),
                   void (*next)(struct compaction *))
{
	enum pk_status st;

	c->next = next;
	c->job = (struct job){.run = run, .done = step_done};
	st = pool_submit(c->pool, &c->job);
	if (st == PK_OK)
		return; /* from here on c is the job's */
	c->status = st;
	finish(c);
}

/* Choose. */

static bool worth_it(struct compaction *c, uint64_t id, const struct segment_row *row)
{
	struct timespec now = {0};

	if (row->state == SEG_DEAD || segment_growing(c->volume, id))
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	return row->dead_octets >= row->octets / 2 ||
	       (row->dead_since_ms && row->dead_since_ms + DEAD_AGE_MS < now.tv_sec * 1000);
}

static void choose(struct job *j)
{
	struct compaction *c = of_job(j);
	struct segment_row row;
	struct cursor at;
	struct txn t;
	enum pk_status st;

	st = txn_begin_read(c->volume, &t);
	if (st == PK_OK)
		st = cursor_open(&t, TREE_SEG, &at);
	if (st != PK_OK) {
		txn_end_read(&t);
		c->status = st;
		return;
	}
	for (st = cursor_seek(&at, S("")); st == PK_OK && c->source_count < SOURCES_MAX;
	     st = cursor_next(&at)) {
		uint64_t id = key_u64_at(at.key, 0);

		if (segment_decode(at.value, &row) == PK_OK && worth_it(c, id, &row))
			c->sources[c->source_count++] = id;
	}
	cursor_close(&at);
	txn_end_read(&t);
	c->status = st == PK_ENOTFOUND ? PK_OK : st;
}

/* Survey. */

struct survey {
	struct compaction *c;
	struct txn t;
	uint64_t source;
};

static bool is_live(struct survey *s, const struct record_head *head, uint64_t offset)
{
	struct blob_row row;

	return blob_load(&s->t, head->blob, &row) == PK_OK && row.segment == s->source &&
	       row.offset == offset && row.record_octets == head->stored + RECORD_HEAD_OCTETS;
}

static bool survey_record(void *arg, const struct record_head *head, uint64_t offset)
{
	struct survey *s = arg;
	struct compaction *c = s->c;

	if (!is_live(s, head, offset))
		return true;
	if (c->live_count == c->live_cap) {
		size_t cap = c->live_cap ? 2 * c->live_cap : 1024;
		struct live *more = realloc(c->live, cap * sizeof *more);

		if (!more) {
			c->status = PK_ENOMEM;
			return false;
		}
		c->live = more;
		c->live_cap = cap;
	}
	c->live[c->live_count++] =
		(struct live){head->blob, offset, head->stored + RECORD_HEAD_OCTETS};
	return true;
}

static void survey(struct job *j)
{
	struct compaction *c = of_job(j);
	struct survey s = {.c = c, .source = c->sources[c->at]};
	enum pk_status st = segment_pin(c->volume, s.source, &c->source);

	c->live_count = c->copied = 0;
	if (st == PK_ENOTFOUND) { /* it went meanwhile */
		c->source = NULL;
		return;
	}
	if (st == PK_OK)
		st = txn_begin_read(c->volume, &s.t);
	if (st == PK_OK)
		st = segment_scan(c->source, survey_record, &s);
	txn_end_read(&s.t);
	if (st != PK_OK)
		c->status = st;
}

/* Copy. */

static enum pk_status copy_octets(struct compaction *c, struct buf *piece, const struct live *l)
{
	enum pk_status st = PK_OK;

	for (uint64_t done = 0; done < l->octets && st == PK_OK;) {
		size_t n = MIN(l->octets - done, piece->cap);

		st = disk_read(c->source->fd, c->source->name, piece->p, n, l->offset + done);
		if (st == PK_OK)
			st = disk_write(c->target->fd, c->target->name, (struct slice){piece->p, n},
			                c->end);
		c->end += n;
		done += n;
	}
	return st;
}

static enum pk_status copy_round(struct compaction *c)
{
	struct buf piece = {0};
	enum pk_status st = buf_room(&piece, (size_t)1 << 20) ? PK_OK : PK_ENOMEM;

	for (size_t i = 0; i < c->round && st == PK_OK; i++)
		st = copy_octets(c, &piece, &c->live[c->copied + i]);
	buf_free(&piece);
	if (st == PK_OK)
		st = segment_sync(c->volume, c->target);
	return st;
}

static void copy(struct job *j)
{
	struct compaction *c = of_job(j);
	uint64_t octets = 0;

	for (c->round = 0; c->copied + c->round < c->live_count; c->round++) {
		uint64_t more = c->live[c->copied + c->round].octets;

		if (c->round == ROUND_ROWS || (c->round && octets + more > ROUND_OCTETS))
			break;
		octets += more;
	}
	c->status = segment_take(c->volume, octets, octets > c->volume->options.segment_octets / 4,
	                         &c->target, &c->start);
	if (c->status != PK_OK)
		return;
	c->end = c->start;
	c->status = copy_round(c);
	segment_give(c->volume, c->target, c->end);
	if (c->status == PK_OK)
		return;
	segment_settle(c->volume, c->target, c->start, c->end, false);
	c->target = NULL;
}

/* Move. */

/* A row that still has the old place gets the new one. PK_ENOTFOUND: it has not. */
static enum pk_status move_row(struct txn *t, struct compaction *c, const struct live *l,
                               uint64_t offset)
{
	struct blob_row row;
	enum pk_status st = blob_load(t, l->blob, &row);

	if (st != PK_OK)
		return st;
	if (row.segment != c->source->id || row.offset != l->offset)
		return PK_ENOTFOUND;
	row.segment = c->target->id;
	row.offset = offset;
	return blob_save(t, l->blob, &row);
}

/* Records that lie one behind the other are counted together. */
struct stretch {
	struct record_place place;
	uint64_t octets;
};

static enum pk_status count_stretch(struct txn *t, struct stretch *s)
{
	enum pk_status st = PK_OK;

	if (s->octets)
		st = segment_row_add(t, s->place, s->octets, true);
	s->octets = 0;
	return st;
}

static enum pk_status move_rows(struct txn *t, struct compaction *c, uint64_t *moved)
{
	struct stretch s = {.octets = 0};
	uint64_t offset = c->start;
	enum pk_status st = PK_OK;

	for (size_t i = 0; i < c->round && st == PK_OK; i++) {
		const struct live *l = &c->live[c->copied + i];

		st = move_row(t, c, l, offset);
		if (st == PK_OK) {
			if (!s.octets)
				s.place = (struct record_place){c->target->id, offset};
			s.octets += l->octets;
			*moved += l->octets;
		} else if (st == PK_ENOTFOUND) {
			st = count_stretch(t, &s);
		}
		offset += l->octets;
	}
	return st == PK_OK ? count_stretch(t, &s) : st;
}

static enum pk_status move(struct write *w, struct txn *t)
{
	struct compaction *c = of_write(w);
	struct segment_row row;
	uint64_t moved = 0;
	enum pk_status st = PK_OK;

	c->died = 0;
	if (c->target)
		st = move_rows(t, c, &moved);
	if (st == PK_OK)
		st = segment_row_dead(t, c->source->id, moved);
	if (st == PK_OK)
		st = segment_row_load(t, c->source->id, &row);
	if (st == PK_OK && row.state == SEG_DEAD)
		c->died = row.octets;
	return st;
}

static void next_source(struct compaction *c);
static void next_round(struct compaction *c);

static void moved(struct write *w)
{
	struct compaction *c = of_write(w);

	if (c->target)
		segment_settle(c->volume, c->target, c->start, c->end, true);
	c->target = NULL;
	c->status = w->status;
	if (w->status == PK_OK) {
		c->run += c->end - c->start;
		c->copied += c->round;
		c->freed += c->died;
	}
	if (c->status != PK_OK || c->stop || c->run >= RUN_OCTETS)
		finish(c);
	else
		next_round(c);
}

static void write_round(struct compaction *c)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	c->write = (struct write){.apply = move,
	                          .done = moved,
	                          .bulk = true,
	                          .now_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000};
	writer_submit(c->volume->writer, &c->write);
}

static void leave_source(struct compaction *c)
{
	segment_unpin(c->volume, c->source);
	c->source = NULL;
	c->at++;
	next_source(c);
}

static void next_round(struct compaction *c)
{
	if (c->copied < c->live_count)
		submit(c, copy, write_round);
	else
		leave_source(c);
}

/* Also a source without live records is written once: its row may not know yet that it is dead. */
static void surveyed(struct compaction *c)
{
	if (!c->source) {
		c->at++;
		next_source(c);
	} else if (c->live_count) {
		next_round(c);
	} else {
		c->round = 0;
		c->start = c->end = 0;
		write_round(c);
	}
}

static void next_source(struct compaction *c)
{
	if (c->at == c->source_count)
		finish(c);
	else
		submit(c, survey, surveyed);
}

struct compaction *compaction_start(struct volume *v, struct pool *pool,
                                    void (*done)(void *, enum pk_status, uint64_t freed), void *arg)
{
	struct compaction *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->volume = v;
	c->pool = pool;
	c->done = done;
	c->arg = arg;
	c->next = next_source;
	c->job = (struct job){.run = choose, .done = step_done};
	if (pool_submit(pool, &c->job) == PK_OK)
		return c;
	free(c);
	return NULL;
}

void compaction_stop(struct compaction *c)
{
	c->stop = true;
}
