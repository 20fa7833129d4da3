#include "auth.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "tenant_claim.h"
#include "tenant_edit.h"
#include "tenant_list.h"

static enum pk_status claim(struct call *c, struct making *m)
{
	struct place place = {m->tenant, m->volume->number};
	enum pk_status st = directory_claim_domain(c->server->directory, m->name, &place);

	m->claimed = st == PK_OK;
	return st;
}

static enum pk_status write_rows(struct call *c, struct txn *t, struct making *m)
{
	uint32_t domain;
	enum pk_status st = domain_make(t, m->tenant, m->name, &domain);

	if (st == PK_OK)
		st = changes_apply(c, t, &(struct scope){m->tenant, PK_SCOPE_DOMAIN, domain},
		                   &m->changes);
	return st;
}

void op_domain_create(struct call *c, const struct pk_domain_create_req *q)
{
	static const struct claim_kind kind = {.domain = true, .claim = claim, .write = write_rows};
	struct making *m = arena_alloc(&c->arena, sizeof(*m));
	char *name = arena_alloc(&c->arena, DOMAIN_MAX + 1);
	struct target at;

	if (!m || !name) {
		call_done(c, PK_ENOMEM);
	} else if (domain_fold(q->domain, name, &m->name) != PK_OK) {
		call_fail(c, PK_EINVAL, "%.*s is no domain", WORDS(q->domain));
	} else if (admin_tenant(c, q->tenant, &at) &&
	           admin_changes(c, q->settings, PK_SCOPE_DOMAIN, &m->changes)) {
		m->kind = &kind;
		m->tenant = at.tenant;
		m->volume = at.volume;
		making_start(c, m);
	}
}

static enum pk_status load(struct txn *t, uint32_t tenant, struct slice name, uint32_t *domain,
                           struct domain_row *row)
{
	enum pk_status st = domain_find(t, tenant, name, domain);

	return st == PK_OK ? domain_load(t, tenant, *domain, row) : st;
}

static enum pk_status list_row(struct call *c, struct txn *t, const struct listed *l)
{
	struct tenant_row tenant;
	struct domain_row row;
	uint32_t domain;
	enum pk_status st = load(t, l->place.tenant, l->name, &domain, &row);

	if (st == PK_OK)
		st = tenant_load(t, l->place.tenant, &tenant);
	if (st == PK_OK)
		pk_put_domain_row(&c->rows,
		                  &(struct pk_domain){.name = l->name,
		                                      .tenant = tenant.name,
		                                      .state = slice_str(state_word(row.state)),
		                                      .users = row.users,
		                                      .octets = row.use.octets,
		                                      .messages = row.use.messages});
	return st;
}

static void list_put(struct call *c)
{
	pk_put_domain_list_rep(&c->out, &(struct pk_domain_list_rep){.domains = PK_ROWS(&c->rows)});
}

void op_domain_list(struct call *c, const struct pk_domain_list_req *q)
{
	struct target at = {0};

	if (q->tenant.n && !admin_tenant(c, q->tenant, &at))
		return;
	list_start(c,
	           &(struct listing){
			   .domains = true, .tenant = at.tenant, .row = list_row, .put = list_put});
}

static enum pk_status show_step(struct call *c, struct txn *t)
{
	struct target *at = c->state;
	struct tenant_row tenant;
	struct domain_row row;
	enum pk_status st = load(t, at->tenant, at->selector.domain, &at->domain, &row);

	if (st == PK_OK)
		st = tenant_load(t, at->tenant, &tenant);
	if (st == PK_OK)
		st = settings_rows(t, PK_SCOPE_DOMAIN, ACCT(at->tenant, 0), at->domain, &c->rows);
	if (st != PK_OK)
		return st;
	pk_put_domain_show_rep(
		&c->out,
		&(struct pk_domain_show_rep){
			.tenant = tenant.name,
			.state = slice_str(state_within(row.state, STATE_ACTIVE, tenant.state)),
			.users = row.users,
			.octets = row.use.octets,
			.messages = row.use.messages,
			.settings = PK_ROWS(&c->rows)});
	return PK_OK;
}

void op_domain_show(struct call *c, const struct pk_domain_show_req *q)
{
	admin_show(c, admin_domain, q->domain, show_step);
}

void op_domain_set(struct call *c, const struct pk_domain_set_req *q)
{
	admin_set(c, admin_domain, q->domain, q->settings);
}

struct deleting {
	struct target at;
	unsigned budget;
	enum pk_status status;
};

static void release_run(struct call *c)
{
	struct deleting *d = c->state;

	d->status = directory_release(c->server->directory, true, d->at.selector.domain);
}

static void released(struct call *c)
{
	call_done(c, ((struct deleting *)c->state)->status);
}

static enum pk_status erase_apply(struct call *c, struct txn *t)
{
	struct deleting *d = c->state;
	enum pk_status st = domain_find(t, d->at.tenant, d->at.selector.domain, &d->at.domain);

	d->budget = ERASE_ROWS;
	return st == PK_OK ? domain_erase(t, d->at.tenant, d->at.domain, &d->budget) : st;
}

static void erased(struct call *c)
{
	struct deleting *d = c->state;

	if (d->at.domain)
		auth_kick(c->server, d->at.tenant, d->at.domain, 0, PK_KICK_ADMIN);
	if (c->status == PK_OK && d->budget == 0)
		call_write_then(c, d->at.volume, erase_apply, erased);
	else if (c->status == PK_OK || c->status == PK_ENOTFOUND)
		call_work(c, release_run, released);
	else
		call_done(c, c->status);
}

void op_domain_delete(struct call *c, const struct pk_domain_delete_req *q)
{
	struct deleting *d = arena_alloc(&c->arena, sizeof(*d));

	c->state = d;
	c->write.bulk = true;
	if (!d)
		call_done(c, PK_ENOMEM);
	else if (admin_domain(c, q->domain, &d->at))
		call_write_then(c, d->at.volume, erase_apply, erased);
}
