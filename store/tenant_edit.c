#include "tenant_edit.h"

#include "first_mailboxes.h"
#include "quota.h"
#include "tenant_name.h"
#include "tenant_record.h"

#define UNLIMITED                                                         \
	{                                                                 \
		.limit_octets = LIMIT_NONE, .limit_messages = LIMIT_NONE, \
		.limit_mailboxes = LIMIT_NONE                             \
	}

enum pk_status tenant_make(struct txn *t, uint32_t tenant, struct slice name)
{
	struct tenant_row have;
	struct tenant_row row = {.state = STATE_ACTIVE,
	                         .next_domain = 1,
	                         .next_user = 1,
	                         .use = UNLIMITED,
	                         .created_ms = t->now_ms,
	                         .name = name};
	enum pk_status st = tenant_load(t, tenant, &have);

	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	return tenant_save(t, tenant, &row);
}

static enum pk_status put_id(struct txn *t, const struct key *k, uint32_t id)
{
	struct buf row = {0};

	id_encode(&row, id);
	return put_row(t, TREE_TENANT, k, &row);
}

enum pk_status domain_make(struct txn *t, uint32_t tenant, struct slice name, uint32_t *domain)
{
	struct key k = key_domain_name(tenant, name);
	struct tenant_row tenant_row;
	struct domain_row row = {
		.state = STATE_ACTIVE, .use = UNLIMITED, .created_ms = t->now_ms, .name = name};
	enum pk_status st = tenant_load(t, tenant, &tenant_row);

	if (st != PK_OK)
		return st;
	if (tenant_row.state == STATE_DELETING)
		return PK_ENOTFOUND;
	st = domain_find(t, tenant, name, domain);
	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	if (tenant_row.next_domain == UINT32_MAX)
		return PK_ELIMIT;
	*domain = tenant_row.next_domain++;
	tenant_row.domains++;
	st = tenant_save(t, tenant, &tenant_row);
	if (st == PK_OK)
		st = domain_save(t, tenant, *domain, &row);
	return st == PK_OK ? put_id(t, &k, *domain) : st;
}

/* The domain takes one more user; the tenant gives the id. */
static enum pk_status count_user(struct txn *t, uint32_t tenant, uint32_t domain, uint32_t *user)
{
	struct tenant_row tenant_row;
	struct domain_row row;
	enum pk_status st = tenant_load(t, tenant, &tenant_row);

	if (st != PK_OK)
		return st;
	if (tenant_row.next_user == UINT32_MAX)
		return PK_ELIMIT;
	*user = tenant_row.next_user++;
	tenant_row.users++;
	st = tenant_save(t, tenant, &tenant_row);
	if (st == PK_OK)
		st = domain_load(t, tenant, domain, &row);
	if (st != PK_OK)
		return st;
	row.users++;
	return domain_save(t, tenant, domain, &row);
}

static enum pk_status name_free(struct txn *t, uint32_t tenant, uint32_t domain, struct slice local)
{
	struct key k = key_user_name(tenant, domain, local);
	struct slice value;
	enum pk_status st = tenant_usable(t, tenant, domain, 0);

	if (st != PK_OK && st != PK_ESUSPENDED)
		return st;
	st = txn_get(t, TREE_TENANT, key_slice(&k), &value);
	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	return alias_exists(t, &(struct alias_name){tenant, domain, local}) ? PK_EEXISTS : PK_OK;
}

/* Room for the mailboxes that a new account begins with. */
static enum pk_status check_mailboxes(struct txn *t, uint32_t tenant, uint32_t domain,
                                      const struct first_mailboxes *first)
{
	struct account none = {
		.txn = t,
		.acct = ACCT(tenant, 0),
		.row = {.domain = domain, .limit_mailboxes = LIMIT_NONE}
        };

	return quota_check_mailboxes(&none, 1 + (uint32_t)first->n);
}

enum pk_status user_make(struct txn *t, uint32_t tenant, const struct address *name,
                         struct slice shown, uint64_t *acct)
{
	struct user_row row = {
		.state = STATE_ACTIVE, .created_ms = t->now_ms, .credential_version = 1};
	struct first_mailboxes first;
	struct buf address = {0};
	uint32_t user;
	struct key k;
	enum pk_status st = domain_find(t, tenant, name->domain, &row.domain);

	if (st == PK_OK)
		st = name_free(t, tenant, row.domain, name->local);
	if (st == PK_OK)
		st = first_mailboxes_read(t, tenant, row.domain, &first);
	if (st == PK_OK)
		st = check_mailboxes(t, tenant, row.domain, &first);
	if (st == PK_OK)
		st = count_user(t, tenant, row.domain, &user);
	if (st != PK_OK)
		return st;
	buf_put(&address, shown);
	buf_byte(&address, '@');
	buf_put(&address, name->domain);
	row.address = buf_slice(&address);
	*acct = ACCT(tenant, user);
	st = address.failed ? PK_ENOMEM : user_save(t, *acct, &row);
	buf_free(&address);
	k = key_user_name(tenant, row.domain, name->local);
	if (st == PK_OK)
		st = put_id(t, &k, user);
	return st == PK_OK ? account_create(t, *acct, row.domain, &first) : st;
}
