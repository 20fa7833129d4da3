#include "tenant_admin.h"

#include "tenant.h"

const char *state_word(uint8_t state)
{
	static const char *const words[] = {[STATE_ACTIVE] = "active",
	                                    [STATE_SUSPENDED] = "suspended",
	                                    [STATE_DELETING] = "deleting"};

	return state < sizeof(words) / sizeof(*words) && words[state] ? words[state] : "?";
}

const char *state_within(uint8_t own, uint8_t domain, uint8_t tenant)
{
	static const char *const of_domain[] = {
		[STATE_SUSPENDED] = "domain suspended", [STATE_DELETING] = "domain deleting"};
	static const char *const of_tenant[] = {
		[STATE_SUSPENDED] = "tenant suspended", [STATE_DELETING] = "tenant deleting"};

	if (own == STATE_ACTIVE && domain > STATE_ACTIVE && domain <= STATE_DELETING)
		return of_domain[domain];
	if (own == STATE_ACTIVE && tenant > STATE_ACTIVE && tenant <= STATE_DELETING)
		return of_tenant[tenant];
	return state_word(own);
}

/* The volume of a place that was looked up, or the end of the call. */
static bool found(struct call *c, enum pk_status st, const struct place *p, struct target *t)
{
	const struct selector *s = &t->selector;

	if (st == PK_OK) {
		t->tenant = p->tenant;
		t->volume = server_volume(c->server, p->volume);
		if (t->volume)
			return true;
		st = PK_EUNAVAILABLE;
	}
	if (st != PK_ENOTFOUND)
		call_done(c, st);
	else if (s->tenant.n)
		call_fail(c, st, "there is no tenant %.*s", WORDS(s->tenant));
	else
		call_fail(c, st, "there is no domain %.*s", WORDS(s->domain));
	return false;
}

static bool find(struct call *c, struct target *t)
{
	struct directory *d = c->server->directory;
	struct place p = {0};
	enum pk_status st;

	if (t->selector.tenant.n)
		st = directory_tenant(d, t->selector.tenant, &p);
	else
		st = directory_domain(d, t->selector.domain, &p);
	return found(c, st, &p, t);
}

bool admin_selector(struct call *c, struct slice selector, struct target *t)
{
	*t = (struct target){0};
	if (selector_parse(selector, &t->selector) != PK_OK) {
		call_fail(c, PK_EINVAL,
		          "%.*s is no tenant, tenant/domain, user@domain or user@domain:mailbox",
		          WORDS(selector));
		return false;
	}
	return find(c, t);
}

bool admin_tenant(struct call *c, struct slice name, struct target *t)
{
	*t = (struct target){0};
	if (!tenant_name_ok(name)) {
		call_fail(c, PK_EINVAL, "%.*s is no name for a tenant: " TENANT_NAME_WORDS,
		          WORDS(name));
		return false;
	}
	memcpy(t->selector.tenant_octets, name.p, name.n);
	t->selector.tenant = (struct slice){t->selector.tenant_octets, name.n};
	return find(c, t);
}

bool admin_domain(struct call *c, struct slice domain, struct target *t)
{
	*t = (struct target){0};
	if (domain_fold(domain, t->selector.address.domain_octets, &t->selector.domain) != PK_OK) {
		call_fail(c, PK_EINVAL, "%.*s is no domain", WORDS(domain));
		return false;
	}
	return find(c, t);
}

bool admin_user(struct call *c, struct slice address, struct target *t)
{
	struct selector *s = &t->selector;

	*t = (struct target){0};
	if (address_fold(address, &s->address) != PK_OK) {
		call_fail(c, PK_EINVAL, "%.*s is no address", WORDS(address));
		return false;
	}
	s->local = s->address.local;
	s->domain = s->address.domain;
	return find(c, t);
}

bool admin_alias(struct call *c, struct slice address, struct target *t)
{
	if (slice_starts(address, S("@"))) /* the catch-all of a domain */
		return admin_domain(c, slice_skip(address, 1), t);
	return admin_user(c, address, t);
}

enum pk_status target_domain(struct call *c, struct txn *t, struct target *at)
{
	enum pk_status st = PK_OK;

	if (at->selector.domain.n)
		st = domain_find(t, at->tenant, at->selector.domain, &at->domain);
	if (st == PK_ENOTFOUND)
		return call_error(c, st, "tenant %.*s has no domain %.*s",
		                  WORDS(at->selector.tenant), WORDS(at->selector.domain));
	return st;
}

enum pk_status target_ids(struct call *c, struct txn *t, struct target *at)
{
	struct user_row user;
	enum pk_status st = target_domain(c, t, at);

	if (st == PK_OK && at->selector.local.n)
		st = user_find(t, at->tenant, &at->selector.address, &at->acct, &user);
	else
		return st;
	if (st == PK_ENOTFOUND)
		return call_error(c, st, "there is no user %.*s@%.*s", WORDS(at->selector.local),
		                  WORDS(at->selector.domain));
	return st;
}
