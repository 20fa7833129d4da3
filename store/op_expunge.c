#include "mailbox_chunks.h"
#include "mailbox_scan.h"

/* expunge, in chunks; drop_messages, in one transaction. */

struct expunging {
	struct chunks chunks; /* first */
	struct uid_range all[1];
	struct mailbox *m;
	size_t done; /* by this chunk */
};

static enum pk_status one(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct expunging *x = arg;
	enum pk_status st;

	if (!(e->flags & PK_DELETED))
		return PK_OK;
	st = chunks_take(&x->chunks, uid);
	if (st == PK_OK)
		st = mailbox_remove(x->m, uid, TO_VAULT, BY_CLIENT);
	if (st != PK_OK)
		return st;
	x->done++;
	range_rows_add(&x->chunks.found[0], uid, uid);
	return PK_OK;
}

static enum pk_status chunk(struct call *c, struct mailbox *m)
{
	struct expunging *x = c->state;

	enum pk_status st;

	x->m = m;
	x->done = 0;
	st = m->row.deleted ? chunks_each(&x->chunks, m, one, x) : PK_OK;
	c->counted = x->done;
	return st;
}

static void reply(struct call *c, const struct pk_rows *lists)
{
	struct chunks *k = c->state;
	struct pk_expunge_rep rep = {k->last_modseq, lists[0]};

	pk_put_expunge_rep(&c->out, &rep);
}

void op_expunge(struct call *c, const struct pk_expunge_req *q)
{
	struct expunging *x = arena_alloc(&c->arena, sizeof(*x));
	enum pk_status st = x ? uid_set_get(&c->arena, q->uids, &x->chunks.set) : PK_ENOMEM;

	if (st != PK_OK) {
		call_done(c, st);
		return;
	}
	if (!call_opened(c, q->handle, true, &x->chunks.opened))
		return;
	c->counts = METRIC_messages_expunged_total;
	if (!x->chunks.set.n)
		uid_set_all(&x->chunks.set, x->all);
	x->chunks.chunk = chunk;
	x->chunks.rows = CHUNK_REMOVES;
	x->chunks.reply = reply;
	x->chunks.lists = 1;
	chunks_run(c, &x->chunks);
}

struct dropping {
	struct opened opened;
	struct uid_set set;
	struct mailbox *m;
	uint32_t removed;
};

static enum pk_status drop(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct dropping *d = arg;

	(void)e;
	if (d->removed == ONE_TRANSACTION)
		return PK_ELIMIT;
	d->removed++;
	return mailbox_remove(d->m, uid, TO_VAULT, BY_CLIENT);
}

static enum pk_status drop_apply(struct call *c, struct txn *t)
{
	struct dropping *d = c->state;
	struct account a;
	struct mailbox m;
	struct pk_drop_messages_rep rep;
	enum pk_status st = opened_load(t, &d->opened, &a, &m);

	d->m = &m;
	d->removed = 0;
	for (size_t i = 0; st == PK_OK && i < d->set.n; i++)
		st = mailbox_each(&m, d->set.ranges[i].first, d->set.ranges[i].last, drop, d);
	if (st == PK_OK)
		st = mailbox_save(&m);
	if (st == PK_OK)
		st = account_save(&a);
	mailbox_drop(&m);
	c->counted = d->removed;
	rep = (struct pk_drop_messages_rep){a.modseq, d->removed};
	pk_put_drop_messages_rep(&c->out, &rep);
	return st;
}

void op_drop_messages(struct call *c, const struct pk_drop_messages_req *q)
{
	struct dropping *d = arena_alloc(&c->arena, sizeof(*d));
	enum pk_status st = d ? uid_set_get(&c->arena, q->uids, &d->set) : PK_ENOMEM;

	c->state = d;
	c->counts = METRIC_messages_expunged_total;
	if (st != PK_OK)
		call_done(c, st);
	else if (call_opened(c, q->handle, true, &d->opened))
		call_write(c, c->session->volume, drop_apply);
}
