/* Rows of the seg tree: how much of a segment is committed, and how much of that is dead. */
#include "record.h"
#include "segment_set.h"

#include "base/log.h"

#include <inttypes.h>

enum pk_status segment_row_load(struct txn *t, uint64_t id, struct segment_row *row)
{
	struct key key = key_u64(id);
	struct slice value;
	enum pk_status st = txn_get(t, TREE_SEG, key_slice(&key), &value);

	return st == PK_OK ? segment_decode(value, row) : st;
}

static enum pk_status save(struct txn *t, uint64_t id, struct segment_row *row)
{
	struct key key = key_u64(id);
	struct buf value = {0};

	if (row->state != SEG_DEAD)
		row->state = segment_growing(t->volume, id) ? SEG_OPEN : SEG_SEALED;
	if (row->state == SEG_SEALED && row->dead_octets >= row->octets) {
		row->state = SEG_DEAD;
		segment_row_died(t->volume, id);
	}
	segment_encode(&value, row);
	return put_row(t, TREE_SEG, &key, &value);
}

static void add_dead(struct segment_row *row, uint64_t octets, int64_t now_ms)
{
	if (octets && !row->dead_since_ms)
		row->dead_since_ms = now_ms;
	row->dead_octets += octets;
}

/*
 * The row's octets go up to the end of the last committed record. What lies between records, of
 * aborted writes, is dead; a large record whose commit comes after that of a later one was counted
 * among it until then.
 */
enum pk_status segment_row_add(struct txn *t, struct record_place place, uint64_t octets,
                               bool large)
{
	struct segment_row row = {.state = SEG_OPEN,
	                          .large = large,
	                          .octets = SEGMENT_HEAD_OCTETS,
	                          .dead_octets = SEGMENT_HEAD_OCTETS};
	enum pk_status st = segment_row_load(t, place.segment, &row);

	if (st != PK_OK && st != PK_ENOTFOUND)
		return st;
	if (row.state == SEG_DEAD)
		return PK_ERETRY; /* its file is going */
	if (place.offset >= row.octets) {
		add_dead(&row, place.offset - row.octets, t->now_ms);
		row.octets = place.offset + octets;
	} else {
		row.dead_octets -= octets < row.dead_octets ? octets : row.dead_octets;
	}
	return save(t, place.segment, &row);
}

enum pk_status segment_row_dead(struct txn *t, uint64_t id, uint64_t octets)
{
	struct segment_row row;
	enum pk_status st = segment_row_load(t, id, &row);

	if (st != PK_OK) {
		char name[20];

		segment_name(id, name);
		LOG(PK_LOG_ERROR, "segment_row", LOG_CSTR("segment", name),
		    LOG_CSTR("reason", pk_status_words(st)));
		return st == PK_ENOTFOUND ? PK_EIO : st;
	}
	if (row.dead_octets + octets > row.octets)
		octets = row.octets - row.dead_octets;
	add_dead(&row, octets, t->now_ms);
	return save(t, id, &row);
}
