#include "mailbox_parts.h"

/* Rows of names: account, kind, name with 00 between the levels. */

enum pk_status name_find(struct account *a, struct slice name, struct name_row *row)
{
	struct key key = key_name(a->acct, KIND_NAME, name);
	struct slice value;
	enum pk_status st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);

	return st == PK_OK ? name_decode(value, row) : st;
}

enum pk_status name_put(struct account *a, struct slice name, const struct name_row *row)
{
	struct key key = key_name(a->acct, KIND_NAME, name);
	struct buf b = {0};

	name_encode(&b, row);
	return put_row(a->txn, TREE_ACCT, &key, &b);
}

enum pk_status name_children(struct account *a, struct slice name, bool *has)
{
	struct key prefix = key_name(a->acct, KIND_NAME, name);
	struct slice key, value;
	enum pk_status st;

	prefix.p[prefix.n++] = 0;
	st = txn_first(a->txn, TREE_ACCT, key_slice(&prefix), (struct slice){0}, &key, &value);
	*has = st == PK_OK;
	return st == PK_ENOTFOUND ? PK_OK : st;
}

/* The name above, or the empty one. */
static struct slice parent_of(struct slice name)
{
	while (name.n && name.p[name.n - 1] != '/')
		name.n--;
	return slice_head(name, name.n ? name.n - 1 : 0);
}

enum pk_status name_parents_make(struct account *a, struct slice name)
{
	struct name_row row;

	for (name = parent_of(name); name.n; name = parent_of(name)) {
		enum pk_status st = name_find(a, name, &row);

		if (st == PK_OK)
			return PK_OK; /* and so do those above it */
		if (st != PK_ENOTFOUND)
			return st;
		st = name_put(a, name, &(struct name_row){0});
		if (st != PK_OK)
			return st;
	}
	return PK_OK;
}

enum pk_status name_parents_prune(struct account *a, struct slice name)
{
	for (name = parent_of(name); name.n; name = parent_of(name)) {
		struct key key = key_name(a->acct, KIND_NAME, name);
		struct name_row row;
		bool children = true;
		enum pk_status st = name_find(a, name, &row);

		if (st == PK_OK)
			st = name_children(a, name, &children);
		if (st != PK_OK || row.mbox || children)
			return st;
		st = txn_del(a->txn, TREE_ACCT, key_slice(&key));
		if (st != PK_OK)
			return st;
	}
	return PK_OK;
}

enum pk_status mailbox_find(struct account *a, struct slice name, struct mailbox *m)
{
	char space[NAME_MAX_OCTETS + 1];
	struct name_row row;
	enum pk_status st = mailbox_name(name, space, &name);

	memset(m, 0, sizeof(*m));
	if (st == PK_OK)
		st = name_find(a, name, &row);
	if (st != PK_OK)
		return st;
	return row.mbox ? mailbox_load(a, row.mbox, 0, m) : PK_ENOTFOUND;
}

enum pk_status name_of_use(struct account *a, uint32_t uses, struct name_row *row)
{
	struct key prefix = key_acct(a->acct, 0, KIND_NAME);
	struct cursor c;
	enum pk_status st = cursor_open(a->txn, TREE_ACCT, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&prefix));
	while (st == PK_OK) {
		st = slice_starts(c.key, key_slice(&prefix)) ? name_decode(c.value, row)
		                                             : PK_ENOTFOUND;
		if (st == PK_OK && row->attributes & uses)
			break;
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st;
}

enum pk_status mailbox_subscribe(struct account *a, struct slice name, bool on)
{
	char space[NAME_MAX_OCTETS + 1];
	struct key key;
	struct slice value;
	struct buf row = {0};
	enum pk_status st = mailbox_name(name, space, &name);

	if (st != PK_OK)
		return st;
	key = key_name(a->acct, KIND_SUBSCRIPTION, name);
	st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);
	if (st != PK_OK && st != PK_ENOTFOUND)
		return st;
	if ((st == PK_OK) == on)
		return PK_OK;
	if (on && a->row.subscriptions >= SUBSCRIPTIONS_MAX)
		return PK_ELIMIT;
	txn_touch(a->txn, a->acct, 0);
	a->row.subscriptions += on ? 1 : (uint32_t)-1;
	if (!on)
		return txn_del(a->txn, TREE_ACCT, key_slice(&key));
	empty_encode(&row);
	return put_row(a->txn, TREE_ACCT, &key, &row);
}
