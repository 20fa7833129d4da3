#include "mailbox_handle.h"
#include "mailbox_uids.h"

/* drop_messages: the end of a POP3 session, in one transaction. */

struct ending {
	struct opened opened;
	struct uid_set deleted, retrieved;
	struct dropping drop;
	uint32_t looked_at;
	enum pk_status (*one)(struct dropping *, uint32_t uid);
};

static enum pk_status one(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct ending *d = arg;

	(void)e;
	if (d->looked_at == ONE_TRANSACTION)
		return PK_ELIMIT;
	d->looked_at++;
	return d->one(&d->drop, uid);
}

/* What is gone meanwhile needs nothing more: also what was deleted and has gone where what is
 * downloaded goes. */
static enum pk_status each(struct ending *d, const struct uid_set *set,
                           enum pk_status (*fn)(struct dropping *, uint32_t uid))
{
	enum pk_status st = PK_OK;

	d->one = fn;
	d->looked_at = 0;
	for (size_t i = 0; st == PK_OK && i < set->n; i++)
		st = mailbox_each(d->drop.m, set->ranges[i].first, set->ranges[i].last, one, d);
	return st;
}

static enum pk_status apply(struct call *c, struct txn *t)
{
	struct ending *d = c->state;
	struct account a;
	struct mailbox m;
	struct pk_drop_messages_rep rep;
	enum pk_status st = opened_load(t, &d->opened, &a, &m);

	d->drop = (struct dropping){.m = &m};
	if (st == PK_OK)
		st = drop_rules_load(&a, &d->drop.rules);
	if (st == PK_OK)
		st = each(d, &d->retrieved, drop_retrieved);
	if (st == PK_OK)
		st = each(d, &d->deleted, drop_deleted);
	if (st == PK_OK)
		st = dropping_save(&d->drop);
	if (st == PK_OK)
		st = account_save(&a);
	dropping_free(&d->drop);
	mailbox_drop(&m);
	c->counted = d->drop.removed;
	rep = (struct pk_drop_messages_rep){a.modseq, d->drop.removed};
	pk_put_drop_messages_rep(&c->out, &rep);
	return st;
}

void op_drop_messages(struct call *c, const struct pk_drop_messages_req *q)
{
	struct ending *d = arena_alloc(&c->arena, sizeof(*d));
	enum pk_status st = d ? uid_set_get(&c->arena, q->uids, &d->deleted) : PK_ENOMEM;

	if (st == PK_OK)
		st = uid_set_get(&c->arena, q->retrieved, &d->retrieved);
	c->state = d;
	c->counts = METRIC_messages_expunged_total;
	if (st != PK_OK)
		call_done(c, st);
	else if (call_opened(c, q->handle, true, &d->opened))
		call_write(c, c->session->volume, apply);
}
