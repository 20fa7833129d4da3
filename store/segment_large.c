/* Large segments: one body at a time owns one while it is written. */
#include "segment_set.h"

#include <assert.h>
#include <utlist.h>

/* Under the lock: an idle one with room. */
static struct segment *idle_one(struct segments *all, uint64_t room)
{
	struct segment *s;

	DL_FOREACH(all->large, s)
	{
		if (!s->busy && all->volume->options.segment_octets >= s->tail + room)
			return s;
	}
	return NULL;
}

static void own(struct segment *s)
{
	s->busy = true;
	s->pins++;
	s->pending++;
}

enum pk_status segment_take(struct volume *v, uint64_t room, bool whole, struct segment **out,
                            uint64_t *offset)
{
	struct segments *all = v->segments;
	struct segment *s = NULL;
	enum pk_status st;

	pthread_mutex_lock(&all->lock);
	if (!whole)
		s = idle_one(all, room);
	if (s)
		own(s);
	pthread_mutex_unlock(&all->lock);
	if (!s) {
		st = segment_make(all, &s);
		if (st != PK_OK)
			return st;
		pthread_mutex_lock(&all->lock);
		own(s);
		DL_APPEND(all->large, s);
		all->large_count++;
		pthread_mutex_unlock(&all->lock);
	}
	*out = s;
	*offset = s->tail;
	return PK_OK;
}

static void shut(struct segments *all, struct segment *s)
{
	DL_DELETE(all->large, s);
	all->large_count--;
	segment_shut(all, s);
}

void segment_give(struct volume *v, struct segment *s, uint64_t end)
{
	struct segments *all = v->segments;

	pthread_mutex_lock(&all->lock);
	assert(s->busy && end >= s->tail);
	s->tail = end;
	s->busy = false;
	pthread_mutex_unlock(&all->lock);
}

void segment_settle(struct volume *v, struct segment *s, uint64_t offset, uint64_t end, bool named)
{
	struct segments *all = v->segments;
	uint64_t size = v->options.segment_octets;

	pthread_mutex_lock(&all->lock);
	s->pending--;
	/* What no row can name, at the end: the next record goes there. */
	if (!named && s->tail == end && !s->busy && s->open)
		s->tail = offset;
	if (s->open && !s->busy && !s->pending &&
	    (s->tail + size / 4 > size || all->large_count > SEGMENT_IDLE_MAX))
		shut(all, s);
	segment_drop(all, s);
	pthread_mutex_unlock(&all->lock);
}
