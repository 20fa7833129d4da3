#include "verify.h"

#include "segment.h"

#include <uthash.h>

/* Segments: what their rows count as alive is what the bodies' records take. In one snapshot. */
struct sum {
	UT_hash_handle hh;
	uint64_t segment, octets;
};

static enum pk_status add(struct sum **sums, const struct blob_row *row)
{
	struct sum *s;

	HASH_FIND(hh, *sums, &row->segment, sizeof row->segment, s);
	if (!s) {
		s = calloc(1, sizeof *s);
		if (!s)
			return PK_ENOMEM;
		s->segment = row->segment;
		HASH_ADD(hh, *sums, segment, sizeof s->segment, s);
	}
	s->octets += row->record_octets;
	return PK_OK;
}

static enum pk_status add_bodies(struct verify *v, struct sum **sums)
{
	struct cursor c;
	enum pk_status st = cursor_open(v->txn, TREE_BLOB, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, S(""));
	while (st == PK_OK) {
		struct blob_row row;

		if (blob_decode(c.value, &row) == PK_OK)
			st = add(sums, &row);
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static void tell(struct verify *v, uint64_t segment, const char *what, uint64_t is, uint64_t should)
{
	verify_found(v, what, "segment %08x-%08x (%llu, should be %llu)", (unsigned)(segment >> 32),
	             (unsigned)segment, (unsigned long long)is, (unsigned long long)should);
}

static void compare(struct verify *v, struct sum **sums, uint64_t id, struct slice value)
{
	struct segment_row row;
	struct sum *s;
	uint64_t live;

	v->checked++;
	HASH_FIND(hh, *sums, &id, sizeof id, s);
	live = s ? s->octets : 0;
	if (segment_decode(value, &row) != PK_OK || row.dead_octets > row.octets)
		tell(v, id, "a segment's row is broken", 0, 0);
	else if (row.octets - row.dead_octets != live)
		tell(v, id, "its live octets are not those of its bodies",
		     row.octets - row.dead_octets, live);
	else if (row.state == SEG_DEAD && live)
		tell(v, id, "it is called dead and has bodies", live, 0);
	if (s) {
		HASH_DEL(*sums, s);
		free(s);
	}
}

enum pk_status verify_segments(struct verify *v)
{
	struct sum *sums = NULL, *s, *next;
	struct cursor c = {0};
	enum pk_status st;

	if (v->tenant) /* they are the volume's */
		return PK_OK;
	st = add_bodies(v, &sums);
	if (st == PK_OK)
		st = cursor_open(v->txn, TREE_SEG, &c);
	if (st == PK_OK)
		st = cursor_seek(&c, S(""));
	for (; st == PK_OK; st = cursor_next(&c))
		compare(v, &sums, key_u64_at(c.key, 0), c.value);
	cursor_close(&c);
	s = sums;
	HASH_CLEAR(hh, sums);
	for (; s; s = next) {
		next = s->hh.next;
		if (st == PK_ENOTFOUND)
			tell(v, s->segment, "bodies in a segment without a row", s->octets, 0);
		free(s);
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}
