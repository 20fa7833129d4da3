#include "sender.h"
#include "tenant_admin.h"
#include "tenant_list.h"
#include "tenant_record.h"

/* The rights of users to send mail as other addresses: given, told, taken away. */
struct right {
	struct target at;
	struct address address;
};

static void begin(struct call *c, struct slice account, struct slice address,
                  enum pk_status (*apply)(struct call *, struct txn *))
{
	struct right *r = arena_alloc(&c->arena, sizeof(*r));

	c->state = r;
	if (!r)
		call_done(c, PK_ENOMEM);
	else if (address_fold(address, &r->address) != PK_OK)
		call_fail(c, PK_EINVAL, "%.*s is no address", WORDS(address));
	else if (admin_user(c, account, &r->at))
		call_write(c, r->at.volume, apply);
}

static enum pk_status create_apply(struct call *c, struct txn *t)
{
	struct right *r = c->state;
	enum pk_status st = target_ids(c, t, &r->at);

	if (st != PK_OK)
		return st;
	st = sendas_put(t, r->at.acct, &r->address);
	if (st == PK_EEXISTS)
		return call_error(c, st, "it may send as this address already");
	if (st == PK_ENOTFOUND)
		return call_error(c, st, "%.*s is no domain of this tenant",
		                  WORDS(r->address.domain));
	if (st == PK_ELIMIT)
		return call_error(c, st, "a user may send as at most %d other addresses",
		                  SENDAS_MAX);
	return st;
}

void op_sendas_create(struct call *c, const struct pk_sendas_create_req *q)
{
	begin(c, q->account, q->address, create_apply);
}

static enum pk_status delete_apply(struct call *c, struct txn *t)
{
	struct right *r = c->state;
	enum pk_status st = target_ids(c, t, &r->at);

	if (st == PK_OK)
		st = sendas_remove(t, r->at.acct, &r->address);
	return st == PK_ENOTFOUND && !*c->error ? call_error(c, st, "it has no such right") : st;
}

void op_sendas_delete(struct call *c, const struct pk_sendas_delete_req *q)
{
	begin(c, q->account, q->address, delete_apply);
}

/* Those of a domain's users are among those of its tenant. */
static enum pk_status list_row(struct call *c, struct txn *t, struct slice key, struct slice value)
{
	struct target_walk *w = c->state;
	struct slice address = slice_skip(key, 9);
	struct sendas_row row;
	struct user_row user;
	enum pk_status st = user_load(t, ACCT(w->at.tenant, key_u32_at(key, 5)), &user);

	if (st == PK_OK)
		st = sendas_decode(value, &row);
	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_EIO : st;
	if (!w->at.domain || user.domain == w->at.domain)
		pk_put_sendas_row(&c->rows,
		                  &(struct pk_sendas){user.address, address, row.created_ms});
	return PK_OK;
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct target_walk *w = c->state;
	enum pk_status st = target_ids(c, t, &w->at);

	if (st != PK_OK)
		return st;
	w->walk.prefix = w->at.acct
	                         ? key_tenant_u32(w->at.tenant, KIND_SENDAS, ACCT_USER(w->at.acct))
	                         : key_tenant(w->at.tenant, KIND_SENDAS);
	st = walk_step(c, t, &w->walk);
	pk_put_sendas_list_rep(&c->out, &(struct pk_sendas_list_rep){.rights = PK_ROWS(&c->rows)});
	return st;
}

void op_sendas_list(struct call *c, const struct pk_sendas_list_req *q)
{
	walk_start(c, admin_selector, q->selector, list_row, list_step);
}
