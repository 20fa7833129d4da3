#include "mailbox_chunks.h"

static void cleanup(struct call *c)
{
	struct chunks *k = c->state;

	for (unsigned i = 0; i < CHUNK_LISTS; i++) {
		range_rows_free(&k->found[i]);
		buf_free(&k->all[i]);
	}
}

static enum pk_status apply(struct call *c, struct txn *t)
{
	struct chunks *k = c->state;
	struct account a;
	struct mailbox m;
	enum pk_status st = opened_load(t, &k->opened, &a, &m);

	k->place = k->done;
	k->left = k->rows;
	k->more = false;
	for (unsigned i = 0; i < CHUNK_LISTS; i++) {
		buf_clear(&k->found[i].rows);
		k->found[i].last = (struct uid_range){0};
	}
	k->was = m.row.modseq;
	if (st == PK_OK)
		st = k->chunk(c, &m);
	k->more = st == PK_ERETRY;
	if (st == PK_OK || st == PK_ERETRY)
		st = mailbox_save(&m);
	if (st == PK_OK)
		st = account_save(&a);
	k->modseq = a.modseq;
	mailbox_drop(&m);
	return st;
}

/* The rows that fit the next frame. */
static void send_some(struct call *c)
{
	struct chunks *k = c->state;
	struct pk_rows rows[CHUNK_LISTS] = {0};
	size_t room = CALL_ROWS_OCTETS;

	for (unsigned i = 0; i < k->lists && room; i++) {
		rows[i] = rows_take(&k->unsent[i], room);
		room = rows[i].raw.n < room ? room - rows[i].raw.n : 0;
	}
	c->again = false;
	for (unsigned i = 0; i < k->lists; i++)
		c->again |= k->unsent[i].n > 0;
	k->reply(c, rows);
}

/* Of what failed half-way the last frame is the failure. */
static enum pk_status send_step(struct call *c, struct txn *t)
{
	struct chunks *k = c->state;
	bool unsent = false;

	(void)t;
	for (unsigned i = 0; i < k->lists; i++)
		unsent |= k->unsent[i].n > 0;
	if (k->failed != PK_OK && !unsent)
		return k->failed;
	send_some(c);
	c->again |= k->failed != PK_OK;
	return PK_OK;
}

static void finish(struct call *c)
{
	struct chunks *k = c->state;
	size_t octets = 0;

	for (unsigned i = 0; i < CHUNK_LISTS; i++) {
		k->unsent[i] = buf_slice(&k->all[i]);
		octets += k->all[i].n;
		if (k->all[i].failed) {
			call_done(c, PK_ENOMEM);
			return;
		}
	}
	if (k->failed != PK_OK && !octets) {
		call_done(c, k->failed);
		return;
	}
	if (octets > CALL_ROWS_OCTETS || k->failed != PK_OK) {
		call_read(c, c->session->volume, send_step);
		return;
	}
	buf_clear(&c->out);
	send_some(c);
	call_done(c, PK_OK);
}

static void committed(struct call *c);

static void next(struct call *c)
{
	call_write_then(c, c->session->volume, apply, committed);
}

static void changed(struct chunks *k)
{
	if (!k->last_modseq)
		k->before = k->was;
	else if (k->was != k->last_modseq)
		k->before = 0;
	k->last_modseq = k->modseq;
}

static void committed(struct call *c)
{
	struct chunks *k = c->state;

	k->failed = c->status;
	if (k->failed != PK_OK) {
		finish(c);
		return;
	}
	k->done = k->place;
	if (k->modseq)
		changed(k);
	for (unsigned i = 0; i < CHUNK_LISTS; i++) {
		range_rows_end(&k->found[i]);
		k->all[i].failed |= k->found[i].rows.failed;
		buf_put(&k->all[i], buf_slice(&k->found[i].rows));
	}
	if (k->more)
		next(c);
	else
		finish(c);
}

void chunks_run(struct call *c, struct chunks *k)
{
	c->state = k;
	c->cleanup = cleanup;
	next(c);
}

enum pk_status chunks_take(struct chunks *k, uint32_t uid)
{
	if (!k->left) {
		k->place.next = uid;
		return PK_ERETRY;
	}
	k->left--;
	return PK_OK;
}

enum pk_status chunks_each(struct chunks *k, struct mailbox *m,
                           enum pk_status (*fn)(void *, uint32_t, const struct flag_entry *),
                           void *arg)
{
	struct uid_range rest;
	enum pk_status st = PK_OK;

	while (st == PK_OK && uid_set_rest(&k->set, &k->place, &rest)) {
		st = mailbox_each(m, rest.first, rest.last, fn, arg);
		if (st == PK_OK)
			uid_set_pass(&k->set, &k->place, rest.last);
	}
	return st;
}
