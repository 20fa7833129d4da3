#ifndef ROLE_ROWS_H
#define ROLE_ROWS_H

/* What the rows of each party come to: so it shows whether a request changed any of them. */
#include "role_request.h"

#include "directory.h"
#include "record.h"
#include "tenant_record.h"

static const struct place_of {
	uint32_t tenant, user; /* 0: any */
} accounts[WHOSE] = {
	{1, 1},
        {1, 2},
        {2, 0}
};

/* What each party's rows come to, and in SHARED those that are several parties'. */
#define SHARED WHOSE
struct digests {
	uint64_t of[WHOSE + 1];
	uint64_t blobs[64]; /* of NEIGHBOUR, to tell them from others of its tenant */
	size_t blob_count;
};

static void digest_add(uint64_t *h, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		*h = (*h ^ (unsigned char)s.p[i]) * 1099511628211u;
	*h = (*h ^ s.n) * 1099511628211u;
}

static enum whose account_owner(uint32_t tenant, uint32_t user)
{
	for (enum whose w = OWN; w < WHOSE; w++)
		if (accounts[w].tenant == tenant && (!accounts[w].user || accounts[w].user == user))
			return w;
	return SHARED;
}

static void note_blob(struct digests *d, const struct cursor *c)
{
	struct message_row m;

	if (c->key.n <= KEY_ACCT_OCTETS || c->key.p[KEY_ACCT_OCTETS - 1] != KIND_MESSAGE ||
	    message_decode(c->value, &m) != PK_OK)
		return;
	assert_true(d->blob_count < COUNT(d->blobs));
	d->blobs[d->blob_count++] = m.blob;
}

static enum whose blob_owner(const struct digests *d, const struct cursor *c)
{
	struct blob_row row;

	OK(blob_decode(c->value, &row));
	if (row.tenant == accounts[STRANGER].tenant)
		return STRANGER;
	for (size_t i = 0; i < d->blob_count; i++)
		if (d->blobs[i] == key_u64_at(c->key, 0))
			return NEIGHBOUR;
	return SHARED;
}

static enum whose tenant_row_owner(const struct cursor *c)
{
	uint8_t kind = (uint8_t)c->key.p[4];
	bool user = kind == KIND_USER || kind == KIND_CREDENTIAL || kind == KIND_SEND ||
	            kind == KIND_SENDAS;
	size_t at = kind == KIND_SETTING && c->key.p[5] == PK_SCOPE_USER ? 6 : 5;

	return account_owner(key_u32_at(c->key, 0), user || at == 6 ? key_u32_at(c->key, at) : 0);
}

static enum whose row_owner(struct digests *d, enum tree tree, const struct cursor *c)
{
	enum whose w = SHARED;

	if (tree == TREE_ACCT) {
		w = account_owner(key_u32_at(c->key, 0), key_u32_at(c->key, 4));
		if (w == NEIGHBOUR)
			note_blob(d, c);
	} else if (tree == TREE_TENANT) {
		w = tenant_row_owner(c);
	} else if (tree == TREE_BLOB) {
		w = blob_owner(d, c);
	} else if (tree == TREE_DEDUP) {
		w = account_owner(key_u32_at(c->key, 0), 0);
	}
	return w;
}

static void digest_tree(struct digests *d, struct txn *t, enum tree tree)
{
	struct cursor c;
	enum pk_status st;

	if (tree == TREE_TRACE)
		return; /* the house's, of what was asked, also in vain */
	OK(cursor_open(t, tree, &c));
	for (st = cursor_seek(&c, S("")); st == PK_OK; st = cursor_next(&c)) {
		uint64_t *h = &d->of[row_owner(d, tree, &c)];

		digest_add(h, c.key);
		digest_add(h, c.value);
	}
	assert_int_equal(st, PK_ENOTFOUND);
	cursor_close(&c);
}

static enum pk_status digest_name(void *arg, struct slice name, const struct place *place)
{
	struct digests *d = arg;
	uint64_t *h = &d->of[account_owner(place->tenant, 0)];

	digest_add(h, name);
	digest_add(h, (struct slice){(const char *)&place->tenant, 4});
	return PK_OK;
}

static bool same(const struct digests *a, const struct digests *b, enum whose w)
{
	return a->of[w] == b->of[w];
}

#endif
