#include "verify.h"

#include "credential.h"
#include "directory.h"
#include "tenant_name.h"
#include "tenant_record.h"

#include <uthash.h>

/* The rows of the tenant tree against each other, the directory and the sums of the accounts. */
struct sums { /* of a domain */
	UT_hash_handle hh;
	uint32_t domain;
	struct counters use;
	uint64_t users;
};

struct look {
	struct verify *v;
	uint32_t tenant;
	struct tenant_row row;
	struct arena arena;
	struct sums *domains;
	struct sums all;
	uint32_t domain_count;
};

/* Calls fn for each row of a kind. */
static enum pk_status each(struct look *l, uint8_t kind, verify_row *fn)
{
	struct key prefix = key_tenant(l->tenant, kind);

	return verify_rows(l->v, TREE_TENANT, key_slice(&prefix), fn, l);
}

static void found(struct look *l, const char *what, const char *kind, uint32_t id)
{
	verify_found(l->v, what, "tenant %u %s %u", l->tenant, kind, id);
}

static enum pk_status one_domain(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	uint32_t id = key_u32_at(key, 5), back = 0;
	struct domain_row row;
	struct place place;
	struct sums *s;

	l->domain_count++;
	if (domain_decode(value, &row) != PK_OK) {
		found(l, "its row cannot be read", "domain", id);
		return PK_OK;
	}
	if (domain_find(l->v->txn, l->tenant, row.name, &back) != PK_OK || back != id)
		found(l, "its name leads elsewhere", "domain", id);
	if (row.state != STATE_DELETING &&
	    (directory_domain(l->v->server->directory, row.name, &place) != PK_OK ||
	     place.tenant != l->tenant))
		found(l, "the directory does not know it", "domain", id);
	if (id >= l->row.next_domain)
		found(l, "its id will be given again", "domain", id);
	s = arena_alloc(&l->arena, sizeof(*s));
	if (!s)
		return PK_ENOMEM;
	s->domain = id;
	HASH_ADD(hh, l->domains, domain, sizeof(id), s);
	return PK_OK;
}

static enum pk_status one_domain_name(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct slice name = slice_skip(key, 5);
	struct domain_row row;
	uint32_t id;

	if (id_decode(value, &id) != PK_OK ||
	    domain_load(l->v->txn, l->tenant, id, &row) != PK_OK || !slice_eq(row.name, name))
		verify_found(l->v, "a domain's name without the domain", "tenant %u %.*s",
		             l->tenant, (int)name.n, name.p);
	return PK_OK;
}

static struct sums *sums_of(struct look *l, uint32_t domain)
{
	struct sums *s;

	HASH_FIND(hh, l->domains, &domain, sizeof(domain), s);
	return s;
}

static void add(struct counters *use, const struct account_row *row)
{
	use->octets += row->octets;
	use->messages += row->messages;
	use->mailboxes += row->mailboxes;
}

static enum pk_status add_account(struct look *l, uint64_t acct, struct sums *s, uint8_t state)
{
	struct account a;
	enum pk_status st = account_load(l->v->txn, acct, &a);

	if (st == PK_OK) {
		add(&s->use, &a.row);
		add(&l->all.use, &a.row);
	} else if (st == PK_ENOTFOUND && state != STATE_DELETING) {
		found(l, "it has no account", "user", ACCT_USER(acct));
	} else if (st == PK_EIO) {
		found(l, "its account cannot be read", "user", ACCT_USER(acct));
	}
	return st == PK_EIO || st == PK_ENOTFOUND ? PK_OK : st;
}

static bool name_leads_back(struct look *l, uint32_t id, const struct user_row *row)
{
	struct address a;
	struct key k;
	struct slice value;
	uint32_t back = 0;

	if (address_fold(row->address, &a) != PK_OK)
		return false;
	k = key_user_name(l->tenant, row->domain, a.local);
	return txn_get(l->v->txn, TREE_TENANT, key_slice(&k), &value) == PK_OK &&
	       id_decode(value, &back) == PK_OK && back == id;
}

static enum pk_status one_user(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	uint32_t id = key_u32_at(key, 5);
	struct user_row row;
	struct sums *s;

	l->all.users++;
	if (user_decode(value, &row) != PK_OK) {
		found(l, "its row cannot be read", "user", id);
		return PK_OK;
	}
	if (!name_leads_back(l, id, &row))
		found(l, "its name leads elsewhere", "user", id);
	if (id >= l->row.next_user)
		found(l, "its id will be given again", "user", id);
	s = sums_of(l, row.domain);
	if (!s) {
		found(l, "it is in no domain", "user", id);
		return PK_OK;
	}
	s->users++;
	return add_account(l, ACCT(l->tenant, id), s, row.state);
}

static enum pk_status one_user_name(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct user_row row;
	uint32_t id;

	if (id_decode(value, &id) != PK_OK ||
	    user_load(l->v->txn, ACCT(l->tenant, id), &row) != PK_OK ||
	    row.domain != key_u32_at(key, 5))
		verify_found(l->v, "a user's name without the user", "tenant %u domain %u %.*s",
		             l->tenant, key_u32_at(key, 5), (int)slice_skip(key, 9).n,
		             slice_skip(key, 9).p);
	return PK_OK;
}

static enum pk_status one_credential(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	uint64_t acct = ACCT(l->tenant, key_u32_at(key, 5));
	struct credential_row row;
	struct buf plain = {0};
	struct user_row user;
	uint16_t n = (uint16_t)(key_u32_at(key, 7) & 0xffff);

	(void)value;
	if (user_load(l->v->txn, acct, &user) != PK_OK)
		found(l, "a credential without its user", "user", ACCT_USER(acct));
	if (credential_get(l->v->txn, acct, n, &plain, &row) != PK_OK)
		found(l, "a credential does not open", "user", ACCT_USER(acct));
	buf_wipe(&plain);
	return PK_OK;
}

static enum pk_status one_send(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	uint32_t user = key_u32_at(key, 5);
	struct user_row owner;
	struct send_row row;

	if (send_decode(value, &row) != PK_OK)
		found(l, "its counters of mail sent cannot be read", "user", user);
	if (user && user_load(l->v->txn, ACCT(l->tenant, user), &owner) != PK_OK)
		found(l, "counters of mail sent without the user", "user", user);
	return PK_OK;
}

static enum pk_status one_sendas(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	uint32_t user = key_u32_at(key, 5);
	struct user_row owner;
	struct sendas_row row;
	struct address a;

	if (sendas_decode(value, &row) != PK_OK || address_fold(slice_skip(key, 9), &a) != PK_OK)
		found(l, "a right to send cannot be read", "user", user);
	if (user_load(l->v->txn, ACCT(l->tenant, user), &owner) != PK_OK)
		found(l, "a right to send without the user", "user", user);
	return PK_OK;
}

static enum pk_status one_alias(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct slice local, target;
	struct address a;
	uint32_t domain;
	uint16_t n;

	if (!key_alias_split(key, &domain, &local, &n) || text_decode(value, &target) != PK_OK ||
	    address_fold(target, &a) != PK_OK)
		verify_found(l->v, "an alias cannot be read", "tenant %u domain %u", l->tenant,
		             key_u32_at(key, 5));
	else if (!sums_of(l, domain))
		found(l, "an alias without its domain", "domain", domain);
	return PK_OK;
}

static bool same(const struct counters *a, const struct counters *b)
{
	return a->octets == b->octets && a->messages == b->messages && a->mailboxes == b->mailboxes;
}

static enum pk_status one_domain_sum(void *arg, struct slice key, struct slice value)
{
	struct look *l = arg;
	struct sums *s = sums_of(l, key_u32_at(key, 5));
	struct domain_row row;

	if (!s || domain_decode(value, &row) != PK_OK)
		return PK_OK;
	if (!same(&row.use, &s->use))
		found(l, "its usage is not the sum of its users'", "domain", s->domain);
	if (row.users != s->users)
		found(l, "it counts its users wrongly", "domain", s->domain);
	return PK_OK;
}

static enum pk_status look_at_rows(struct look *l)
{
	static const struct {
		uint8_t kind;
		verify_row *fn;
	} kinds[] = {
		{KIND_DOMAIN,      one_domain     },
		{KIND_DOMAIN_NAME, one_domain_name},
		{KIND_USER,        one_user       },
		{KIND_USER_NAME,   one_user_name  },
		{KIND_CREDENTIAL,  one_credential },
		{KIND_ALIAS,       one_alias      },
		{KIND_SEND,        one_send       },
		{KIND_SENDAS,      one_sendas     },
		{KIND_DOMAIN,      one_domain_sum },
	};
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < sizeof(kinds) / sizeof(*kinds); i++)
		st = each(l, kinds[i].kind, kinds[i].fn);
	return st;
}

static void look_at_sums(struct look *l)
{
	struct verify *v = l->v;
	struct place place;

	if (!same(&l->row.use, &l->all.use))
		verify_found(v, "its usage is not the sum of its users'", "tenant %u", l->tenant);
	if (l->row.users != l->all.users || l->row.domains != l->domain_count)
		verify_found(v, "it counts its users or domains wrongly", "tenant %u", l->tenant);
	if (directory_tenant(v->server->directory, l->row.name, &place) != PK_OK ||
	    place.tenant != l->tenant)
		verify_found(v, "the directory does not know it", "tenant %u", l->tenant);
}

enum pk_status verify_tenant(struct verify *v, uint32_t tenant)
{
	struct look l = {.v = v, .tenant = tenant};
	enum pk_status st = tenant_load(v->txn, tenant, &l.row);

	v->checked++;
	if (st == PK_ENOTFOUND || st == PK_EIO) {
		verify_found(v, "it has rows and cannot be read itself", "tenant %u", tenant);
		return PK_OK;
	}
	if (st != PK_OK || l.row.state == STATE_DELETING)
		return st;
	st = look_at_rows(&l);
	if (st == PK_OK)
		look_at_sums(&l);
	HASH_CLEAR(hh, l.domains);
	arena_free(&l.arena);
	return st;
}
