#include "trace.h"

#include "base/log.h"

#include <lmdb.h>

#define SWEEP_EVERY_MS 60000
#define SWEEP_ROWS     1000 /* in one write */

struct row {
	struct row *next;
	struct trace_key key;
	struct buf value;
};

struct trace {
	struct trace_tags tags;
	uint32_t number; /* of the next row */
	struct row *first, **last;
	unsigned count;
	uint64_t dropped;
	int64_t flushed_ms, swept_ms; /* monotonic */
};

/* Rows on their way to the disk, or away from it. */
struct piece {
	struct write write; /* first */
	struct volume *volume;
	struct row *rows;
	int64_t before_ms; /* of a sweep: older ones go */
	bool more;
};

enum pk_status trace_open(struct server *s)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t)
		return PK_ENOMEM;
	s->trace = t;
	t->last = &t->first;
	server_random(s, &t->number, sizeof(t->number)); /* not those of before a restart */
	t->flushed_ms = t->swept_ms = server_mono(s);
	return trace_tags_open(&t->tags, s->keys);
}

uint64_t trace_dropped(const struct server *s)
{
	return s->trace->dropped;
}

const struct trace_tags *trace_tags_of(const struct server *s)
{
	return &s->trace->tags;
}

uint32_t trace_reserve(struct server *s, uint32_t count)
{
	uint32_t first = s->trace->number;

	s->trace->number += count;
	return first;
}

static void free_rows(struct row *rows)
{
	while (rows) {
		struct row *r = rows;

		rows = r->next;
		buf_free(&r->value);
		free(r);
	}
}

static void fill(const struct call *c, struct trace_event *e)
{
	const struct session *s = c->session;

	e->service = slice_str(s->peer->service);
	if (!s->announced)
		return;
	e->session = s->announced->q.id;
	e->peer = s->announced->q.peer;
}

void trace_note(struct call *c, struct trace_event *e)
{
	struct trace *t = c->server->trace;
	struct row *r = t->count < TRACE_GATHER ? calloc(1, sizeof(*r)) : NULL;

	if (!r) {
		t->dropped++;
		return;
	}
	fill(c, e);
	r->key = trace_key(server_now(c->server), trace_reserve(c->server, 1));
	if (trace_encode(c->server->keys, &t->tags, e, &r->key, &r->value) != PK_OK) {
		free_rows(r);
		t->dropped++;
		return;
	}
	*t->last = r;
	t->last = &r->next;
	t->count++;
}

static enum pk_status put(struct txn *t, const struct trace_key *key, struct slice row)
{
	return txn_put(t, TREE_TRACE, (struct slice){(const char *)key->p, TRACE_KEY_OCTETS}, row);
}

enum pk_status trace_put(struct call *c, struct txn *t, uint32_t number, struct trace_event *e)
{
	struct trace_key key = trace_key(t->now_ms, number);
	struct buf row = {0};
	enum pk_status st;

	fill(c, e);
	st = trace_encode(c->server->keys, &c->server->trace->tags, e, &key, &row);
	if (st == PK_OK)
		st = put(t, &key, buf_slice(&row));
	buf_free(&row);
	return st;
}

static struct piece *of_write(struct write *w)
{
	return (struct piece *)(void *)w;
}

static enum pk_status flush_apply(struct write *w, struct txn *t)
{
	enum pk_status st = PK_OK;

	for (const struct row *r = of_write(w)->rows; st == PK_OK && r; r = r->next)
		st = put(t, &r->key, buf_slice(&r->value));
	return st;
}

static void flush_done(struct write *w)
{
	free_rows(of_write(w)->rows);
	free(w);
}

static void submit(struct server *s, struct piece *p)
{
	p->write.bulk = true;
	p->write.now_ms = server_now(s);
	writer_submit(p->volume->writer, &p->write);
}

/* Events without a transaction are the first volume's. */
static void flush(struct server *s)
{
	struct trace *t = s->trace;
	struct volume *v = s->volumes[0];
	struct piece *p = t->first && !v->options.read_only ? calloc(1, sizeof(*p)) : NULL;

	if (p) {
		*p = (struct piece){
			.write = {.apply = flush_apply, .done = flush_done},
			.volume = v,
			.rows = t->first
                };
		submit(s, p);
	} else {
		t->dropped += t->count;
		free_rows(t->first);
	}
	t->first = NULL;
	t->last = &t->first;
	t->count = 0;
}

static size_t rows_in(struct txn *t)
{
	MDB_stat stat = {0};

	if (mdb_stat(t->mdb, t->volume->dbi[TREE_TRACE], &stat) != 0)
		return 0; /* not of an open tree */
	return stat.ms_entries;
}

/* The oldest row, if it is to go. */
static bool oldest(struct txn *t, int64_t before_ms, struct trace_key *key)
{
	struct trace_key before = trace_key(before_ms, 0);
	struct slice k, value;

	if (txn_first(t, TREE_TRACE, S(""), S(""), &k, &value) != PK_OK || k.n != TRACE_KEY_OCTETS)
		return false;
	memcpy(key->p, k.p, TRACE_KEY_OCTETS);
	return memcmp(key->p, before.p, TRACE_KEY_OCTETS) < 0 || rows_in(t) > TRACE_ROWS_MAX;
}

static enum pk_status sweep_apply(struct write *w, struct txn *t)
{
	struct piece *p = of_write(w);
	enum pk_status st = PK_OK;
	struct trace_key key;
	unsigned n = 0;

	for (; st == PK_OK && n < SWEEP_ROWS && oldest(t, p->before_ms, &key); n++)
		st = txn_del(t, TREE_TRACE, (struct slice){(char *)key.p, TRACE_KEY_OCTETS});
	p->more = n == SWEEP_ROWS;
	return st;
}

static void sweep_done(struct write *w)
{
	struct piece *p = of_write(w);

	if (w->status == PK_OK && p->more) {
		writer_submit(p->volume->writer, w);
		return;
	}
	p->volume->trace_sweeping = false;
	free(p);
}

static void sweep(struct server *s, struct volume *v)
{
	int64_t days = s->options.trace_days ? s->options.trace_days : TRACE_DAYS;
	struct piece *p = NULL;
	struct trace_key key;
	struct txn t;

	if (v->trace_sweeping || v->options.read_only)
		return;
	if (txn_begin_read(v, &t) == PK_OK && oldest(&t, server_now(s) - days * 86400000, &key))
		p = calloc(1, sizeof(*p));
	txn_end_read(&t);
	if (!p)
		return;
	*p = (struct piece){
		.write = {.apply = sweep_apply, .done = sweep_done},
		.volume = v,
		.before_ms = server_now(s) - days * 86400000
        };
	v->trace_sweeping = true;
	submit(s, p);
}

void trace_tick(struct server *s, bool believed)
{
	struct trace *t = s->trace;
	int64_t now = server_mono(s);

	if (t->first && now - t->flushed_ms >= TRACE_FLUSH_MS)
		flush(s);
	if (!t->first)
		t->flushed_ms = now;
	if (!believed || now - t->swept_ms < SWEEP_EVERY_MS)
		return;
	t->swept_ms = now;
	for (size_t i = 0; i < s->volume_count; i++)
		sweep(s, s->volumes[i]);
}

void trace_stop(struct server *s)
{
	if (!s->trace || !s->trace->first || !s->volumes[0]->writer)
		return;
	flush(s);
	while (loop_turn(s->loop)) /* a writer without a thread runs here */
		;
}

void trace_free(struct server *s)
{
	if (s->trace)
		free_rows(s->trace->first);
	free(s->trace);
	s->trace = NULL;
}
