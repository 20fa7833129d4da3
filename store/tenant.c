#include "tenant.h"

#include "tenant_record.h"

enum pk_status tenant_load(struct txn *t, uint32_t tenant, struct tenant_row *row)
{
	struct key k = key_tenant(tenant, KIND_TENANT);
	struct slice value;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &value);

	return st == PK_OK ? tenant_decode(value, row) : st;
}

enum pk_status tenant_save(struct txn *t, uint32_t tenant, const struct tenant_row *row)
{
	struct key k = key_tenant(tenant, KIND_TENANT);
	struct buf value = {0};

	tenant_encode(&value, row);
	return put_row(t, TREE_TENANT, &k, &value);
}

enum pk_status domain_load(struct txn *t, uint32_t tenant, uint32_t domain, struct domain_row *row)
{
	struct key k = key_tenant_u32(tenant, KIND_DOMAIN, domain);
	struct slice value;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &value);

	return st == PK_OK ? domain_decode(value, row) : st;
}

enum pk_status domain_save(struct txn *t, uint32_t tenant, uint32_t domain,
                           const struct domain_row *row)
{
	struct key k = key_tenant_u32(tenant, KIND_DOMAIN, domain);
	struct buf value = {0};

	domain_encode(&value, row);
	return put_row(t, TREE_TENANT, &k, &value);
}

enum pk_status user_load(struct txn *t, uint64_t acct, struct user_row *row)
{
	struct key k = key_tenant_u32(ACCT_TENANT(acct), KIND_USER, ACCT_USER(acct));
	struct slice value;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &value);

	return st == PK_OK ? user_decode(value, row) : st;
}

enum pk_status user_save(struct txn *t, uint64_t acct, const struct user_row *row)
{
	struct key k = key_tenant_u32(ACCT_TENANT(acct), KIND_USER, ACCT_USER(acct));
	struct buf value = {0};

	user_encode(&value, row);
	return put_row(t, TREE_TENANT, &k, &value);
}

static enum pk_status find_id(struct txn *t, const struct key *k, uint32_t *id)
{
	struct slice value;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(k), &value);

	return st == PK_OK ? id_decode(value, id) : st;
}

enum pk_status domain_find(struct txn *t, uint32_t tenant, struct slice name, uint32_t *domain)
{
	struct key k = key_domain_name(tenant, name);

	return find_id(t, &k, domain);
}

enum pk_status user_find(struct txn *t, uint32_t tenant, const struct address *a, uint64_t *acct,
                         struct user_row *row)
{
	uint32_t domain, user;
	enum pk_status st = domain_find(t, tenant, a->domain, &domain);
	struct key k;

	if (st != PK_OK)
		return st;
	k = key_user_name(tenant, domain, a->local);
	st = find_id(t, &k, &user);
	if (st != PK_OK)
		return st;
	*acct = ACCT(tenant, user);
	return user_load(t, *acct, row);
}

/* An enum state as a status; *worst keeps the gravest so far. */
static void weigh(uint8_t state, enum pk_status *worst)
{
	if (state == STATE_DELETING)
		*worst = PK_ENOTFOUND;
	else if (state != STATE_ACTIVE && *worst == PK_OK)
		*worst = PK_ESUSPENDED;
}

enum pk_status tenant_usable(struct txn *t, uint32_t tenant, uint32_t domain, uint32_t user)
{
	enum pk_status st, worst = PK_OK;
	struct tenant_row tenant_row;
	struct domain_row domain_row;
	struct user_row user_row;

	st = tenant_load(t, tenant, &tenant_row);
	if (st != PK_OK)
		return st;
	weigh(tenant_row.state, &worst);
	st = domain_load(t, tenant, domain, &domain_row);
	if (st != PK_OK)
		return st;
	weigh(domain_row.state, &worst);
	if (!user)
		return worst;
	st = user_load(t, ACCT(tenant, user), &user_row);
	if (st != PK_OK)
		return st;
	weigh(user_row.state, &worst);
	return worst;
}
