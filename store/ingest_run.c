/* What pool threads do with a body on its way in. */
#include "ingest_part.h"

#include "blob_row.h"
#include "volume.h"

#include <sodium.h>

#define COPY_OCTETS (16 * (uint64_t)CHUNK_OCTETS) /* in one job, so that others have their turn */

static struct crypt *take(struct ingest *i)
{
	struct crypt *c = crypt_take(keyring_crypts(i->volume->keys));

	if (!c)
		i->result = PK_ENOMEM;
	return c;
}

static void give(struct ingest *i, struct crypt *c)
{
	crypt_give(keyring_crypts(i->volume->keys), c);
}

static enum pk_status mac_begin(struct ingest *i, struct crypt *c, uint32_t tenant)
{
	unsigned char key[KEY_BYTES];
	enum pk_status st = keyring_mac_key(i->volume->keys, tenant, "dedup", key);

	if (st == PK_OK) {
		i->mac = mac_new(c, key);
		st = i->mac ? PK_OK : PK_ENOMEM;
	}
	sodium_memzero(key, sizeof key);
	return st;
}

static enum pk_status mac_finish(struct ingest *i, struct part *p)
{
	p->has_mac = i->mac && mac_end(i->mac, p->mac);
	mac_free(i->mac);
	i->mac = NULL;
	return p->has_mac ? PK_OK : PK_ENOMEM;
}

static enum pk_status begin(struct ingest *i, struct crypt *c, struct part *p, uint64_t expected)
{
	struct ingest_want want = {p->tenant, expected, i->want.max};
	enum pk_status st = mac_begin(i, c, p->tenant);

	return st == PK_OK ? large_begin(&p->large, i->volume, c, &want) : st;
}

/* Whole chunks out of `bytes`; all of them, and an end, when `last`. */
static enum pk_status add(struct ingest *i, struct crypt *c, struct part *p, struct slice bytes,
                          bool last)
{
	enum pk_status st = PK_OK;

	while (bytes.n && st == PK_OK) {
		struct slice raw = slice_head(bytes, CHUNK_OCTETS);
		bool end = last && raw.n == bytes.n;

		bytes = slice_skip(bytes, raw.n);
		if (!mac_add(i->mac, raw))
			return PK_ENOMEM;
		st = large_add(&p->large, c, raw, end, end ? i->octets : 0);
	}
	return st;
}

static enum pk_status finish(struct ingest *i, struct crypt *c, struct part *p)
{
	enum pk_status st = mac_finish(i, p);

	p->blob = volume_blob_id(i->volume);
	if (st == PK_OK)
		st = large_end(&p->large, c, i->octets, p->blob);
	p->whole = st == PK_OK;
	return st;
}

void ingest_run_stream(struct ingest *i)
{
	struct part *p = &i->first;
	struct crypt *c = take(i);

	if (!c)
		return;
	if (!p->large.segment)
		i->result = begin(i, c, p, i->want.expected);
	if (i->result == PK_OK)
		i->result = add(i, c, p, buf_slice(&i->work), false);
	give(i, c);
}

void ingest_run_last(struct ingest *i)
{
	struct part *p = &i->first;
	struct crypt *c = take(i);

	if (!c)
		return;
	i->result = add(i, c, p, buf_slice(&i->work), true);
	if (i->result == PK_OK)
		i->result = finish(i, c, p);
	give(i, c);
}

static enum pk_status seal_small(struct ingest *i, struct crypt *c, struct part *p)
{
	struct keyring *ring = i->volume->keys;
	struct slice raw = buf_slice(&i->work);
	enum pk_status st = PK_OK;

	if (raw.n >= DEDUP_OCTETS) {
		st = keyring_mac(ring, p->tenant, "dedup", raw, p->mac);
		p->has_mac = st == PK_OK;
	}
	if (st == PK_OK)
		st = body_key_new(ring, c, p->tenant, &p->key);
	if (st == PK_OK)
		st = record_seal(c, &p->key, raw, &p->record);
	p->whole = st == PK_OK;
	return st;
}

void ingest_run_small(struct ingest *i)
{
	struct crypt *c = take(i);

	if (!c)
		return;
	for (struct part *p = &i->first; p && i->result == PK_OK; p = p->next)
		i->result = seal_small(i, c, p);
	give(i, c);
}

/* The first part's record as a body to be read; its owner keeps the segment. */
static enum pk_status open_reader(struct ingest *i)
{
	const struct large *l = &i->first.large;

	i->reader = calloc(1, sizeof *i->reader);
	if (!i->reader)
		return PK_ENOMEM;
	*i->reader = (struct blob){
		.volume = i->volume,
		.place = {l->segment->id, l->start},
		.id = i->first.blob,
		.octets = i->octets,
		.record_octets = l->at - l->start,
		.key = l->key,
		.chunk_no = UINT64_MAX
        };
	return segment_pin(i->volume, l->segment->id, &i->reader->pinned);
}

static enum pk_status copy(struct ingest *i, struct crypt *c, struct part *p)
{
	enum pk_status st = PK_OK;
	bool last;

	if (!i->reader)
		st = open_reader(i);
	if (st == PK_OK && !p->large.segment)
		st = begin(i, c, p, i->octets);
	if (st != PK_OK)
		return st;
	buf_clear(&i->work);
	st = blob_read(i->reader, i->read_octets, COPY_OCTETS, &i->work);
	i->read_octets += i->work.n;
	last = i->read_octets == i->octets;
	if (st == PK_OK)
		st = add(i, c, p, buf_slice(&i->work), last);
	if (st == PK_OK && last) {
		st = finish(i, c, p);
		i->read_octets = 0;
	}
	return st;
}

void ingest_run_copy(struct ingest *i)
{
	struct crypt *c = take(i);

	if (!c)
		return;
	i->result = copy(i, c, i->part);
	give(i, c);
}
