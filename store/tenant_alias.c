#include "tenant_edit.h"
#include "tenant_name.h"
#include "tenant_record.h"

/*
 * Aliases: one row a target, in their order. A cycle is refused when it is made; tenant_resolve
 * stands the others (a domain that becomes another's alias later).
 */
#define ALIAS_DEPTH 16

bool alias_exists(struct txn *t, const struct alias_name *a)
{
	struct key prefix = key_alias(a->tenant, a->domain, a->local);
	struct slice key, value;

	return txn_first(t, TREE_TENANT, key_slice(&prefix), (struct slice){0}, &key, &value) ==
	       PK_OK;
}

struct search {
	struct txn *txn;
	const struct alias_name *name; /* must not be reached */
	unsigned looked;               /* targets looked at so far: bounds the work */
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
	st = domain_find(s->txn, s->name->tenant, a.domain, &domain);
	if (st == PK_ENOTFOUND)
		return depth ? PK_OK : PK_ENOTFOUND;
	return st == PK_OK ? reaches(s, domain, a.local, depth) : st;
}

static enum pk_status reaches(struct search *s, uint32_t domain, struct slice local, unsigned depth)
{
	struct key prefix = key_alias(s->name->tenant, domain, local);
	enum pk_status st;
	struct cursor c;

	if (domain == s->name->domain && slice_eq(local, s->name->local))
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

enum pk_status alias_check(struct txn *t, const struct alias_name *a,
                           const struct alias_targets *targets, size_t *bad)
{
	struct search s = {.txn = t, .name = a};
	struct key k = key_user_name(a->tenant, a->domain, a->local);
	struct slice value;
	enum pk_status st =
		a->local.n ? txn_get(t, TREE_TENANT, key_slice(&k), &value) : PK_ENOTFOUND;

	*bad = 0;
	if (st != PK_ENOTFOUND)
		return st == PK_OK ? PK_EEXISTS : st;
	if (targets->count == 0 || targets->count > TARGETS_MAX)
		return PK_ELIMIT;
	st = PK_OK;
	for (size_t i = 0; st == PK_OK && i < targets->count; i++) {
		*bad = i;
		st = target_reaches(&s, targets->list[i], 0);
	}
	return st;
}

enum pk_status alias_remove(struct txn *t, const struct alias_name *a)
{
	struct key prefix = key_alias(a->tenant, a->domain, a->local);
	unsigned budget = TARGETS_MAX + 1;

	if (!alias_exists(t, a))
		return PK_ENOTFOUND;
	return erase_rows(t, TREE_TENANT, key_slice(&prefix), &budget);
}

enum pk_status alias_put(struct txn *t, const struct alias_name *a,
                         const struct alias_targets *targets)
{
	enum pk_status st = alias_remove(t, a);

	if (st == PK_ENOTFOUND)
		st = PK_OK;
	for (size_t i = 0; st == PK_OK && i < targets->count; i++) {
		struct key k = key_alias_target(a->tenant, a->domain, a->local, (uint16_t)i);
		struct buf row = {0};

		text_encode(&row, targets->list[i]);
		st = put_row(t, TREE_TENANT, &k, &row);
	}
	return st;
}
