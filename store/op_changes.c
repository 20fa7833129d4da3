#include "mailbox_handle.h"
#include "mailbox_scan.h"
#include "notify.h"

/*
 * changes: what happened to a mailbox after `since`. Keywords and what vanished are gathered in
 * the first step; flags follow by page. What changes while the frames leave has a modseq above the
 * one that the reply names, and will be told again.
 */
struct changing {
	struct opened opened;
	struct pk_changes_rep rep;
	uint64_t since; /* 0 after a resync was found to be needed */
	bool started;
	struct uid_range known[1]; /* UIDs below the uidnext of the reply */
	struct uid_set set;
	struct uid_place place;
	struct buf keywords;
	struct range_rows vanished;
	struct slice vanished_left;
};

static void cleanup(struct call *c)
{
	struct changing *g = c->state;

	buf_free(&g->keywords);
	range_rows_free(&g->vanished);
}

static int by_first(const void *a, const void *b)
{
	const struct uid_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Ranges of all rows of the log above since. */
static enum pk_status read_log(struct mailbox *m, uint64_t since, struct buf *ranges)
{
	struct key prefix = key_acct(m->account->acct, m->id, KIND_EXPUNGED);
	struct key from = key_acct_u64(m->account->acct, m->id, KIND_EXPUNGED, since + 1);
	struct uid_range some[EXPUNGED_RANGES];
	struct cursor c;
	size_t n;
	enum pk_status st = cursor_open(m->txn, TREE_ACCT, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&from));
	while (st == PK_OK && slice_starts(c.key, key_slice(&prefix))) {
		st = expunged_decode(c.value, some, &n);
		if (st != PK_OK)
			break;
		buf_put(ranges, (struct slice){(const char *)some, n * sizeof(*some)});
		st = cursor_next(&c);
	}
	cursor_close(&c);
	if (ranges->failed)
		return PK_ENOMEM;
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status gather_vanished(struct changing *g, struct mailbox *m)
{
	struct buf raw = {0};
	struct uid_range *ranges;
	size_t n;
	enum pk_status st = PK_OK;

	if (g->since < m->row.modseq && m->row.expunged_rows)
		st = read_log(m, g->since, &raw);
	ranges = (struct uid_range *)(void *)raw.p;
	n = raw.n / sizeof(*ranges);
	if (n)
		qsort(ranges, n, sizeof(*ranges), by_first);
	for (size_t i = 0; i < n; i++)
		range_rows_add(&g->vanished, ranges[i].first, ranges[i].last);
	range_rows_end(&g->vanished);
	buf_free(&raw);
	return g->vanished.rows.failed ? PK_ENOMEM : st;
}

static enum pk_status start(struct call *c, struct changing *g, struct mailbox *m)
{
	const struct pk_changes_req *q = c->q;
	enum pk_status st;

	g->started = true;
	g->since = q->since;
	g->rep.modseq = m->row.modseq;
	g->rep.uidnext = m->row.uidnext;
	g->rep.recent_from = m->row.recent_from;
	if (q->since < m->row.vanished_floor)
		g->rep.resync = PK_RESYNC_GONE;
	if (q->since < m->account->row.resync_below)
		g->rep.resync = PK_RESYNC_ALL;
	g->known[0] = (struct uid_range){1, m->row.uidnext - 1};
	g->set = (struct uid_set){g->known, m->row.uidnext > 1};
	if (g->rep.resync)
		g->since = 0;
	st = scan_keywords(m, &g->keywords);
	if (st == PK_OK && !g->rep.resync)
		st = gather_vanished(g, m);
	g->rep.keywords = PK_ROWS(&g->keywords);
	g->vanished_left = buf_slice(&g->vanished.rows);
	return g->keywords.failed ? PK_ENOMEM : st;
}

static enum pk_status flag_row(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct call *c = arg;
	struct changing *g = c->state;

	if (c->rows.n >= CALL_ROWS_OCTETS)
		return PK_ERETRY;
	if (e->modseq > g->since)
		pk_put_flag_row(&c->rows, &(struct pk_flag){uid, e->flags, e->modseq});
	return PK_OK;
}

/* The next frame's rows: first what vanished, then flags. */
static enum pk_status next_rows(struct call *c, struct changing *g, struct mailbox *m)
{
	struct flag_walk w = {&g->set, &g->place, g->since, flag_row, c};
	enum pk_status st = PK_OK;

	buf_clear(&c->rows);
	g->rep.vanished = rows_take(&g->vanished_left, CALL_ROWS_OCTETS);
	if (g->vanished_left.n || g->rep.vanished.raw.n >= CALL_ROWS_OCTETS)
		st = PK_ERETRY;
	else if (g->since < m->row.modseq)
		st = scan_flags(m, &w);
	c->again = st == PK_ERETRY;
	g->rep.flags = PK_ROWS(&c->rows);
	return st == PK_ERETRY ? PK_OK : st;
}

static enum pk_status changes_step(struct call *c, struct txn *t)
{
	struct changing *g = c->state;
	struct account a;
	struct mailbox m;
	enum pk_status st = opened_load(t, &g->opened, &a, &m);

	if (st == PK_OK && !g->started)
		st = start(c, g, &m);
	if (st == PK_OK)
		st = next_rows(c, g, &m);
	mailbox_drop(&m);
	if (st != PK_OK)
		return st;
	pk_put_changes_rep(&c->out, &g->rep);
	g->rep.keywords = (struct pk_rows){0};
	return PK_OK;
}

void op_changes(struct call *c, const struct pk_changes_req *q)
{
	struct changing *g = arena_alloc(&c->arena, sizeof(*g));

	watch_answered(c->session);
	if (!g) {
		call_done(c, PK_ENOMEM);
		return;
	}
	if (!call_opened(c, q->handle, false, &g->opened))
		return;
	g->rep.count = watch_count(c->session, session_handle(c->session, q->handle));
	c->state = g;
	c->cleanup = cleanup;
	call_read(c, c->session->volume, changes_step);
}
