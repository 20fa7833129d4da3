#include "settings.h"
#include "tenant_name.h"
#include "tenant_record.h"

#include <postkeep/arena.h>
#include <postkeep/messages.h>

#include <uthash.h>

/*
 * Where mail for an address goes. Addresses that are still to be looked at wait in a list; one
 * that was seen is not looked at again, so that no cycle, however it came about, goes on for ever.
 */
struct seen {
	UT_hash_handle hh;
	uint32_t domain;
	struct slice local;
	struct seen *next; /* in the order of the list */
	char key[];        /* domain id, local part */
};
struct walk {
	struct txn *txn;
	uint32_t tenant;
	struct resolution *out;
	struct seen *seen, *at, *last;
	size_t count;
	bool suspended; /* somebody was left out because of it */
	bool named;     /* no catch-all: the address itself must lead there */
};

#define ADDRESSES_MAX ((size_t)4 * TARGETS_MAX)

static enum pk_status walk_add(struct walk *w, uint32_t domain, struct slice local)
{
	struct seen *s = arena_alloc(&w->out->arena, sizeof(*s) + sizeof(domain) + local.n), *have;

	if (!s)
		return PK_ENOMEM;
	memcpy(s->key, &domain, sizeof(domain));
	memcpy(s->key + sizeof(domain), local.p, local.n);
	s->domain = domain;
	s->local = (struct slice){s->key + sizeof(domain), local.n};
	HASH_FIND(hh, w->seen, s->key, sizeof(domain) + local.n, have);
	if (have)
		return PK_OK;
	if (++w->count > ADDRESSES_MAX)
		return PK_ELIMIT;
	HASH_ADD_KEYPTR(hh, w->seen, s->key, sizeof(domain) + local.n, s);
	if (w->last)
		w->last->next = s;
	w->last = s;
	if (!w->at)
		w->at = s;
	return PK_OK;
}

static enum pk_status add_account(struct walk *w, uint64_t acct, const struct user_row *user,
                                  struct slice detail)
{
	struct resolution *r = w->out;

	for (size_t i = 0; i < r->count; i++)
		if (r->to[i].acct == acct && slice_eq(r->to[i].detail, detail))
			return PK_OK;
	if (r->count == TARGETS_MAX)
		return PK_ELIMIT;
	if (r->count % 16 == 0) {
		struct reached *more = reallocarray(r->to, r->count + 16, sizeof(*more));

		if (!more)
			return PK_ENOMEM;
		r->to = more;
	}
	if (r->count == 0)
		buf_put(&r->address, user->address);
	r->to[r->count++] = (struct reached){acct, detail};
	return r->address.failed ? PK_ENOMEM : PK_OK;
}

static enum pk_status try_user(struct walk *w, uint32_t domain, struct slice local,
                               struct slice detail)
{
	struct key k = key_user_name(w->tenant, domain, local);
	struct user_row user;
	struct slice value;
	enum pk_status st = txn_get(w->txn, TREE_TENANT, key_slice(&k), &value);
	uint32_t id;

	if (st != PK_OK)
		return st;
	st = id_decode(value, &id);
	if (st == PK_OK)
		st = tenant_usable(w->txn, w->tenant, domain, id);
	if (st == PK_ESUSPENDED) {
		w->suspended = true;
		return PK_OK;
	}
	if (st == PK_OK)
		st = user_load(w->txn, ACCT(w->tenant, id), &user);
	return st == PK_OK ? add_account(w, ACCT(w->tenant, id), &user, detail) : st;
}

static enum pk_status add_target(struct walk *w, struct slice target)
{
	struct address a;
	uint32_t domain;
	enum pk_status st;

	if (address_fold(target, &a) != PK_OK)
		return PK_EIO;
	st = domain_find(w->txn, w->tenant, a.domain, &domain);
	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_OK : st;
	return walk_add(w, domain, a.local);
}

static enum pk_status try_alias(struct walk *w, uint32_t domain, struct slice local)
{
	struct key prefix = key_alias(w->tenant, domain, local);
	enum pk_status st;
	struct cursor c;
	bool any = false;

	st = cursor_open(w->txn, TREE_TENANT, &c);
	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&prefix));
	while (st == PK_OK && slice_starts(c.key, key_slice(&prefix))) {
		struct slice target;

		any = true;
		st = text_decode(c.value, &target);
		if (st == PK_OK)
			st = add_target(w, target);
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	if (st != PK_OK && st != PK_ENOTFOUND)
		return st;
	return any ? PK_OK : PK_ENOTFOUND;
}

/* The same local part in the domain that this one is an alias of. */
static enum pk_status try_domain_alias(struct walk *w, uint32_t domain, struct slice local)
{
	struct slice other;
	uint32_t id;
	struct scope scope = {w->tenant, PK_SCOPE_DOMAIN, domain};
	enum pk_status st = setting_own(w->txn, &scope, "alias_of", &other);

	if (st == PK_OK)
		st = domain_find(w->txn, w->tenant, other, &id);
	return st == PK_OK ? walk_add(w, id, local) : st;
}

enum pk_status tenant_strip_plus(struct txn *t, uint32_t tenant, uint32_t domain,
                                 struct slice *local)
{
	struct slice rest = *local;
	uint64_t on;
	enum pk_status st;

	if (!slice_has(*local, '+') || local->p[0] == '+')
		return PK_ENOTFOUND;
	st = setting_number(t, ACCT(tenant, 0), domain, "plus", &on);
	if (st != PK_OK || !on)
		return st == PK_OK ? PK_ENOTFOUND : st;
	*local = slice_cut(&rest, '+');
	return PK_OK;
}

/* In the order of DESIGN 6; PK_ENOTFOUND: this address is nobody's. */
static enum pk_status look_up(struct walk *w, uint32_t domain, struct slice local)
{
	struct slice base = local;
	enum pk_status plus = tenant_strip_plus(w->txn, w->tenant, domain, &base), st;

	if (plus != PK_OK && plus != PK_ENOTFOUND)
		return plus;
	st = try_user(w, domain, local, S(""));
	if (st == PK_ENOTFOUND && plus == PK_OK)
		st = try_user(w, domain, base, slice_skip(local, base.n + 1));
	if (st == PK_ENOTFOUND)
		st = try_alias(w, domain, local);
	if (st == PK_ENOTFOUND && plus == PK_OK)
		st = try_alias(w, domain, base);
	if (st == PK_ENOTFOUND)
		st = try_domain_alias(w, domain, local);
	if (st == PK_ENOTFOUND && !w->named)
		st = try_alias(w, domain, S(""));
	return st;
}

static enum pk_status look_up_all(struct walk *w)
{
	for (; w->at; w->at = w->at->next) {
		enum pk_status st = look_up(w, w->at->domain, w->at->local);

		if (st != PK_OK && st != PK_ENOTFOUND)
			return st;
	}
	if (w->out->count)
		return PK_OK;
	return w->suspended ? PK_ESUSPENDED : PK_ENOTFOUND;
}

static enum pk_status walk(struct walk *w, struct slice domain, struct slice local)
{
	uint32_t id;
	enum pk_status st = domain_find(w->txn, w->tenant, domain, &id);

	if (st == PK_OK)
		st = tenant_usable(w->txn, w->tenant, id, 0);
	if (st == PK_OK)
		st = walk_add(w, id, local);
	if (st == PK_OK)
		st = look_up_all(w);
	HASH_CLEAR(hh, w->seen);
	return st;
}

enum pk_status tenant_resolve(struct txn *t, uint32_t tenant, struct slice domain,
                              struct slice local, struct resolution *out)
{
	struct walk w = {.txn = t, .tenant = tenant, .out = out};
	enum pk_status st;

	*out = (struct resolution){0};
	st = walk(&w, domain, local);
	if (st != PK_OK)
		resolution_free(out);
	return st;
}

enum pk_status tenant_leads_to(struct txn *t, uint64_t acct, const struct address *a)
{
	struct resolution r = {0};
	struct walk w = {.txn = t, .tenant = ACCT_TENANT(acct), .out = &r, .named = true};
	enum pk_status st = walk(&w, a->domain, a->local);
	bool others = w.suspended;

	if (st == PK_ENOTFOUND || st == PK_ESUSPENDED || st == PK_ELIMIT)
		st = PK_EPERM;
	for (size_t i = 0; i < r.count; i++)
		others |= r.to[i].acct != acct;
	if (st == PK_OK && others)
		st = PK_EPERM;
	resolution_free(&r);
	return st;
}

void resolution_free(struct resolution *r)
{
	free(r->to);
	buf_free(&r->address);
	arena_free(&r->arena);
	*r = (struct resolution){0};
}
