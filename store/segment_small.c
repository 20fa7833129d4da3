/* The writer's segment: a batch's small records, written and synced before its commit. */
#include "segment_set.h"

#include "disk.h"
#include "record.h"

#define BATCH_OCTETS ((size_t)1 << 20) /* written when so much waits */

static enum pk_status write_batch(struct segments *all)
{
	struct segment *s = all->small;
	enum pk_status st;

	if (!all->batch.n)
		return PK_OK;
	st = disk_write(s->fd, s->name, buf_slice(&all->batch), s->tail);
	if (st != PK_OK) {
		all->broken = true;
		return st;
	}
	s->tail += all->batch.n;
	all->dirty = true;
	buf_clear(&all->batch);
	return PK_OK;
}

enum pk_status segments_sync(struct volume *v)
{
	struct segments *all = v->segments;
	enum pk_status st = write_batch(all);

	if (st == PK_OK && all->dirty) {
		st = segment_sync(v, all->small);
		/* What a failed sync has written nobody knows: nothing is appended to it. */
		all->broken = st != PK_OK;
	}
	if (st == PK_OK)
		all->dirty = false;
	return st;
}

static void leave(struct segments *all)
{
	if (all->small) {
		pthread_mutex_lock(&all->lock);
		segment_shut(all, all->small);
		pthread_mutex_unlock(&all->lock);
	}
	all->small = NULL;
	all->dirty = all->broken = false;
}

/* Makes room for a record in a segment that takes one. No record crosses the end. */
static enum pk_status make_room(struct segments *all, size_t octets)
{
	uint64_t end;
	enum pk_status st;

	if (all->small && !all->broken) {
		end = all->small->tail + all->batch.n;
		if (end == SEGMENT_HEAD_OCTETS ||
		    end + octets <= all->volume->options.segment_octets)
			return PK_OK;
		st = segments_sync(all->volume);
		if (st != PK_OK)
			return st;
	}
	leave(all);
	if (all->spare) {
		all->small = all->spare;
		all->spare = NULL;
		return PK_OK;
	}
	return segment_make(all, &all->small);
}

/* Records of the batch may be lost: it cannot be committed any more. */
static enum pk_status fail(struct txn *t, enum pk_status st)
{
	if (t->failed == PK_OK)
		t->failed = st;
	return st;
}

enum pk_status segments_append(struct txn *t, struct slice record, struct record_place *place)
{
	struct segments *all = t->volume->segments;
	enum pk_status st = make_room(all, record.n);

	if (st != PK_OK)
		return fail(t, st);
	*place = (struct record_place){all->small->id, all->small->tail + all->batch.n};
	buf_put(&all->batch, record);
	if (all->batch.failed)
		return fail(t, PK_ENOMEM);
	st = all->batch.n < BATCH_OCTETS ? PK_OK : write_batch(all);
	return st == PK_OK ? st : fail(t, st);
}

void segments_abort(struct volume *v)
{
	struct segments *all = v->segments;

	buf_clear(&all->batch);
	all->died_count = 0;
	if (all->broken)
		leave(all);
}

void segment_row_died(struct volume *v, uint64_t id)
{
	struct segments *all = v->segments;

	if (all->died_count == all->died_cap) {
		size_t cap = all->died_cap ? 2 * all->died_cap : 16;
		uint64_t *more = realloc(all->died, cap * sizeof *more);

		if (!more)
			return; /* the next start removes it */
		all->died = more;
		all->died_cap = cap;
	}
	all->died[all->died_count++] = id;
}

/* Whether the committed row says that a segment is dead. */
static bool is_dead(struct volume *v, uint64_t id)
{
	struct segment_row row = {0};
	struct key key = key_u64(id);
	struct slice value;
	struct txn t;
	bool dead = false;

	if (txn_begin_read(v, &t) == PK_OK)
		dead = txn_get(&t, TREE_SEG, key_slice(&key), &value) == PK_OK &&
		       segment_decode(value, &row) == PK_OK && row.state == SEG_DEAD;
	txn_end_read(&t);
	return dead;
}

static void bury(struct segments *all, uint64_t id)
{
	struct segment *s;

	if (!is_dead(all->volume, id) || segment_pin(all->volume, id, &s) != PK_OK)
		return;
	pthread_mutex_lock(&all->lock);
	s->dead = true;
	segment_drop(all, s);
	pthread_mutex_unlock(&all->lock);
}

void segments_committed(struct volume *v)
{
	struct segments *all = v->segments;

	for (size_t i = 0; i < all->died_count; i++)
		bury(all, all->died[i]);
	all->died_count = 0;
	/* Made ahead, so that no batch waits for a directory's sync; if not, when it is needed. */
	if (all->small && !all->spare && all->small->tail > v->options.segment_octets / 4 * 3 &&
	    segment_make(all, &all->spare) != PK_OK)
		all->spare = NULL;
}
