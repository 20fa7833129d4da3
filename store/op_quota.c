#include "mailbox.h"
#include "quota.h"
#include "tenant.h"
#include "tenant_admin.h"

#include <limits.h>

/* Quota as sessions and administrators see it; the rules are in quota.c. */

/* scopes: bits 1 << enum pk_scope of those to tell. */
static void put_levels(struct buf *rows, const struct quota_level *levels, size_t n,
                       unsigned scopes)
{
	for (size_t i = 0; i < n; i++)
		if (scopes >> levels[i].scope & 1)
			pk_put_quota_row(rows, &(struct pk_quota){.scope = levels[i].scope,
			                                          .name = slice_str(levels[i].name),
			                                          .resource = levels[i].resource,
			                                          .used = levels[i].used,
			                                          .limit = levels[i].limit});
}

#define ALL_SCOPES UINT_MAX
#define OWN_SCOPES (1u << PK_SCOPE_USER | 1u << PK_SCOPE_MAILBOX)

/* Of an account and, when name is not empty, of one of its mailboxes. */
static enum pk_status account_levels(struct txn *t, uint64_t acct, struct slice name,
                                     unsigned scopes, struct buf *rows)
{
	struct quota_level levels[QUOTA_LEVELS_MAX];
	struct mailbox m = {0};
	struct account a;
	size_t n = 0;
	enum pk_status st = account_load(t, acct, &a);

	if (st == PK_OK && name.n)
		st = mailbox_find(&a, name, &m);
	if (st == PK_OK)
		st = quota_levels(&a, name.n ? &m : NULL, levels, &n);
	if (m.account)
		mailbox_drop(&m);
	put_levels(rows, levels, n, scopes);
	return st;
}

/* What a domain or a tenant uses is what its other users use: confidential, unless whoever runs it
 * says otherwise (RFC 9208 8). */
static enum pk_status scopes_shown(struct txn *t, const struct session *s, unsigned *scopes)
{
	uint64_t shared;
	enum pk_status st = setting_number(t, s->acct, s->domain, "quota.shared", &shared);

	*scopes = st == PK_OK && shared ? ALL_SCOPES : OWN_SCOPES;
	return st;
}

static enum pk_status quota_step(struct call *c, struct txn *t)
{
	const struct pk_quota_req *q = c->q;
	uint64_t acct = c->session->acct;
	unsigned scopes;
	enum pk_status st = scopes_shown(t, c->session, &scopes);

	if (st == PK_OK)
		st = account_levels(t, acct, q->mailbox, scopes, &c->rows);
	if (st == PK_ENOTFOUND && q->mailbox.n) /* RFC 9208 4.1.2: one that may be made */
		st = account_levels(t, acct, S(""), scopes, &c->rows);
	if (st == PK_OK)
		pk_put_quota_rep(&c->out, &(struct pk_quota_rep){.quotas = PK_ROWS(&c->rows)});
	return st;
}

void op_quota(struct call *c, const struct pk_quota_req *q)
{
	(void)q;
	call_point(c, c->session->volume, quota_step);
}

static enum pk_status self_apply(struct call *c, struct txn *t)
{
	const struct pk_quota_self_req *q = c->q;
	const struct session *s = c->session;
	struct mailbox m = {0};
	struct account a;
	uint64_t may;
	enum pk_status st = setting_number(t, s->acct, s->domain, "quota.self", &may);

	if (st == PK_OK && !may)
		return PK_EPERM;
	if (st == PK_OK)
		st = account_load(t, s->acct, &a);
	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	if (st == PK_OK)
		st = quota_limit_mailbox(&m, PK_RES_OCTETS, q->octets_limit);
	if (st == PK_OK)
		st = quota_limit_mailbox(&m, PK_RES_MESSAGES, q->messages_limit);
	if (st == PK_OK)
		st = mailbox_save(&m);
	mailbox_drop(&m);
	return st == PK_OK ? account_save(&a) : st;
}

static bool limit_ok(uint64_t limit)
{
	return limit <= INT64_MAX || limit == LIMIT_NONE;
}

void op_quota_self(struct call *c, const struct pk_quota_self_req *q)
{
	if (limit_ok(q->octets_limit) && limit_ok(q->messages_limit))
		call_write(c, c->session->volume, self_apply);
	else
		call_done(c, PK_EINVAL);
}

static enum pk_status room_step(struct call *c, struct txn *t)
{
	const struct pk_room_req *q = c->q;
	struct mailbox m;
	struct account a;
	uint8_t scope = 0;
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	if (st != PK_OK)
		return st;
	st = quota_check(&m, q->octets, q->messages ? q->messages : 1, &scope);
	mailbox_drop(&m);
	if (st == PK_EQUOTA)
		return call_error(c, st, "over the quota of the %s", quota_scope_word(scope));
	return st;
}

void op_room(struct call *c, const struct pk_room_req *q)
{
	if (q->messages <= 1 && q->octets > c->server->options.message_max)
		call_done(c, PK_ETOOBIG);
	else if (volume_short_of_disk(c->session->volume))
		call_done(c, PK_EFULL);
	else
		call_point(c, c->session->volume, room_step);
}

struct limiting {
	struct target at;
	uint8_t resource;
	uint64_t limit;
};

static enum pk_status show_step(struct call *c, struct txn *t)
{
	struct limiting *l = c->state;
	struct quota_level levels[QUOTA_LEVELS_MAX];
	size_t n = 0;
	enum pk_status st = target_ids(c, t, &l->at);

	if (st != PK_OK)
		return st;
	if (l->at.acct)
		st = account_levels(t, l->at.acct, l->at.selector.mailbox, ALL_SCOPES, &c->rows);
	else if (l->at.domain)
		st = quota_levels_of_domain(t, l->at.tenant, l->at.domain, levels, &n);
	else
		st = quota_levels_of_tenant(t, l->at.tenant, levels, &n);
	put_levels(&c->rows, levels, n, ALL_SCOPES);
	if (st == PK_OK)
		pk_put_quota_show_rep(&c->out,
		                      &(struct pk_quota_show_rep){.quotas = PK_ROWS(&c->rows)});
	return st;
}

void op_quota_show(struct call *c, const struct pk_quota_show_req *q)
{
	struct limiting *l = arena_alloc(&c->arena, sizeof(*l));

	c->state = l;
	if (!l)
		call_done(c, PK_ENOMEM);
	else if (admin_selector(c, q->selector, &l->at))
		call_point(c, l->at.volume, show_step);
}

static enum pk_status limit_mailbox(struct txn *t, const struct limiting *l)
{
	struct mailbox m;
	struct account a;
	enum pk_status st = account_load(t, l->at.acct, &a);

	if (st == PK_OK)
		st = mailbox_find(&a, l->at.selector.mailbox, &m);
	if (st != PK_OK)
		return st;
	st = quota_limit_mailbox(&m, l->resource, l->limit);
	if (st == PK_OK)
		st = mailbox_save(&m);
	mailbox_drop(&m);
	return st == PK_OK ? account_save(&a) : st;
}

static enum pk_status set_apply(struct call *c, struct txn *t)
{
	struct limiting *l = c->state;
	struct scope scope;
	enum pk_status st = target_ids(c, t, &l->at);

	if (st != PK_OK)
		return st;
	if (l->at.selector.mailbox.n) {
		st = limit_mailbox(t, l);
	} else {
		scope = target_scope(&l->at);
		st = quota_limit(t, &scope, l->resource, l->limit);
	}
	if (st == PK_EINVAL)
		return call_error(c, st, "there is no such limit on this");
	if (st == PK_ENOTFOUND)
		return call_error(c, st, "there is no such mailbox");
	return st;
}

void op_quota_set(struct call *c, const struct pk_quota_set_req *q)
{
	struct limiting *l = arena_alloc(&c->arena, sizeof(*l));

	c->state = l;
	if (!l) {
		call_done(c, PK_ENOMEM);
		return;
	}
	l->resource = q->resource;
	l->limit = q->limit;
	if (!limit_ok(q->limit))
		call_fail(c, PK_EINVAL, "a limit is below 2^63, or none");
	else if (admin_selector(c, q->selector, &l->at))
		call_write(c, l->at.volume, set_apply);
}
