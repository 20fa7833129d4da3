#include "segment_set.h"

#include "disk.h"

#include "base/log.h"
#include "os/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <utlist.h>

#define SMALL_BODIES ((uint64_t)64 << 20)
#define FIRST_CHUNKS ((uint64_t)256 << 20) /* with those of bodies that cannot go to disk yet */

void segment_name(uint64_t id, char name[20])
{
	snprintf(name, 20, "%08" PRIx32 "-%08" PRIx32, (uint32_t)(id >> 32), (uint32_t)id);
}

bool segment_is_name(const char *name, uint64_t *id)
{
	char again[20];
	uint64_t epoch;
	char *end;

	epoch = strtoul(name, &end, 16);
	if (*end != '-')
		return false;
	*id = epoch << 32 | (uint32_t)strtoul(end + 1, &end, 16);
	segment_name(*id, again);
	return !strcmp(name, again);
}

enum pk_status segments_open(struct volume *v)
{
	struct segments *all = calloc(1, sizeof *all);
	enum pk_status st;
	struct buf path = {0};

	if (!all)
		return PK_ENOMEM;
	all->volume = v;
	all->dir = -1;
	pthread_mutex_init(&all->lock, NULL);
	v->segments = all;
	buf_printf(&path, "%s/segments", v->path);
	st = path.failed ? PK_ENOMEM
	                 : disk_open_dir(DISK_CWD, path.p, !v->options.read_only, &all->dir);
	buf_free(&path);
	if (st == PK_OK)
		st = segments_recover(all);
	if (st != PK_OK)
		segments_close(v);
	return st;
}

static void remove_file(struct segments *all, struct segment *s)
{
	enum pk_status st = disk_unlink(all->dir, s->name);

	if (st != PK_OK && st != PK_ENOTFOUND) /* the next start tries again */
		LOG(PK_LOG_WARNING, "segment_left", LOG_CSTR("file", s->name));
}

void segments_close(struct volume *v)
{
	struct segments *all = v->segments;
	struct segment *s, *next;

	if (!all)
		return;
	s = all->by_id;
	HASH_CLEAR(hh, all->by_id);
	for (; s; s = next) {
		next = s->hh.next;
		/* Never used, or only by what was aborted: no row knows it. */
		if (s->open && s->tail == SEGMENT_HEAD_OCTETS)
			remove_file(all, s);
		disk_close(s->fd);
		free(s);
	}
	buf_free(&all->batch);
	free(all->died);
	disk_close(all->dir);
	pthread_mutex_destroy(&all->lock);
	free(all);
	v->segments = NULL;
}

/* Under the lock. */
static struct segment *segment_find(struct segments *all, uint64_t id)
{
	struct segment *s;

	HASH_FIND(hh, all->by_id, &id, sizeof id, s);
	return s;
}

static void forget(struct segments *all, struct segment *s)
{
	HASH_DEL(all->by_id, s);
	disk_close(s->fd);
	free(s);
}

void segment_drop(struct segments *all, struct segment *s)
{
	assert(s->pins);
	if (--s->pins)
		return;
	if (s->dead) {
		remove_file(all, s);
		forget(all, s);
		return;
	}
	DL_APPEND(all->unused, s);
	if (++all->unused_count <= SEGMENT_UNUSED_MAX)
		return;
	s = all->unused;
	DL_DELETE(all->unused, s);
	all->unused_count--;
	forget(all, s);
}

static void pin(struct segments *all, struct segment *s)
{
	if (!s->pins++) {
		DL_DELETE(all->unused, s);
		all->unused_count--;
	}
}

void segment_shut(struct segments *all, struct segment *s)
{
	if (!s->open)
		return;
	s->open = false;
	/* Nothing was kept in it: no row knows it. */
	if (s->tail == SEGMENT_HEAD_OCTETS && !s->pending)
		s->dead = true;
	segment_drop(all, s);
}

/* Under the lock. */
static enum pk_status open_existing(struct segments *all, uint64_t id, struct segment **out)
{
	struct segment *s = calloc(1, sizeof *s);
	enum pk_status st;

	if (!s)
		return PK_ENOMEM;
	s->id = id;
	segment_name(id, s->name);
	st = disk_open(all->dir, s->name, false, &s->fd);
	if (st != PK_OK) {
		free(s);
		return st;
	}
	s->pins = 1;
	HASH_ADD(hh, all->by_id, id, sizeof s->id, s);
	*out = s;
	return PK_OK;
}

enum pk_status segment_sync(const struct volume *v, const struct segment *s)
{
	if (v->options.no_sync)
		return PK_OK;
	metrics_add(v->metrics, METRIC_segment_syncs_total, 1);
	return disk_sync(s->fd, s->name);
}

enum pk_status segment_pin(struct volume *v, uint64_t id, struct segment **out)
{
	struct segments *all = v->segments;
	enum pk_status st = PK_OK;

	pthread_mutex_lock(&all->lock);
	*out = segment_find(all, id);
	if (*out)
		pin(all, *out);
	else
		st = open_existing(all, id, out);
	pthread_mutex_unlock(&all->lock);
	return st;
}

void segment_unpin(struct volume *v, struct segment *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&v->segments->lock);
	segment_drop(v->segments, s);
	pthread_mutex_unlock(&v->segments->lock);
}

bool segment_growing(struct volume *v, uint64_t id)
{
	struct segment *s;
	bool growing;

	pthread_mutex_lock(&v->segments->lock);
	s = segment_find(v->segments, id);
	growing = s && (s->open || s->pending);
	pthread_mutex_unlock(&v->segments->lock);
	return growing;
}

enum pk_status segment_make(struct segments *all, struct segment **out)
{
	unsigned char head[SEGMENT_HEAD_OCTETS];
	struct segment *s;
	enum pk_status st;

	if (all->volume->options.read_only)
		return PK_EUNAVAILABLE;
	s = calloc(1, sizeof *s);
	if (!s)
		return PK_ENOMEM;
	pthread_mutex_lock(&all->lock);
	s->id = (uint64_t)all->volume->epoch << 32 | ++all->next_n;
	pthread_mutex_unlock(&all->lock);
	segment_name(s->id, s->name);
	segment_head_put(head, s->id);
	st = disk_create(all->dir, s->name, &s->fd);
	if (st != PK_OK) {
		free(s);
		return st == PK_EEXISTS ? PK_EIO : st;
	}
	st = disk_write(s->fd, s->name, (struct slice){(char *)head, sizeof head}, 0);
	if (st == PK_OK && !all->volume->options.no_sync)
		st = disk_sync_dir(all->dir, s->name);
	if (st != PK_OK) {
		remove_file(all, s);
		disk_close(s->fd);
		free(s);
		return st;
	}
	s->pins = 1;
	s->open = true;
	s->tail = SEGMENT_HEAD_OCTETS;
	pthread_mutex_lock(&all->lock);
	HASH_ADD(hh, all->by_id, id, sizeof s->id, s);
	pthread_mutex_unlock(&all->lock);
	*out = s;
	return PK_OK;
}

static bool reserve(struct volume *v, uint64_t octets, uint64_t most)
{
	_Atomic uint64_t *reserved = &v->segments->reserved;

	if (atomic_fetch_add(reserved, octets) + octets <= most)
		return true;
	atomic_fetch_sub(reserved, octets);
	return false;
}

bool segments_reserve(struct volume *v, uint64_t octets)
{
	return reserve(v, octets, SMALL_BODIES);
}

bool segments_reserve_first(struct volume *v, uint64_t octets)
{
	return reserve(v, octets, FIRST_CHUNKS);
}

void segments_release(struct volume *v, uint64_t octets)
{
	atomic_fetch_sub(&v->segments->reserved, octets);
}
