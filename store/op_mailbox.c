#include "mailbox_handle.h"
#include "mailbox_listed.h"

/* status, create, remove, rename, subscribe: mailboxes by name. */

static enum pk_status status_step(struct call *c, struct txn *t)
{
	const struct pk_status_req *q = c->q;
	struct pk_status_rep rep = {0};
	struct account a;
	struct mailbox m = {0};
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	if (st == PK_OK)
		st = mailbox_counted(&m, q->want | PK_COUNT_RECENT, &rep);
	mailbox_drop(&m);
	pk_put_status_rep(&c->out, &rep);
	return st;
}

void op_status(struct call *c, const struct pk_status_req *q)
{
	if (q->want & PK_COUNT_DELETED) /* not on the loop: there may be many */
		call_read(c, c->session->volume, status_step);
	else
		call_point(c, c->session->volume, status_step);
}

static enum pk_status limits_in_words(struct call *c, enum pk_status st)
{
	if (st == PK_ELIMIT)
		return call_error(
			c, st,
			"too many mailboxes, or messages for one request, or a name is too long");
	return st;
}

static enum pk_status create_apply(struct call *c, struct txn *t)
{
	const struct pk_create_req *q = c->q;
	struct pk_create_rep rep;
	struct account a;
	struct mailbox m = {0};
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = mailbox_create(&a, q->mailbox, q->attributes, &m);
	if (st == PK_ENOTSUP)
		return call_error(c, st, "no mailbox can have that use, or another has it");
	if (st == PK_OK)
		st = mailbox_save(&m);
	if (st == PK_OK)
		st = account_save(&a);
	mailbox_drop(&m);
	rep = (struct pk_create_rep){mailbox_public_id(a.acct, m.id), m.row.uidvalidity};
	pk_put_create_rep(&c->out, &rep);
	return limits_in_words(c, st);
}

void op_create(struct call *c, const struct pk_create_req *q)
{
	(void)q;
	call_write(c, c->session->volume, create_apply);
}

/* 0: a name without a mailbox, or none at all. */
static uint64_t id_of(struct account *a, struct slice name)
{
	struct mailbox m;
	enum pk_status st = mailbox_find(a, name, &m);

	mailbox_drop(&m);
	return st == PK_OK ? mailbox_public_id(a->acct, m.id) : 0;
}

static enum pk_status remove_apply(struct call *c, struct txn *t)
{
	const struct pk_remove_req *q = c->q;
	struct pk_remove_rep rep = {0};
	struct account a;
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		rep.id = id_of(&a, q->mailbox);
	if (st == PK_OK)
		st = mailbox_delete(&a, q->mailbox);
	pk_put_remove_rep(&c->out, &rep);
	if (st == PK_EEXISTS)
		return call_error(c, st, "the name has children and no mailbox of its own");
	return limits_in_words(c, st == PK_OK ? account_save(&a) : st);
}

void op_remove(struct call *c, const struct pk_remove_req *q)
{
	(void)q;
	call_write(c, c->session->volume, remove_apply);
}

static enum pk_status rename_apply(struct call *c, struct txn *t)
{
	const struct pk_rename_req *q = c->q;
	struct account a;
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = mailbox_rename(&a, q->mailbox, q->to);
	return limits_in_words(c, st == PK_OK ? account_save(&a) : st);
}

void op_rename(struct call *c, const struct pk_rename_req *q)
{
	(void)q;
	call_write(c, c->session->volume, rename_apply);
}

static enum pk_status subscribe_apply(struct call *c, struct txn *t)
{
	const struct pk_subscribe_req *q = c->q;
	struct account a;
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = mailbox_subscribe(&a, q->mailbox, q->on);
	return st == PK_OK ? account_save(&a) : st;
}

void op_subscribe(struct call *c, const struct pk_subscribe_req *q)
{
	(void)q;
	call_write(c, c->session->volume, subscribe_apply);
}
