#include "auth.h"
#include "tenant_admin.h"

/* Requests that name a tenant, domain or user and show it or change its settings. */

struct scope target_scope(const struct target *at)
{
	if (at->acct)
		return (struct scope){at->tenant, PK_SCOPE_USER, ACCT_USER(at->acct)};
	if (at->domain)
		return (struct scope){at->tenant, PK_SCOPE_DOMAIN, at->domain};
	return (struct scope){at->tenant, PK_SCOPE_TENANT, 0};
}

uint32_t target_kick(struct server *s, const struct target *at, uint8_t why)
{
	uint32_t user = ACCT_USER(at->acct);

	return auth_kick(s, at->tenant, user ? 0 : at->domain, user, why);
}

void admin_show(struct call *c, admin_find *find, struct slice name,
                enum pk_status (*step)(struct call *, struct txn *))
{
	struct target *at = arena_alloc(&c->arena, sizeof(*at));

	c->state = at;
	if (!at)
		call_done(c, PK_ENOMEM);
	else if (find(c, name, at))
		call_point(c, at->volume, step);
}

struct setting_state {
	struct target at;
	struct changes changes;
};

static enum pk_status set_apply(struct call *c, struct txn *t)
{
	struct setting_state *s = c->state;
	struct tenant_row tenant;
	struct scope scope;
	enum pk_status st = tenant_load(t, s->at.tenant, &tenant);

	if (st == PK_OK)
		st = target_ids(c, t, &s->at);
	scope = target_scope(&s->at);
	return st == PK_OK ? changes_apply(c, t, &scope, &s->changes) : st;
}

static void set_done(struct call *c)
{
	struct setting_state *s = c->state;

	if (c->status == PK_OK && changes_suspend(&s->changes))
		target_kick(c->server, &s->at, PK_KICK_ADMIN);
	call_done(c, c->status);
}

static uint8_t scope_of(const struct selector *s)
{
	if (s->local.n)
		return PK_SCOPE_USER;
	return s->domain.n ? PK_SCOPE_DOMAIN : PK_SCOPE_TENANT;
}

void admin_set(struct call *c, admin_find *find, struct slice name, struct pk_rows wanted)
{
	struct setting_state *s = arena_alloc(&c->arena, sizeof(*s));

	c->state = s;
	if (!s)
		call_done(c, PK_ENOMEM);
	else if (find(c, name, &s->at) &&
	         admin_changes(c, wanted, scope_of(&s->at.selector), &s->changes))
		call_write_then(c, s->at.volume, set_apply, set_done);
}
