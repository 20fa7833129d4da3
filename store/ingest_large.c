/* Large records: written chunk by chunk into a segment that is the body's alone for the time. */
#include "ingest_part.h"

#include "disk.h"
#include "volume.h"

#include "ipc/wire.h"

#include <sodium.h>

enum pk_status large_begin(struct large *l, struct volume *v, struct crypt *c,
                           const struct ingest_want *want)
{
	uint64_t room = want->expected > want->max ? want->expected : want->max;
	enum pk_status st;

	l->volume = v;
	st = body_key_new(v->keys, c, want->tenant, &l->key);
	if (st == PK_OK)
		st = segment_take(v, chunk_room(room),
		                  want->expected > v->options.segment_octets / 4, &l->segment,
		                  &l->start);
	l->at = l->start + RECORD_HEAD_OCTETS;
	return st;
}

static enum pk_status write_out(struct large *l)
{
	enum pk_status st = disk_write(l->segment->fd, l->segment->name, buf_slice(&l->out), l->at);

	l->at += l->out.n;
	return st;
}

enum pk_status large_add(struct large *l, struct crypt *c, struct slice raw, bool last,
                         uint64_t raw_total)
{
	struct chunk chunk = {l->chunks, raw_total, last, raw.n};
	enum pk_status st;

	buf_clear(&l->out);
	st = chunk_seal(c, &l->key, &chunk, raw, &l->out);
	if (st != PK_OK)
		return st;
	wire_put(&l->lengths, l->out.n, 4);
	l->chunks++;
	return l->lengths.failed ? PK_ENOMEM : write_out(l);
}

static enum pk_status write_head(struct large *l, uint64_t raw_total, uint64_t blob)
{
	char head[RECORD_HEAD_OCTETS];

	record_finish(head, l->at - l->start, &l->key, raw_total, blob);
	return disk_write(l->segment->fd, l->segment->name, (struct slice){head, sizeof head},
	                  l->start);
}

enum pk_status large_end(struct large *l, struct crypt *c, uint64_t raw_total, uint64_t blob)
{
	enum pk_status st = PK_OK;

	if (l->chunks > 1) {
		buf_clear(&l->out);
		st = table_seal(c, &l->key, raw_total, buf_slice(&l->lengths), &l->out);
		if (st == PK_OK)
			st = write_out(l);
	}
	if (st == PK_OK)
		st = write_head(l, raw_total, blob);
	if (st == PK_OK)
		st = segment_sync(l->volume, l->segment);
	if (st != PK_OK)
		return st;
	segment_give(l->volume, l->segment, l->at);
	l->given = true;
	buf_free(&l->out);
	buf_free(&l->lengths);
	return PK_OK;
}

void large_free(struct large *l, bool named)
{
	if (l->segment) {
		if (!l->given)
			segment_give(l->volume, l->segment, l->at);
		segment_settle(l->volume, l->segment, l->start, l->at, named);
	}
	buf_free(&l->out);
	buf_free(&l->lengths);
	sodium_memzero(&l->key, sizeof l->key);
	l->segment = NULL;
}
