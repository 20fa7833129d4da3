#include "mailbox.h"
#include "settings.h"
#include "tenant_edit.h"
#include "tenant_record.h"
#include "tenant_name.h"

#include <postkeep/messages.h>

#define ACCOUNT_ROWS 20 /* what an empty account has: so much of the budget each user takes */

enum pk_status erase_rows(struct txn *t, enum tree tree, struct slice prefix, unsigned *budget)
{
	struct slice key, value;
	enum pk_status st = PK_OK;

	while (st == PK_OK && *budget) {
		st = txn_first(t, tree, prefix, (struct slice){0}, &key, &value);
		if (st == PK_OK)
			st = txn_del(t, tree, key);
		*budget -= st == PK_OK;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status erase_key(struct txn *t, const struct key *k)
{
	enum pk_status st = txn_del(t, TREE_TENANT, key_slice(k));

	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status erase_settings(struct txn *t, uint32_t tenant, uint8_t scope, uint32_t id,
                                     unsigned *budget)
{
	struct key prefix = key_setting(tenant, scope, id, S(""));

	return erase_rows(t, TREE_TENANT, key_slice(&prefix), budget);
}

/* The first time: nobody logs in to it or delivers to it any more. */
static enum pk_status mark_user(struct txn *t, uint64_t acct)
{
	struct user_row row;
	enum pk_status st = user_load(t, acct, &row);

	if (st != PK_OK || row.state == STATE_DELETING)
		return st;
	row.state = STATE_DELETING;
	row.credential_version++;
	return user_save(t, acct, &row);
}

static enum pk_status uncount_user(struct txn *t, uint32_t tenant, uint32_t domain)
{
	struct tenant_row tenant_row;
	struct domain_row row;
	enum pk_status st = tenant_load(t, tenant, &tenant_row);

	if (st != PK_OK)
		return st;
	tenant_row.users -= tenant_row.users > 0;
	st = tenant_save(t, tenant, &tenant_row);
	if (st == PK_OK)
		st = domain_load(t, tenant, domain, &row);
	if (st != PK_OK)
		return st;
	row.users -= row.users > 0;
	return domain_save(t, tenant, domain, &row);
}

/* The last step: the user's rows in the tenant tree, its name and itself. */
static enum pk_status finish_user(struct txn *t, uint64_t acct, unsigned *budget)
{
	uint32_t tenant = ACCT_TENANT(acct), user = ACCT_USER(acct);
	static const uint8_t kinds[] = {KIND_CREDENTIAL, KIND_SEND, KIND_SENDAS};
	struct key self = key_tenant_u32(tenant, KIND_USER, user), name;
	struct address a = {0};
	struct user_row row;
	uint32_t domain;
	enum pk_status st = user_load(t, acct, &row);

	if (st != PK_OK)
		return st;
	domain = row.domain;
	if (address_fold(row.address, &a) != PK_OK)
		return PK_EIO;
	name = key_user_name(tenant, domain, a.local);
	st = erase_settings(t, tenant, PK_SCOPE_USER, user, budget);
	for (size_t i = 0; st == PK_OK && i < sizeof(kinds); i++) {
		struct key prefix = key_tenant_u32(tenant, kinds[i], user);

		st = erase_rows(t, TREE_TENANT, key_slice(&prefix), budget);
	}
	if (st != PK_OK || !*budget)
		return st;
	st = erase_key(t, &name);
	if (st == PK_OK)
		st = erase_key(t, &self);
	return st == PK_OK ? uncount_user(t, tenant, domain) : st;
}

enum pk_status user_erase(struct txn *t, uint64_t acct, unsigned *budget)
{
	bool done = false;
	enum pk_status st = mark_user(t, acct);

	if (st == PK_OK)
		st = account_destroy(t, acct, *budget, &done);
	if (st != PK_OK)
		return st;
	if (!done) {
		*budget = 0;
		return PK_OK;
	}
	*budget -= *budget > ACCOUNT_ROWS ? ACCOUNT_ROWS : *budget - 1;
	return finish_user(t, acct, budget);
}

/* The next user of a domain, or of the tenant when domain is 0. */
static enum pk_status first_user(struct txn *t, uint32_t tenant, uint32_t domain, uint32_t *user)
{
	struct key prefix = domain ? key_tenant_u32(tenant, KIND_USER_NAME, domain)
	                           : key_tenant(tenant, KIND_USER);
	struct slice key, value;
	enum pk_status st =
		txn_first(t, TREE_TENANT, key_slice(&prefix), (struct slice){0}, &key, &value);

	if (st != PK_OK)
		return st;
	if (domain)
		return id_decode(value, user);
	*user = key_u32_at(key, 5);
	return PK_OK;
}

static enum pk_status erase_users(struct txn *t, uint32_t tenant, uint32_t domain, unsigned *budget)
{
	enum pk_status st = PK_OK;

	while (st == PK_OK && *budget) {
		uint32_t user = 0;

		st = first_user(t, tenant, domain, &user);
		if (st == PK_OK)
			st = user_erase(t, ACCT(tenant, user), budget) == PK_OK ? PK_OK : PK_EIO;
		else if (st == PK_ENOTFOUND)
			return PK_OK;
	}
	return st;
}

static enum pk_status mark_domain(struct txn *t, uint32_t tenant, uint32_t domain)
{
	struct domain_row row;
	enum pk_status st = domain_load(t, tenant, domain, &row);

	if (st != PK_OK || row.state == STATE_DELETING)
		return st;
	row.state = STATE_DELETING;
	return domain_save(t, tenant, domain, &row);
}

static enum pk_status finish_domain(struct txn *t, uint32_t tenant, uint32_t domain)
{
	struct key self = key_tenant_u32(tenant, KIND_DOMAIN, domain), name;
	struct tenant_row tenant_row;
	struct domain_row row;
	enum pk_status st = domain_load(t, tenant, domain, &row);

	if (st != PK_OK)
		return st;
	name = key_domain_name(tenant, row.name);
	st = erase_key(t, &name);
	if (st == PK_OK)
		st = erase_key(t, &self);
	if (st == PK_OK)
		st = tenant_load(t, tenant, &tenant_row);
	if (st != PK_OK)
		return st;
	tenant_row.domains -= tenant_row.domains > 0;
	return tenant_save(t, tenant, &tenant_row);
}

enum pk_status domain_erase(struct txn *t, uint32_t tenant, uint32_t domain, unsigned *budget)
{
	struct key aliases = key_tenant_u32(tenant, KIND_ALIAS, domain);
	enum pk_status st = mark_domain(t, tenant, domain);

	if (st == PK_OK)
		st = erase_users(t, tenant, domain, budget);
	if (st == PK_OK)
		st = erase_rows(t, TREE_TENANT, key_slice(&aliases), budget);
	if (st == PK_OK)
		st = erase_settings(t, tenant, PK_SCOPE_DOMAIN, domain, budget);
	if (st != PK_OK || !*budget)
		return st;
	return finish_domain(t, tenant, domain);
}

static enum pk_status mark_tenant(struct txn *t, uint32_t tenant)
{
	struct tenant_row row;
	enum pk_status st = tenant_load(t, tenant, &row);

	if (st != PK_OK || row.state == STATE_DELETING)
		return st;
	row.state = STATE_DELETING;
	return tenant_save(t, tenant, &row);
}

/* All kinds but the tenant's own row, which goes last. */
static enum pk_status erase_kinds(struct txn *t, uint32_t tenant, unsigned *budget)
{
	enum pk_status st = PK_OK;

	for (uint8_t kind = KIND_TENANT + 1; st == PK_OK && kind <= KIND_LAST && *budget; kind++) {
		struct key prefix = key_tenant(tenant, kind);

		st = erase_rows(t, TREE_TENANT, key_slice(&prefix), budget);
	}
	return st;
}

enum pk_status tenant_erase(struct txn *t, uint32_t tenant, unsigned *budget)
{
	enum pk_status st = mark_tenant(t, tenant);

	if (st == PK_OK)
		st = erase_users(t, tenant, 0, budget);
	return st == PK_OK ? erase_kinds(t, tenant, budget) : st;
}

enum pk_status tenant_forget(struct txn *t, uint32_t tenant)
{
	struct key self = key_tenant(tenant, KIND_TENANT);

	return erase_key(t, &self);
}
