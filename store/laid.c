#include "laid.h"

#include "blob_row.h"
#include "disk.h"
#include "ingest_part.h"
#include "volume.h"

#define RUN_OCTETS ((size_t)1 << 20) /* small records are written and synced together */

static enum pk_status add_run(struct laying *l, const struct laid_run *run)
{
	struct laid_run *r = malloc(sizeof *r);

	if (!r)
		return PK_ENOMEM;
	*r = *run;
	r->next = l->runs;
	l->runs = r;
	return PK_OK;
}

static enum pk_status begin_run(struct laying *l, size_t octets)
{
	struct laid_run run = {0};
	size_t room = octets > RUN_OCTETS ? octets : RUN_OCTETS;
	enum pk_status st = segment_take(l->volume, room, false, &run.segment, &run.start);

	if (st != PK_OK)
		return st;
	run.end = run.start;
	st = add_run(l, &run);
	if (st != PK_OK) {
		segment_give(l->volume, run.segment, run.start);
		segment_settle(l->volume, run.segment, run.start, run.start, false);
	}
	l->open = st == PK_OK ? l->runs : NULL;
	return st;
}

static enum pk_status end_run(struct laying *l)
{
	struct laid_run *r = l->open;
	enum pk_status st;

	if (!r)
		return PK_OK;
	l->open = NULL;
	r->end = r->start + l->octets.n;
	st = l->octets.failed ? PK_ENOMEM
	                      : disk_write(r->segment->fd, r->segment->name, buf_slice(&l->octets),
	                                   r->start);
	if (st == PK_OK)
		st = segment_sync(l->volume, r->segment);
	segment_give(l->volume, r->segment, r->end);
	buf_clear(&l->octets);
	return st;
}

static void describe(struct laid *out, const struct body_key *key, uint64_t octets)
{
	out->octets = octets;
	out->key_version = key->version;
	out->dictionary = key->dictionary;
	memcpy(out->salt, key->salt, sizeof out->salt);
}

static enum pk_status lay_record(struct laying *l, const struct buf *record,
                                 const struct body_key *key, struct laid *out)
{
	enum pk_status st = PK_OK;
	size_t at;

	if (l->open && l->octets.n + record->n > RUN_OCTETS)
		st = end_run(l);
	if (st == PK_OK && !l->open)
		st = begin_run(l, record->n);
	if (st != PK_OK)
		return st;
	at = l->octets.n;
	buf_put(&l->octets, buf_slice(record));
	if (l->octets.failed)
		return PK_ENOMEM;
	out->blob = volume_blob_id(l->volume);
	out->record_octets = record->n;
	out->place = (struct record_place){l->open->segment->id, l->open->start + at};
	record_finish(l->octets.p + at, record->n, key, out->octets, out->blob);
	return PK_OK;
}

/* It has been written to a segment of its own, and synced. */
static enum pk_status take_over(struct laying *l, struct part *p, struct laid *out)
{
	struct large *big = &p->large;
	struct laid_run run = {big->segment, big->start, big->at, NULL};
	enum pk_status st = add_run(l, &run);

	if (st != PK_OK)
		return st;
	out->blob = p->blob;
	out->record_octets = big->at - big->start;
	out->place = (struct record_place){big->segment->id, big->start};
	big->segment = NULL;
	return PK_OK;
}

enum pk_status lay_body(struct laying *l, struct ingest *i, struct laid *out)
{
	struct part *p = &i->first;

	*out = (struct laid){.has_mac = p->has_mac};
	if (p->tenant != l->tenant || !p->whole)
		return PK_EINVAL;
	memcpy(out->mac, p->mac, sizeof out->mac);
	describe(out, i->large ? &p->large.key : &p->key, i->octets);
	return i->large ? take_over(l, p, out) : lay_record(l, &p->record, &p->key, out);
}

enum pk_status lay_octets(struct laying *l, struct slice octets, struct laid *out)
{
	struct keyring *ring = l->volume->keys;
	struct crypt *c = crypt_take(keyring_crypts(ring));
	struct buf record = {0};
	struct body_key key;
	enum pk_status st = c ? body_key_new(ring, c, l->tenant, &key) : PK_ENOMEM;

	*out = (struct laid){0};
	if (st == PK_OK)
		st = record_seal(c, &key, octets, &record);
	crypt_give(keyring_crypts(ring), c);
	if (st == PK_OK) {
		describe(out, &key, octets.n);
		st = lay_record(l, &record, &key, out);
	}
	buf_free(&record);
	return st;
}

enum pk_status lay_end(struct laying *l)
{
	enum pk_status st = end_run(l);

	buf_free(&l->octets);
	return st;
}

enum pk_status laid_commit(struct txn *t, const struct laid *l, uint32_t tenant, uint64_t *blob)
{
	struct body_key key = {
		.tenant = tenant, .version = l->key_version, .dictionary = l->dictionary};
	struct blob_new new = {
		.id = l->blob,
		.place = l->place,
		.record_octets = l->record_octets,
		.octets = l->octets,
		.key = &key,
		.mac = l->has_mac ? l->mac : NULL,
		.refs = 1,
		.large = true,
	};
	enum pk_status st = PK_ENOTFOUND;

	if (l->has_mac)
		st = blob_same(t, tenant, l->mac, blob);
	if (st == PK_OK)
		return blob_ref(t, *blob, 1);
	if (st != PK_ENOTFOUND)
		return st;
	memcpy(key.salt, l->salt, sizeof key.salt);
	*blob = l->blob;
	return blob_insert(t, &new);
}

void laid_settle(struct volume *v, struct laid_run *runs, bool named)
{
	while (runs) {
		struct laid_run *r = runs;

		runs = r->next;
		segment_settle(v, r->segment, r->start, r->end, named);
		free(r);
	}
}
