#include "verify.h"

#include "blob.h"
#include "volume.h"

#include <lmdb.h>

/*
 * Bodies: as many references as rows that name them. The counts are kept in memory, so a volume of
 * very many bodies is gone through in several passes, each for a part of the ids and in one
 * snapshot.
 */
#define PASS_BLOBS (4u << 20)

struct refs { /* open addressing; id 0 is free */
	struct ref {
		uint64_t id;
		uint64_t count;
	} * slots;
	size_t mask, used;
	unsigned pass, passes;
};

static uint64_t mixed(uint64_t id)
{
	return id * 0x9e3779b97f4a7c15u;
}

static struct ref *slot_of(struct refs *r, uint64_t id)
{
	size_t at = (size_t)(mixed(id) >> 20) & r->mask;

	while (r->slots[at].id && r->slots[at].id != id)
		at = (at + 1) & r->mask;
	return &r->slots[at];
}

static bool mine(const struct refs *r, uint64_t id)
{
	return id && (mixed(id) >> 56) % r->passes == r->pass;
}

static size_t blob_rows(struct txn *t)
{
	MDB_stat stat = {0};

	if (mdb_stat(t->mdb, t->volume->dbi[TREE_BLOB], &stat) != 0)
		return 0;
	return stat.ms_entries;
}

/* Every blob of the volume, with what its row says; others are not counted. */
static enum pk_status enter_blobs(struct refs *r, struct txn *t)
{
	struct cursor c;
	enum pk_status st = cursor_open(t, TREE_BLOB, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, S(""));
	for (; st == PK_OK; st = cursor_next(&c)) {
		uint64_t id = key_u64_at(c.key, 0);

		if (!mine(r, id))
			continue;
		if (++r->used > r->mask) {
			st = PK_ENOMEM; /* the ids fell together: never seen */
			break;
		}
		slot_of(r, id)->id = id;
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static void count(struct refs *r, uint64_t id)
{
	if (mine(r, id) && slot_of(r, id)->id)
		slot_of(r, id)->count++;
}

static bool is_message(struct slice key)
{
	uint32_t mbox = key_u32_at(key, 8);

	if (key.n <= 12)
		return false;
	return mbox == ACCT_VAULT ? key.p[12] == KIND_VAULT_MESSAGE
	                          : mbox && mbox != ACCT_PRIVATE && key.p[12] == KIND_MESSAGE;
}

static enum pk_status count_rows(struct verify *v, struct refs *r)
{
	struct key from = key_u64(ACCT(v->tenant, 0));
	struct cursor c;
	enum pk_status st = cursor_open(v->txn, TREE_ACCT, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&from));
	for (; st == PK_OK; st = cursor_next(&c)) {
		struct message_row row;

		if (v->tenant && key_u32_at(c.key, 0) != v->tenant)
			break;
		if (!is_message(c.key) || message_decode(c.value, &row) != PK_OK)
			continue;
		count(r, row.blob);
		count(r, row.summary_blob);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static void check_dedup(struct verify *v, uint64_t id, const struct blob_row *row)
{
	static const uint8_t none[sizeof(row->mac)];
	struct key k = key_dedup(row->tenant, row->mac);
	struct slice value;

	if (memcmp(row->mac, none, sizeof(none)) == 0)
		return;
	verify_good(v, txn_get(v->txn, TREE_DEDUP, key_slice(&k), &value),
	            "a body that is to be found by its content and is not", ACCT(row->tenant, 0),
	            id);
}

static enum pk_status compare(struct verify *v, struct refs *r)
{
	struct cursor c;
	enum pk_status st = cursor_open(v->txn, TREE_BLOB, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, S(""));
	for (; st == PK_OK; st = cursor_next(&c)) {
		uint64_t id = key_u64_at(c.key, 0);
		struct blob_row row;

		if (!mine(r, id))
			continue;
		if (!verify_good(v, blob_decode(c.value, &row), "a body's row cannot be read", 0,
		                 id))
			continue;
		if (v->tenant && row.tenant != v->tenant)
			continue;
		if (row.refs != slot_of(r, id)->count)
			verify_found(v, "its references are not the rows that name it",
			             "tenant %u body %llu (%llu, should be %llu)", row.tenant,
			             (unsigned long long)id, (unsigned long long)row.refs,
			             (unsigned long long)slot_of(r, id)->count);
		check_dedup(v, id, &row);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status compare_dedup(struct verify *v)
{
	struct cursor c;
	enum pk_status st = cursor_open(v->txn, TREE_DEDUP, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, S(""));
	for (; st == PK_OK; st = cursor_next(&c)) {
		uint32_t tenant = key_u32_at(c.key, 0);
		struct blob_row blob = {0};
		struct dedup_row row;
		struct slice value;
		struct key k;

		if (v->tenant && tenant != v->tenant)
			continue;
		if (!verify_good(v, dedup_decode(c.value, &row), "a row of contents is broken",
		                 ACCT(tenant, 0), 0))
			continue;
		k = key_u64(row.blob);
		if (txn_get(v->txn, TREE_BLOB, key_slice(&k), &value) != PK_OK ||
		    blob_decode(value, &blob) != PK_OK || blob.tenant != tenant ||
		    !slice_eq(slice_skip(c.key, 4),
		              (struct slice){(char *)blob.mac, sizeof(blob.mac)}))
			verify_good(v, PK_ENOTFOUND, "contents without their body", ACCT(tenant, 0),
			            row.blob);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status verify_refs(struct verify *v)
{
	size_t blobs = blob_rows(v->txn), room = 1024;
	struct refs r = {.pass = v->pass};
	enum pk_status st = PK_OK;

	if (!v->passes)
		v->passes = (unsigned)(blobs / PASS_BLOBS) + 1;
	r.passes = v->passes;
	while (room < 3 * (blobs / r.passes + 1))
		room *= 2;
	r.slots = calloc(room, sizeof(*r.slots));
	r.mask = room - 1;
	if (!r.slots)
		return PK_ENOMEM;
	if (v->pass++ == 0)
		st = compare_dedup(v);
	if (st == PK_OK)
		st = enter_blobs(&r, v->txn);
	if (st == PK_OK)
		st = count_rows(v, &r);
	if (st == PK_OK)
		st = compare(v, &r);
	free(r.slots);
	return st;
}

static enum pk_status read_all(struct verify *v, struct blob *b)
{
	struct buf piece = {0};
	enum pk_status st = PK_OK;
	uint64_t at = 0;

	while (st == PK_OK && at < b->octets) {
		buf_clear(&piece);
		st = blob_read(b, at, 1 << 20, &piece);
		if (st == PK_OK && piece.n == 0)
			st = PK_EIO;
		at += piece.n;
	}
	buf_wipe(&piece);
	v->checked++;
	return st;
}

/* The body's record: its segment is there; with `bodies`, every chunk opens. */
static enum pk_status one_body(struct verify *v, uint64_t id)
{
	struct blob b;
	enum pk_status st = blob_open(v->txn, id, &b);

	if (st == PK_OK) {
		if (v->bodies)
			st = read_all(v, &b);
		blob_close(&b);
	}
	if (st == PK_ENOMEM)
		return st;
	verify_good(v, st, "a body cannot be read", ACCT(v->tenant, 0), id);
	return PK_OK;
}

enum pk_status verify_bodies(struct verify *v, int64_t until_ms)
{
	struct key from = key_u64(v->at_blob);
	struct cursor c;
	enum pk_status st = cursor_open(v->txn, TREE_BLOB, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&from));
	while (st == PK_OK) {
		struct blob_row row;

		v->at_blob = key_u64_at(c.key, 0) + 1;
		if (blob_decode(c.value, &row) == PK_OK && (!v->tenant || row.tenant == v->tenant))
			st = one_body(v, key_u64_at(c.key, 0));
		if (st == PK_OK)
			st = cursor_next(&c);
		if (verify_clock() >= until_ms)
			break;
	}
	cursor_close(&c);
	if (st == PK_ENOTFOUND)
		v->phase = VERIFY_DONE;
	return st == PK_ENOTFOUND ? PK_OK : st;
}
