#include "trace.h"

#include "trace_sweep.h"

#include "base/log.h"

#define DAY_MS ((int64_t)86400000)

struct row {
	struct row *next;
	struct volume *volume;
	struct trace_key key;
	struct buf value;
};

/*
 * Of events that have no transaction half of the rows that are kept may come in the days for which
 * they are. `allowed` counts in rows times the milliseconds of these days.
 */
struct trace {
	struct trace_tags tags;
	uint32_t number; /* of the next row */
	struct row *first, **last;
	unsigned count;
	int64_t allowed;
	uint64_t dropped, told; /* told: what the log knows of it */
	int64_t flushed_ms, filled_ms;
};

/* Rows on their way to the disk. */
struct piece {
	struct write write; /* first */
	struct server *server;
	struct row *rows;
};

static int64_t days(const struct server *s)
{
	return s->options.trace_days ? s->options.trace_days : TRACE_DAYS;
}

uint64_t trace_rows_max(const struct server *s)
{
	return s->options.trace_rows ? s->options.trace_rows : TRACE_ROWS_MAX;
}

/* At most what comes in a day, and never less than a burst. */
static void fill_allowance(struct server *s)
{
	struct trace *t = s->trace;
	int64_t now = server_mono(s), row = days(s) * DAY_MS;
	int64_t a_ms = (int64_t)trace_rows_max(s) / 2;
	int64_t most = DAY_MS * a_ms, passed = now - t->filled_ms;

	if (most < TRACE_GATHER * row)
		most = TRACE_GATHER * row;
	t->filled_ms = now;
	t->allowed += (passed < DAY_MS ? passed : DAY_MS) * a_ms;
	if (t->allowed > most)
		t->allowed = most;
}

enum pk_status trace_open(struct server *s)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t)
		return PK_ENOMEM;
	s->trace = t;
	t->last = &t->first;
	server_random(s, &t->number, sizeof(t->number)); /* not those of before a restart */
	t->flushed_ms = server_mono(s);
	t->filled_ms = t->flushed_ms - DAY_MS;
	fill_allowance(s);
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

static void free_row(struct row *r)
{
	buf_free(&r->value);
	free(r);
}

static void free_rows(struct row *rows)
{
	while (rows) {
		struct row *r = rows;

		rows = r->next;
		free_row(r);
	}
}

static void fill(const struct session *s, struct trace_event *e)
{
	e->service = slice_str(s->peer->service);
	if (!s->announced)
		return;
	e->session = s->announced->q.id;
	e->peer = s->announced->q.peer;
}

static bool encode(struct server *s, struct trace_event *e, struct row *r)
{
	enum pk_status st = trace_encode(s->keys, &s->trace->tags, e, &r->key, &r->value);

	if (st == PK_ENOTFOUND) { /* the tenant is being deleted, and its key is gone */
		e->tenant = 0;
		buf_clear(&r->value);
		st = trace_encode(s->keys, &s->trace->tags, e, &r->key, &r->value);
	}
	return st == PK_OK;
}

static struct row *row_new(struct session *session, struct trace_event *e)
{
	struct server *s = session->peer->server;
	struct row *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	fill(session, e);
	r->key = trace_key(server_now(s), trace_reserve(s, 1));
	if (encode(s, e, r))
		return r;
	free_row(r);
	return NULL;
}

void trace_note(struct session *session, struct volume *v, struct trace_event *e)
{
	struct server *s = session->peer->server;
	struct trace *t = s->trace;
	int64_t price = days(s) * DAY_MS;
	bool room = t->count < TRACE_GATHER && t->allowed >= price;
	struct row *r = room ? row_new(session, e) : NULL;

	if (!r) {
		t->dropped++;
		return;
	}
	r->volume = v ? v : s->volumes[0];
	*t->last = r;
	t->last = &r->next;
	t->count++;
	t->allowed -= price;
}

static enum pk_status put(struct txn *t, const struct trace_key *key, struct slice row)
{
	return txn_put(t, TREE_TRACE, trace_key_slice(key), row);
}

enum pk_status trace_put(struct session *session, struct txn *t, uint32_t number,
                         struct trace_event *e)
{
	struct server *s = session->peer->server;
	struct trace_key key = trace_key(t->now_ms, number);
	struct buf row = {0};
	enum pk_status st;

	fill(session, e);
	st = trace_encode(s->keys, &s->trace->tags, e, &key, &row);
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

static void drop(struct server *s, struct row *rows)
{
	for (const struct row *r = rows; r; r = r->next)
		s->trace->dropped++;
	free_rows(rows);
}

static void flush_done(struct write *w)
{
	struct piece *p = of_write(w);

	if (w->status == PK_OK)
		free_rows(p->rows);
	else
		drop(p->server, p->rows);
	free(p);
}

/* Takes those out of what is gathered that are a volume's, or a tenant's where volume is NULL. */
static struct row *take(struct trace *t, const struct volume *v, uint32_t tenant)
{
	struct row *taken = NULL, **last = &taken, **at = &t->first;

	while (*at) {
		struct row *r = *at;

		if (v ? r->volume != v : trace_tenant(buf_slice(&r->value)) != tenant) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		r->next = NULL;
		*last = r;
		last = &r->next;
		t->count--;
	}
	t->last = at;
	return taken;
}

void trace_forget(struct server *s, uint32_t tenant)
{
	free_rows(take(s->trace, NULL, tenant));
}

static void flush_volume(struct server *s, struct volume *v)
{
	struct row *rows = take(s->trace, v, 0);
	struct piece *p = rows && !v->options.read_only ? calloc(1, sizeof(*p)) : NULL;

	if (!p) {
		drop(s, rows);
		return;
	}
	*p = (struct piece){.server = s, .rows = rows};
	p->write = (struct write){
		.apply = flush_apply, .done = flush_done, .bulk = true, .now_ms = server_now(s)};
	writer_submit(v->writer, &p->write);
}

static void flush(struct server *s)
{
	struct trace *t = s->trace;

	for (size_t i = 0; t->first && i < s->volume_count; i++)
		flush_volume(s, s->volumes[i]);
	if (t->dropped != t->told)
		LOG(PK_LOG_WARNING, "trace_dropped", LOG_NUMBER("events", t->dropped - t->told),
		    LOG_NUMBER("in_all", t->dropped));
	t->told = t->dropped;
}

void trace_tick(struct server *s, bool believed)
{
	struct trace *t = s->trace;
	int64_t now = server_mono(s);

	fill_allowance(s);
	if (now - t->flushed_ms >= TRACE_FLUSH_MS) {
		flush(s);
		t->flushed_ms = now;
	}
	trace_sweep(s, believed ? server_now(s) - days(s) * DAY_MS : 0);
}

void trace_stop(struct server *s)
{
	if (!s->trace || !s->volume_count || !s->volumes[0]->writer)
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
