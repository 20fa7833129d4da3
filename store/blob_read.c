#include "blob.h"

#include "blob_row.h"
#include "disk.h"
#include "volume.h"

#include "base/log.h"
#include "ipc/wire.h"

#include <inttypes.h>

#include <sodium.h>

static enum pk_status key_of_row(struct volume *v, const struct blob_row *row, struct body_key *key)
{
	struct crypts *all = keyring_crypts(v->keys);
	struct crypt *c = crypt_take(all);
	enum pk_status st = PK_ENOMEM;

	*key = (struct body_key){
		.tenant = row->tenant, .version = row->key_version, .dictionary = row->dictionary};
	memcpy(key->salt, row->salt, SALT_OCTETS);
	if (c)
		st = body_key_derive(v->keys, c, key);
	crypt_give(all, c);
	return st;
}

/* Pins the record's segment. When its file is gone, the transaction is older than a compaction:
 * then the row as it is now tells. */
static enum pk_status pin(struct volume *v, uint64_t id, struct blob_row *row,
                          struct segment **pinned)
{
	enum pk_status st = segment_pin(v, row->segment, pinned);

	while (st == PK_ENOTFOUND) {
		uint64_t before = row->segment;
		struct txn now;

		st = txn_begin_read(v, &now);
		if (st == PK_OK)
			st = blob_load(&now, id, row);
		txn_end_read(&now);
		if (st != PK_OK)
			return st;
		if (row->segment == before)
			return PK_EIO;
		st = segment_pin(v, row->segment, pinned);
	}
	return st;
}

enum pk_status blob_open(struct txn *t, uint64_t id, struct blob *b)
{
	struct volume *v = t->volume;
	struct blob_row row;
	enum pk_status st = blob_load(t, id, &row);

	*b = (struct blob){.volume = v, .id = id, .chunk_no = UINT64_MAX};
	if (st != PK_OK)
		return st;
	st = pin(v, id, &row, &b->pinned);
	if (st == PK_OK)
		st = key_of_row(v, &row, &b->key);
	b->place = (struct record_place){row.segment, row.offset};
	b->octets = row.octets;
	b->record_octets = row.record_octets;
	if (st != PK_OK)
		blob_close(b);
	return st;
}

static enum pk_status broken(const struct blob *b, const char *why)
{
	LOG(PK_LOG_ERROR, "blob", LOG_NUMBER("blob", (int64_t)b->id),
	    LOG_CSTR("file", b->pinned->name), LOG_CSTR("reason", why));
	return PK_EIO;
}

static uint64_t chunk_at(const struct blob *b, uint64_t number)
{
	uint64_t at;

	memcpy(&at, b->table.p + 8 * number, 8);
	return at;
}

/* The sealed lengths become the places where the chunks begin, and where the last one ends. */
static enum pk_status places(struct blob *b, struct slice lengths, uint64_t chunks, uint64_t end)
{
	uint64_t at = RECORD_HEAD_OCTETS;
	struct wire w = {.in = lengths};

	if (lengths.n != 4 * chunks)
		return broken(b, "a chunk table of another length");
	for (uint64_t i = 0; i <= chunks; i++) {
		uint64_t length = i < chunks ? wire_get(&w, 4) : 0;

		buf_put(&b->table, (struct slice){(char *)&at, 8});
		if (length > CHUNK_OCTETS + CRYPT_TAG || length > end - at)
			return broken(b, "a chunk longer than its record");
		at += length;
	}
	return b->table.failed ? PK_ENOMEM : PK_OK;
}

static enum pk_status load_table(struct blob *b, struct crypt *c)
{
	uint64_t chunks = chunk_count(b->octets), size = chunk_table_octets(chunks);
	struct buf lengths = {0};
	enum pk_status st;

	if (b->table.n)
		return PK_OK;
	if (b->record_octets < RECORD_HEAD_OCTETS + size)
		return broken(b, "a record shorter than its table");
	buf_clear(&b->stored);
	if (!buf_room(&b->stored, size))
		return PK_ENOMEM;
	st = disk_read(b->pinned->fd, b->pinned->name, b->stored.p, size,
	               b->place.offset + b->record_octets - size);
	if (st == PK_OK)
		st = table_open(c, &b->key, b->octets, (struct slice){b->stored.p, size}, &lengths);
	if (st == PK_OK)
		st = places(b, buf_slice(&lengths), chunks, b->record_octets - size);
	if (st != PK_OK)
		buf_free(&b->table);
	buf_free(&lengths);
	return st;
}

/* Where a chunk lies in the record. */
static enum pk_status find_chunk(struct blob *b, struct crypt *c, uint64_t number, uint64_t *from,
                                 uint64_t *to)
{
	enum pk_status st = PK_OK;

	*from = RECORD_HEAD_OCTETS;
	*to = b->record_octets;
	if (chunk_count(b->octets) > 1) {
		st = load_table(b, c);
		if (st != PK_OK)
			return st;
		*from = chunk_at(b, number);
		*to = chunk_at(b, number + 1);
	}
	if (*to < *from + CRYPT_TAG || *to - *from > CHUNK_OCTETS + CRYPT_TAG)
		return broken(b, "a record of another length than its body");
	return PK_OK;
}

/* Appends the raw octets of a chunk to out. */
static enum pk_status open_chunk(struct blob *b, struct crypt *c, uint64_t number, struct buf *out)
{
	struct chunk chunk = {number, b->octets, number == chunk_count(b->octets) - 1,
	                      chunk_octets(b->octets, number)};
	uint64_t from, to;
	enum pk_status st = find_chunk(b, c, number, &from, &to);

	if (st != PK_OK)
		return st;
	buf_clear(&b->stored);
	if (!buf_room(&b->stored, to - from))
		return PK_ENOMEM;
	st = disk_read(b->pinned->fd, b->pinned->name, b->stored.p, to - from,
	               b->place.offset + from);
	if (st == PK_OK)
		st = chunk_open(c, &b->key, &chunk, (struct slice){b->stored.p, to - from}, out);
	return st;
}

/* Some octets of a chunk: it is kept, more of it is likely to be wanted next. */
static enum pk_status part_of_chunk(struct blob *b, struct crypt *c, uint64_t offset,
                                    uint64_t octets, struct buf *out)
{
	uint64_t number = offset / CHUNK_OCTETS;
	enum pk_status st = PK_OK;

	if (b->chunk_no != number) {
		b->chunk_no = UINT64_MAX;
		buf_clear(&b->chunk);
		st = open_chunk(b, c, number, &b->chunk);
	}
	if (st != PK_OK)
		return st;
	b->chunk_no = number;
	buf_put(out, slice_head(slice_skip(buf_slice(&b->chunk), offset % CHUNK_OCTETS), octets));
	return out->failed ? PK_ENOMEM : PK_OK;
}

/* From offset to the end of what is wanted of its chunk. */
static uint64_t octets_of_chunk(const struct blob *b, uint64_t offset, uint64_t octets)
{
	uint64_t left = chunk_octets(b->octets, offset / CHUNK_OCTETS) - offset % CHUNK_OCTETS;

	return octets < left ? octets : left;
}

enum pk_status blob_read(struct blob *b, uint64_t offset, uint64_t octets, struct buf *out)
{
	struct crypts *all = keyring_crypts(b->volume->keys);
	struct crypt *c;
	enum pk_status st = PK_OK;

	if (offset >= b->octets)
		return PK_OK;
	if (octets > b->octets - offset)
		octets = b->octets - offset;
	c = crypt_take(all);
	if (!c)
		return PK_ENOMEM;
	while (octets && st == PK_OK) {
		uint64_t number = offset / CHUNK_OCTETS, n = octets_of_chunk(b, offset, octets);

		if (n == chunk_octets(b->octets, number) && b->chunk_no != number)
			st = open_chunk(b, c, number, out);
		else
			st = part_of_chunk(b, c, offset, n, out);
		offset += n;
		octets -= n;
	}
	crypt_give(all, c);
	return st;
}

void blob_rest(struct blob *b)
{
	buf_free(&b->chunk);
	buf_free(&b->stored);
	b->chunk_no = UINT64_MAX;
}

void blob_close(struct blob *b)
{
	if (!b->volume)
		return;
	segment_unpin(b->volume, b->pinned);
	sodium_memzero(&b->key, sizeof b->key);
	buf_free(&b->table);
	blob_rest(b);
	*b = (struct blob){0};
}
