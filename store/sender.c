#include "sender.h"

#include "tenant_record.h"

static enum pk_status has_right(struct txn *t, uint64_t acct, const struct address *a)
{
	struct key k = key_sendas(ACCT_TENANT(acct), ACCT_USER(acct), a);
	struct slice value;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &value);

	return st == PK_ENOTFOUND ? PK_EPERM : st;
}

/* The domain is one of the tenant's, and neither is suspended. */
static enum pk_status usable_domain(struct txn *t, uint64_t acct, struct slice name, uint32_t *id)
{
	enum pk_status st = domain_find(t, ACCT_TENANT(acct), name, id);

	if (st == PK_OK)
		st = tenant_usable(t, ACCT_TENANT(acct), *id, 0);
	return st == PK_ENOTFOUND || st == PK_ESUSPENDED ? PK_EPERM : st;
}

enum pk_status sender_check(struct txn *t, uint64_t acct, struct slice address)
{
	struct address a;
	uint32_t domain;
	enum pk_status st;

	if (address_fold(address, &a) != PK_OK)
		return PK_EPERM;
	st = usable_domain(t, acct, a.domain, &domain);
	if (st == PK_OK)
		st = tenant_leads_to(t, acct, &a);
	else
		return st;
	if (st == PK_EPERM)
		st = has_right(t, acct, &a);
	if (st == PK_EPERM && tenant_strip_plus(t, ACCT_TENANT(acct), domain, &a.local) == PK_OK)
		st = has_right(t, acct, &a);
	return st;
}

static enum pk_status count_rights(struct txn *t, uint64_t acct, size_t *n)
{
	struct key prefix = key_tenant_u32(ACCT_TENANT(acct), KIND_SENDAS, ACCT_USER(acct));
	struct cursor c;
	enum pk_status st = cursor_open(t, TREE_TENANT, &c);

	*n = 0;
	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&prefix));
	for (; st == PK_OK && slice_starts(c.key, key_slice(&prefix)); st = cursor_next(&c))
		++*n;
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status sendas_put(struct txn *t, uint64_t acct, const struct address *a)
{
	struct key k = key_sendas(ACCT_TENANT(acct), ACCT_USER(acct), a);
	struct buf row = {0};
	uint32_t domain;
	size_t n;
	enum pk_status st = domain_find(t, ACCT_TENANT(acct), a->domain, &domain);

	if (st != PK_OK)
		return st;
	st = has_right(t, acct, a);
	if (st != PK_EPERM)
		return st == PK_OK ? PK_EEXISTS : st;
	st = count_rights(t, acct, &n);
	if (st == PK_OK && n >= SENDAS_MAX)
		st = PK_ELIMIT;
	if (st != PK_OK)
		return st;
	sendas_encode(&row, &(struct sendas_row){.created_ms = t->now_ms});
	return put_row(t, TREE_TENANT, &k, &row);
}

enum pk_status sendas_remove(struct txn *t, uint64_t acct, const struct address *a)
{
	struct key k = key_sendas(ACCT_TENANT(acct), ACCT_USER(acct), a);

	return txn_del(t, TREE_TENANT, key_slice(&k));
}
