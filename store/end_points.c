#include "end_points.h"

#include "base/log.h"

#include <uthash.h>

struct known_end_point {
	UT_hash_handle hh;
	uint32_t set;     /* the last one that it was in */
	int64_t until_ms; /* INT64_MAX: as long as it is in the set */
	char hash[];
};

static struct known_end_point *find(const struct end_points *e, struct slice hash)
{
	struct known_end_point *p;

	HASH_FIND(hh, e->all, hash.p, hash.n, p);
	return p;
}

/* What is over then. */
static void forget(struct end_points *e, int64_t now_ms)
{
	struct known_end_point *p, *next;

	e->look_ms = INT64_MAX;
	HASH_ITER(hh, e->all, p, next)
	{
		if (p->until_ms <=
		    now_ms) { /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
			HASH_DEL(e->all, p);
			free(p);
		} else if (p->until_ms < e->look_ms) {
			e->look_ms = p->until_ms;
		}
	}
}

/* What there is goes before what there was. */
static bool has_room(struct end_points *e)
{
	if (HASH_COUNT(e->all) >= END_POINTS_MAX)
		forget(e, INT64_MAX - 1);
	return HASH_COUNT(e->all) < END_POINTS_MAX;
}

static struct known_end_point *add(struct end_points *e, struct slice hash)
{
	struct known_end_point *p = has_room(e) ? malloc(sizeof(*p) + hash.n) : NULL;

	if (!p)
		return NULL;
	memcpy(p->hash, hash.p, hash.n);
	HASH_ADD_KEYPTR(hh, e->all, p->hash, hash.n, p);
	return p;
}

/* What was not in the set that ends now. */
static void retire(struct end_points *e, int64_t now_ms)
{
	struct known_end_point *p, *next;

	HASH_ITER(hh, e->all, p, next)
	{
		if (p->set != e->set && p->until_ms == INT64_MAX)
			p->until_ms = now_ms + END_POINTS_GRACE_MS;
	}
}

void end_points_take(struct end_points *e, const struct pk_ctl_end_points *m, int64_t now_ms)
{
	struct pk_rows rows = m->hashes;
	struct pk_ctl_end_point row;
	uint64_t refused = 0;

	while (pk_next_ctl_end_point(&rows, &row)) {
		struct known_end_point *p = row.hash.n ? find(e, row.hash) : NULL;

		if (!p && row.hash.n)
			p = add(e, row.hash);
		refused += !p;
		if (!p)
			continue;
		p->set = e->set;
		p->until_ms = INT64_MAX;
	}
	if (refused)
		LOG(PK_LOG_ERROR, "end_points_refused", LOG_NUMBER("count", (int64_t)refused));
	if (m->more)
		return;
	retire(e, now_ms);
	e->set++;
	e->look_ms = 0;
}

bool end_points_has(const struct end_points *e, struct slice hash, int64_t now_ms)
{
	const struct known_end_point *p = hash.n ? find(e, hash) : NULL;

	return p && now_ms < p->until_ms;
}

void end_points_tick(struct end_points *e, int64_t now_ms)
{
	if (now_ms >= e->look_ms)
		forget(e, now_ms);
}

size_t end_points_count(const struct end_points *e)
{
	return HASH_COUNT(e->all);
}

void end_points_free(struct end_points *e)
{
	forget(e, INT64_MAX);
	*e = (struct end_points){0};
}
