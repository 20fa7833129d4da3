#include "quota.h"

#include "tenant.h"

#include <postkeep/messages.h>

/* Telling and setting limits; the rules themselves are in quota.c. */
struct level_list {
	struct quota_level *out;
	size_t *n;
};

static void put_level(struct level_list *l, uint8_t scope, uint8_t resource,
                      const uint64_t numbers[2])
{
	struct quota_level *level;

	if (*l->n == QUOTA_LEVELS_MAX)
		return;
	level = &l->out[(*l->n)++];
	level->scope = scope;
	level->resource = resource;
	level->used = numbers[0];
	level->limit = numbers[1];
}

static void put_name(struct level_list *l, size_t from, struct slice name)
{
	name = slice_head(name, QUOTA_NAME_MAX);
	for (; from < *l->n; from++) {
		if (name.n)
			memcpy(l->out[from].name, name.p, name.n);
		l->out[from].name[name.n] = '\0';
	}
}

static void put_counters(struct level_list *l, uint8_t scope, const struct counters *c,
                         struct slice name)
{
	size_t from = *l->n;

	put_level(l, scope, PK_RES_OCTETS, (uint64_t[]){c->octets, c->limit_octets});
	put_level(l, scope, PK_RES_MESSAGES, (uint64_t[]){c->messages, c->limit_messages});
	put_level(l, scope, PK_RES_MAILBOXES, (uint64_t[]){c->mailboxes, c->limit_mailboxes});
	put_name(l, from, name);
}

static enum pk_status put_domain(struct level_list *l, struct txn *t, uint32_t tenant,
                                 uint32_t domain)
{
	struct domain_row row;
	enum pk_status st = domain_load(t, tenant, domain, &row);

	if (st == PK_OK)
		put_counters(l, PK_SCOPE_DOMAIN, &row.use, row.name);
	return st;
}

static enum pk_status put_tenant(struct level_list *l, struct txn *t, uint32_t tenant)
{
	struct tenant_row row;
	enum pk_status st = tenant_load(t, tenant, &row);

	if (st == PK_OK)
		put_counters(l, PK_SCOPE_TENANT, &row.use, row.name);
	return st;
}

enum pk_status quota_levels(struct account *a, const struct mailbox *m,
                            struct quota_level out[QUOTA_LEVELS_MAX], size_t *n)
{
	struct level_list l = {out, n};
	struct counters use = {.octets = a->row.octets,
	                       .messages = a->row.messages,
	                       .mailboxes = a->row.mailboxes,
	                       .limit_octets = a->row.limit_octets,
	                       .limit_messages = a->row.limit_messages,
	                       .limit_mailboxes = a->row.limit_mailboxes};
	struct user_row user;
	enum pk_status st = user_load(a->txn, a->acct, &user);

	*n = 0;
	if (st != PK_OK)
		return st;
	if (m) {
		put_level(&l, PK_SCOPE_MAILBOX, PK_RES_OCTETS,
		          (uint64_t[]){m->row.octets, m->row.limit_octets});
		put_level(&l, PK_SCOPE_MAILBOX, PK_RES_MESSAGES,
		          (uint64_t[]){m->row.exists, m->row.limit_messages});
		put_name(&l, 0, m->row.name);
	}
	put_counters(&l, PK_SCOPE_USER, &use, user.address);
	st = put_domain(&l, a->txn, ACCT_TENANT(a->acct), a->row.domain);
	return st == PK_OK ? put_tenant(&l, a->txn, ACCT_TENANT(a->acct)) : st;
}

enum pk_status quota_levels_of_domain(struct txn *t, uint32_t tenant, uint32_t domain,
                                      struct quota_level out[QUOTA_LEVELS_MAX], size_t *n)
{
	struct level_list l = {out, n};
	enum pk_status st;

	*n = 0;
	st = put_domain(&l, t, tenant, domain);
	return st == PK_OK ? put_tenant(&l, t, tenant) : st;
}

enum pk_status quota_levels_of_tenant(struct txn *t, uint32_t tenant,
                                      struct quota_level out[QUOTA_LEVELS_MAX], size_t *n)
{
	struct level_list l = {out, n};

	*n = 0;
	return put_tenant(&l, t, tenant);
}

static uint64_t *limit_of(uint64_t *octets, uint64_t *messages, uint64_t *mailboxes,
                          uint8_t resource)
{
	switch (resource) {
	case PK_RES_OCTETS: return octets;
	case PK_RES_MESSAGES: return messages;
	case PK_RES_MAILBOXES: return mailboxes;
	default: return NULL;
	}
}

static enum pk_status set(uint64_t *at, uint64_t limit)
{
	if (!at)
		return PK_EINVAL;
	*at = limit;
	return PK_OK;
}

static enum pk_status set_counters(struct counters *c, uint8_t resource, uint64_t limit)
{
	return set(limit_of(&c->limit_octets, &c->limit_messages, &c->limit_mailboxes, resource),
	           limit);
}

static enum pk_status limit_tenant(struct txn *t, uint32_t tenant, uint8_t resource, uint64_t limit)
{
	struct tenant_row row;
	enum pk_status st = tenant_load(t, tenant, &row);

	if (st == PK_OK)
		st = set_counters(&row.use, resource, limit);
	return st == PK_OK ? tenant_save(t, tenant, &row) : st;
}

static enum pk_status limit_domain(struct txn *t, uint32_t tenant, uint32_t domain,
                                   uint8_t resource, uint64_t limit)
{
	struct domain_row row;
	enum pk_status st = domain_load(t, tenant, domain, &row);

	if (st == PK_OK)
		st = set_counters(&row.use, resource, limit);
	return st == PK_OK ? domain_save(t, tenant, domain, &row) : st;
}

static enum pk_status limit_user(struct txn *t, uint64_t acct, uint8_t resource, uint64_t limit)
{
	struct account a;
	enum pk_status st = account_load(t, acct, &a);

	if (st == PK_OK)
		st = set(limit_of(&a.row.limit_octets, &a.row.limit_messages,
		                  &a.row.limit_mailboxes, resource),
		         limit);
	return st == PK_OK ? account_save(&a) : st;
}

enum pk_status quota_limit(struct txn *t, const struct scope *scope, uint8_t resource,
                           uint64_t limit)
{
	uint32_t tenant = scope->tenant;

	switch (scope->kind) {
	case PK_SCOPE_TENANT: return limit_tenant(t, tenant, resource, limit);
	case PK_SCOPE_DOMAIN: return limit_domain(t, tenant, scope->id, resource, limit);
	case PK_SCOPE_USER: return limit_user(t, ACCT(tenant, scope->id), resource, limit);
	default: return PK_EINVAL;
	}
}

enum pk_status quota_limit_mailbox(struct mailbox *m, uint8_t resource, uint64_t limit)
{
	enum pk_status st =
		set(limit_of(&m->row.limit_octets, &m->row.limit_messages, NULL, resource), limit);

	m->changed |= st == PK_OK;
	return st;
}
