#include "trace_sweep.h"

#include "trace.h"

#include <lmdb.h>

#define EVERY_MS   60000
#define SWEEP_ROWS 1000  /* that go in one write */
#define ERASE_LOOK 10000 /* rows that are looked at in one */

struct trace_bounds {
	int64_t before_ms; /* older ones go */
	uint64_t rows;     /* and the oldest where there are more */
};

/* Away from the disk. */
struct sweep {
	struct write write; /* first */
	struct volume *volume;
	struct trace_bounds bounds;
	bool more;
};

static struct sweep *of_write(struct write *w)
{
	return (struct sweep *)(void *)w;
}

static size_t rows_in(struct txn *t)
{
	MDB_stat stat = {0};

	if (mdb_stat(t->mdb, t->volume->dbi[TREE_TRACE], &stat) != 0)
		return 0; /* not of an open tree */
	return stat.ms_entries;
}

/* The oldest row, if it is to go. */
static bool oldest(struct txn *t, const struct trace_bounds *b, struct trace_key *key)
{
	struct trace_key before = trace_key(b->before_ms, 0);
	struct slice k, value;

	if (txn_first(t, TREE_TRACE, S(""), S(""), &k, &value) != PK_OK || k.n != TRACE_KEY_OCTETS)
		return false;
	memcpy(key->p, k.p, TRACE_KEY_OCTETS);
	return memcmp(key->p, before.p, TRACE_KEY_OCTETS) < 0 || rows_in(t) > b->rows;
}

static enum pk_status apply(struct write *w, struct txn *t)
{
	struct sweep *s = of_write(w);
	enum pk_status st = PK_OK;
	struct trace_key key;
	unsigned n = 0;

	for (; st == PK_OK && n < SWEEP_ROWS && oldest(t, &s->bounds, &key); n++)
		st = txn_del(t, TREE_TRACE, trace_key_slice(&key));
	s->more = n == SWEEP_ROWS;
	return st;
}

static void done(struct write *w)
{
	struct sweep *s = of_write(w);

	if (w->status == PK_OK && s->more) {
		writer_submit(s->volume->writer, w);
		return;
	}
	s->volume->trace_sweeping = false;
	free(s);
}

static void sweep_volume(struct server *server, struct volume *v, const struct trace_bounds *b)
{
	struct sweep *s = NULL;
	struct trace_key key;
	struct txn t;

	if (v->trace_sweeping || v->options.read_only)
		return;
	if (txn_begin_read(v, &t) == PK_OK && oldest(&t, b, &key))
		s = calloc(1, sizeof(*s));
	txn_end_read(&t);
	if (!s)
		return;
	*s = (struct sweep){.volume = v, .bounds = *b};
	s->write = (struct write){
		.apply = apply, .done = done, .bulk = true, .now_ms = server_now(server)};
	v->trace_sweeping = true;
	writer_submit(v->writer, &s->write);
}

void trace_sweep(struct server *s, int64_t before_ms)
{
	struct trace_bounds b = {before_ms, trace_rows_max(s)};
	int64_t now = server_mono(s);

	if (now < s->trace_swept_ms + EVERY_MS)
		return;
	s->trace_swept_ms = now;
	for (size_t i = 0; i < s->volume_count; i++)
		sweep_volume(s, s->volumes[i], &b);
}

enum pk_status trace_erase(struct txn *t, uint32_t tenant, struct trace_erasing *e)
{
	struct cursor at = {0};
	enum pk_status st = cursor_open(t, TREE_TRACE, &at);
	unsigned looked = 0, gone = 0;

	e->next = e->from;
	if (st == PK_OK)
		st = cursor_seek(&at, trace_key_slice(&e->next));
	while (st == PK_OK && looked++ < ERASE_LOOK && gone < SWEEP_ROWS) {
		if (at.key.n == TRACE_KEY_OCTETS)
			memcpy(e->next.p, at.key.p, TRACE_KEY_OCTETS);
		if (at.key.n != TRACE_KEY_OCTETS || trace_tenant(at.value) != tenant) {
			st = cursor_next(&at);
			continue;
		}
		gone++;
		st = txn_del(t, TREE_TRACE, trace_key_slice(&e->next));
		if (st == PK_OK)
			st = cursor_seek(&at, trace_key_slice(&e->next));
	}
	cursor_close(&at);
	e->more = st == PK_OK;
	return st == PK_ENOTFOUND ? PK_OK : st;
}
