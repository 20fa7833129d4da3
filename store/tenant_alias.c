#include "tenant_edit.h"
#include "tenant_name.h"
#include "tenant_record.h"

/*
 * Aliases: one row a target, in their order. A cycle is refused when it is made; tenant_resolve
 * stands the others (a domain that becomes another's alias later).
 */
#define ALIAS_DEPTH 16

bool alias_exists(struct txn *t, uint32_t tenant, uint32_t domain, struct slice local)
{
	struct key prefix = key_alias(tenant, domain, local);
	struct slice key, value;

	return txn_first(t, TREE_TENANT, key_slice(&prefix), (struct slice){0}, &key, &value) ==
	       PK_OK;
}

struct search {
	struct txn *txn;
	uint32_t tenant, domain; /* of the alias that must not be reached */
	struct slice local;
	unsigned looked; /* targets looked at so far: bounds the work */
};

static enum pk_status reaches(struct search *s, uint32_t domain, struct slice local,
                              unsigned depth);

/* PK_EINVAL: the target leads back to where the search began. */
static enum pk_status target_reaches(struct search *s, struct slice target, unsigned depth)
{
	struct address a;
	uint32_t domain;
	enum pk_status st;

	if (address_fold(target, &a) != PK_OK)
		return PK_EIO;
	st = domain_find(s->txn, s->tenant, a.domain, &domain);
	if (st == PK_ENOTFOUND)
		return depth ? PK_OK : PK_ENOTFOUND;
	return st == PK_OK ? reaches(s, domain, a.local, depth) : st;
}

static enum pk_status reaches(struct search *s, uint32_t domain, struct slice local, unsigned depth)
{
	struct key prefix = key_alias(s->tenant, domain, local);
	enum pk_status st;
	struct cursor c;

	if (domain == s->domain && slice_eq(local, s->local))
		return PK_EINVAL;
	if (depth == ALIAS_DEPTH || ++s->looked > 10 * TARGETS_MAX)
		return PK_ELIMIT;
	st = cursor_open(s->txn, TREE_TENANT, &c);
	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&prefix));
	while (st == PK_OK && slice_starts(c.key, key_slice(&prefix))) {
		struct slice target;

		st = text_decode(c.value, &target);
		if (st == PK_OK)
			st = target_reaches(s, target, depth + 1);
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status alias_check(struct txn *t, uint32_t tenant, uint32_t domain, struct slice local,
                           const struct slice *targets, size_t count, size_t *bad)
{
	struct search s = {.txn = t, .tenant = tenant, .domain = domain, .local = local};
	struct key k = key_user_name(tenant, domain, local);
	struct slice value;
	enum pk_status st = local.n ? txn_get(t, TREE_TENANT, key_slice(&k), &value) : PK_ENOTFOUND;

	*bad = 0;
	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	if (count == 0 || count > TARGETS_MAX)
		return PK_ELIMIT;
	st = PK_OK;
	for (size_t i = 0; st == PK_OK && i < count; i++) {
		*bad = i;
		st = target_reaches(&s, targets[i], 0);
	}
	return st;
}

enum pk_status alias_remove(struct txn *t, uint32_t tenant, uint32_t domain, struct slice local)
{
	struct key prefix = key_alias(tenant, domain, local);
	unsigned budget = TARGETS_MAX + 1;

	if (!alias_exists(t, tenant, domain, local))
		return PK_ENOTFOUND;
	return erase_rows(t, TREE_TENANT, key_slice(&prefix), &budget);
}

enum pk_status alias_put(struct txn *t, uint32_t tenant, uint32_t domain, struct slice local,
                         const struct slice *targets, size_t count)
{
	enum pk_status st = alias_remove(t, tenant, domain, local);

	if (st == PK_ENOTFOUND)
		st = PK_OK;
	for (size_t i = 0; st == PK_OK && i < count; i++) {
		struct key k = key_alias_target(tenant, domain, local, (uint16_t)i);
		struct buf row = {0};

		text_encode(&row, targets[i]);
		st = put_row(t, TREE_TENANT, &k, &row);
	}
	return st;
}
