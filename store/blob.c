#include "blob.h"

#include "blob_row.h"
#include "volume.h"

#include <assert.h>

enum pk_status blob_load(struct txn *t, uint64_t id, struct blob_row *row)
{
	struct key key = key_u64(id);
	struct slice value;
	enum pk_status st = txn_get(t, TREE_BLOB, key_slice(&key), &value);

	return st == PK_OK ? blob_decode(value, row) : st;
}

enum pk_status blob_save(struct txn *t, uint64_t id, const struct blob_row *row)
{
	struct key key = key_u64(id);
	struct buf value = {0};

	blob_encode(&value, row);
	return put_row(t, TREE_BLOB, &key, &value);
}

static bool has_mac(const struct blob_row *row)
{
	static const uint8_t none[sizeof row->mac];

	return memcmp(row->mac, none, sizeof none);
}

enum pk_status blob_same(struct txn *t, uint32_t tenant, const unsigned char mac[CRYPT_MAC],
                         uint64_t *id)
{
	struct key key = key_dedup(tenant, mac);
	struct dedup_row row;
	struct slice value;
	enum pk_status st = txn_get(t, TREE_DEDUP, key_slice(&key), &value);

	if (st == PK_OK)
		st = dedup_decode(value, &row);
	if (st == PK_OK)
		*id = row.blob;
	return st;
}

static enum pk_status dedup_put(struct txn *t, const struct blob_row *row, uint64_t id)
{
	struct key key = key_dedup(row->tenant, row->mac);
	struct buf value = {0};

	dedup_encode(&value, &(struct dedup_row){id});
	return put_row(t, TREE_DEDUP, &key, &value);
}

enum pk_status blob_insert(struct txn *t, const struct blob_new *new)
{
	struct blob_row row = {
		.segment = new->place.segment,
		.offset = new->place.offset,
		.record_octets = new->record_octets,
		.octets = new->octets,
		.tenant = new->key->tenant,
		.refs = new->refs,
		.key_version = new->key->version,
		.dictionary = new->key->dictionary,
	};
	enum pk_status st;

	memcpy(row.salt, new->key->salt, sizeof row.salt);
	if (new->mac)
		memcpy(row.mac, new->mac, sizeof row.mac);
	st = blob_save(t, new->id, &row);
	if (st == PK_OK && new->mac)
		st = dedup_put(t, &row, new->id);
	if (st == PK_OK)
		st = segment_row_add(t, new->place, new->record_octets, new->large);
	return st;
}

/* The row of a blob whose last reference went. */
static enum pk_status blob_delete(struct txn *t, uint64_t id, const struct blob_row *row)
{
	struct key key = key_u64(id);
	uint64_t same;
	enum pk_status st = txn_del(t, TREE_BLOB, key_slice(&key));

	if (st == PK_OK && has_mac(row)) {
		st = blob_same(t, row->tenant, row->mac, &same);
		if (st == PK_OK && same == id) {
			key = key_dedup(row->tenant, row->mac);
			st = txn_del(t, TREE_DEDUP, key_slice(&key));
		}
		st = st == PK_ENOTFOUND ? PK_OK : st;
	}
	return st == PK_OK ? segment_row_dead(t, row->segment, row->record_octets) : st;
}

enum pk_status blob_ref(struct txn *t, uint64_t id, int64_t by)
{
	struct blob_row row;
	enum pk_status st = blob_load(t, id, &row);

	if (st != PK_OK)
		return st;
	if (by < 0 && row.refs < (uint64_t)-by)
		return PK_EIO; /* more rows than were counted pointed at it */
	row.refs += (uint64_t)by;
	return row.refs ? blob_save(t, id, &row) : blob_delete(t, id, &row);
}

enum pk_status blob_put(struct txn *t, uint32_t tenant, struct slice bytes, uint64_t *blob)
{
	struct keyring *ring = t->volume->keys;
	struct crypt *c = crypt_take(keyring_crypts(ring));
	struct buf record = {0};
	struct body_key key;
	struct blob_new new = {.octets = bytes.n, .key = &key, .refs = 1};
	enum pk_status st = c ? body_key_new(ring, c, tenant, &key) : PK_ENOMEM;

	if (st == PK_OK)
		st = record_seal(c, &key, bytes, &record);
	crypt_give(keyring_crypts(ring), c);
	if (st == PK_OK) {
		*blob = new.id = volume_blob_id(t->volume);
		new.record_octets = record.n;
		record_finish(record.p, record.n, &key, bytes.n, new.id);
		st = segments_append(t, buf_slice(&record), &new.place);
	}
	if (st == PK_OK)
		st = blob_insert(t, &new);
	buf_free(&record);
	return st;
}
