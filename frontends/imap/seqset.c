#include "seqset.h"

static bool number(struct slice s, uint32_t star, struct seqset *set, uint32_t *out)
{
	uint64_t v;

	if (slice_eq(s, S("*"))) {
		set->star = true;
		*out = star;
		return true;
	}
	if (!slice_number(s, UINT32_MAX, &v) || !v)
		return false;
	if (v > set->highest)
		set->highest = (uint32_t)v;
	*out = (uint32_t)v;
	return true;
}

static bool element(struct slice s, uint32_t star, struct seqset *set)
{
	bool pair = slice_has(s, ':');
	struct slice low = slice_cut(&s, ':');
	struct set_range r;

	if (!number(low, star, set, &r.first))
		return false;
	r.last = r.first;
	if (pair && !number(s, star, set, &r.last))
		return false;
	if (r.first > r.last) /* "4:2" is "2:4" */
		r = (struct set_range){r.last, r.first};
	if (!r.first) /* "*" of nothing */
		r.first = r.last;
	if (r.first)
		buf_put(&set->ranges, (struct slice){(const char *)&r, sizeof(r)});
	return true;
}

static int by_first(const void *a, const void *b)
{
	const struct set_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static void merge(struct buf *ranges)
{
	struct set_range *v = (struct set_range *)(void *)ranges->p;
	size_t n = ranges->n / sizeof(*v), kept = 0;

	if (!n)
		return;
	qsort(v, n, sizeof(*v), by_first);
	for (size_t i = 1; i < n; i++) {
		if (v[i].first <= v[kept].last || v[i].first - 1 == v[kept].last)
			v[kept].last = v[i].last > v[kept].last ? v[i].last : v[kept].last;
		else
			v[++kept] = v[i];
	}
	ranges->n = (kept + 1) * sizeof(*v);
}

enum pk_status seqset_parse(struct slice text, uint32_t star, struct seqset *out)
{
	*out = (struct seqset){0};
	if (!text.n || text.p[text.n - 1] == ',')
		return PK_EPROTO;
	while (text.n)
		if (!element(slice_cut(&text, ','), star, out))
			return PK_EPROTO;
	if (out->ranges.failed)
		return PK_ENOMEM;
	merge(&out->ranges);
	return PK_OK;
}

void seqset_free(struct seqset *s)
{
	buf_free(&s->ranges);
}

size_t seqset_count(const struct seqset *s)
{
	return s->ranges.n / sizeof(struct set_range);
}

const struct set_range *seqset_at(const struct seqset *s, size_t i)
{
	return (const struct set_range *)(const void *)s->ranges.p + i;
}
