#include "mailbox_chunks.h"
#include "mailbox_scan.h"

/* expunge, in chunks. */

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
