#include "mailbox_uidl.h"
#include "tenant_admin.h"

/* message_set_uidl: for administrators who bring mail from another server. */

static enum pk_status say_why(struct call *c, enum pk_status st)
{
	const struct pk_message_set_uidl_req *q = c->q;

	if (st == PK_EEXPUNGED)
		return call_error(c, PK_ENOTFOUND, "there is no message %u in %.*s", q->uid,
		                  WORDS(q->mailbox));
	if (st == PK_EINVAL)
		return call_error(c, st, "a unique-id is 1 to 70 octets from ! to ~ (RFC 1939)");
	if (st == PK_EEXISTS)
		return call_error(c, st, "another message of %.*s has this unique-id",
		                  WORDS(q->mailbox));
	return st;
}

static enum pk_status apply(struct call *c, struct txn *t)
{
	const struct pk_message_set_uidl_req *q = c->q;
	struct target *at = c->state;
	struct account a;
	struct mailbox m = {0};
	enum pk_status st = target_ids(c, t, at);

	if (st == PK_OK)
		st = account_load(t, at->acct, &a);
	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	if (st == PK_ENOTFOUND && !*c->error)
		return call_error(c, st, "there is no mailbox %.*s", WORDS(q->mailbox));
	if (st == PK_OK)
		st = mailbox_set_uidl(&m, q->uid, q->uidl);
	mailbox_drop(&m);
	return say_why(c, st);
}

void op_message_set_uidl(struct call *c, const struct pk_message_set_uidl_req *q)
{
	struct target *at = arena_alloc(&c->arena, sizeof(*at));

	c->state = at;
	if (!at)
		call_done(c, PK_ENOMEM);
	else if (admin_user(c, q->account, at))
		call_write(c, at->volume, apply);
}
