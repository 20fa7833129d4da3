#include "mailbox_parts.h"

/* Ranges of UIDs, as they were removed. */
struct gone {
	size_t n, cap;
	struct uid_range ranges[];
};

static struct gone *grown(struct gone *g)
{
	size_t cap = g ? g->cap * 2 : 16;
	struct gone *p = realloc(g, sizeof(*p) + cap * sizeof(struct uid_range));

	if (!p)
		return NULL;
	if (!g)
		p->n = 0;
	p->cap = cap;
	return p;
}

enum pk_status expunged_add(struct mailbox *m, uint32_t uid)
{
	struct gone *g = m->gone;

	if (g && g->n && g->ranges[g->n - 1].last == uid - 1) {
		g->ranges[g->n - 1].last = uid;
		return PK_OK;
	}
	if (!g || g->n == g->cap) {
		g = grown(g);
		if (!g)
			return PK_ENOMEM;
		m->gone = g;
	}
	g->ranges[g->n++] = (struct uid_range){uid, uid};
	return PK_OK;
}

static int by_first(const void *a, const void *b)
{
	const struct uid_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Ascending, with neighbours joined. */
static void tidy(struct gone *g)
{
	size_t n = 0;

	qsort(g->ranges, g->n, sizeof(struct uid_range), by_first);
	for (size_t i = 1; i < g->n; i++) {
		if (g->ranges[i].first == g->ranges[n].last + 1)
			g->ranges[n].last = g->ranges[i].last;
		else
			g->ranges[++n] = g->ranges[i];
	}
	g->n = n + 1;
}

/* Forgets the oldest row. What it told can no longer be asked for. */
static enum pk_status trim(struct mailbox *m)
{
	struct key prefix = key_acct(m->account->acct, m->id, KIND_EXPUNGED);
	struct slice key, value;
	uint64_t modseq;
	enum pk_status st =
		txn_first(m->txn, TREE_ACCT, key_slice(&prefix), (struct slice){0}, &key, &value);

	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_EIO : st; /* expunged_rows says that it is there */
	modseq = key_u64_at(key, KEY_ACCT_OCTETS);
	if (modseq > m->row.vanished_floor)
		m->row.vanished_floor = modseq;
	m->row.expunged_rows--;
	return txn_del(m->txn, TREE_ACCT, key);
}

enum pk_status expunged_write(struct mailbox *m)
{
	struct gone *g = m->gone;
	enum pk_status st = PK_OK;

	if (!g || !g->n)
		return PK_OK;
	tidy(g);
	for (size_t at = 0; st == PK_OK && at < g->n; at += EXPUNGED_RANGES) {
		size_t n = g->n - at < EXPUNGED_RANGES ? g->n - at : EXPUNGED_RANGES;
		struct key key = key_acct_pair(m->account->acct, m->id, KIND_EXPUNGED,
		                               m->row.modseq, g->ranges[at].first);
		struct buf row = {0};

		expunged_encode(&row, g->ranges + at, n);
		st = put_row(m->txn, TREE_ACCT, &key, &row);
		m->row.expunged_rows++;
	}
	g->n = 0;
	while (st == PK_OK && m->row.expunged_rows > EXPUNGED_ROWS)
		st = trim(m);
	return st;
}

void expunged_free(struct mailbox *m)
{
	free(m->gone);
	m->gone = NULL;
}
