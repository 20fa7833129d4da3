#include "mailbox_uids.h"

#include "ipc/wire.h"

static int by_first(const void *a, const void *b)
{
	const struct uid_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

static void join(struct uid_set *s)
{
	size_t n = 0;

	if (!s->n)
		return;
	qsort(s->ranges, s->n, sizeof(*s->ranges), by_first);
	for (size_t i = 1; i < s->n; i++) {
		struct uid_range r = s->ranges[i];

		if (r.first <= (uint64_t)s->ranges[n].last + 1) {
			if (r.last > s->ranges[n].last)
				s->ranges[n].last = r.last;
		} else {
			s->ranges[++n] = r;
		}
	}
	s->n = n + 1;
}

enum pk_status uid_set_get(struct arena *a, struct pk_rows rows, struct uid_set *s)
{
	struct pk_rows count = rows;
	struct pk_range r;
	size_t n = 0;

	while (pk_next_range(&count, &r))
		n++;
	s->n = 0;
	s->ranges = arena_alloc(a, (n + 1) * sizeof(*s->ranges));
	if (!s->ranges)
		return PK_ENOMEM;
	while (pk_next_range(&rows, &r)) {
		if (!r.first || r.last < r.first)
			return PK_EINVAL;
		s->ranges[s->n++] = (struct uid_range){r.first, r.last};
	}
	join(s);
	return PK_OK;
}

void uid_set_all(struct uid_set *s, struct uid_range space[1])
{
	space[0] = (struct uid_range){1, UINT32_MAX};
	*s = (struct uid_set){space, 1};
}

bool uid_set_rest(const struct uid_set *s, const struct uid_place *p, struct uid_range *rest)
{
	if (p->range >= s->n)
		return false;
	*rest = s->ranges[p->range];
	if (p->next > rest->first)
		rest->first = (uint32_t)p->next;
	return true;
}

void uid_set_pass(const struct uid_set *s, struct uid_place *p, uint32_t uid)
{
	p->next = (uint64_t)uid + 1;
	while (p->range < s->n && s->ranges[p->range].last < p->next)
		p->range++;
}

static void put_last(struct range_rows *r)
{
	if (r->last.first)
		pk_put_range_row(&r->rows, &(struct pk_range){r->last.first, r->last.last});
	r->last = (struct uid_range){0};
}

void range_rows_add(struct range_rows *r, uint32_t first, uint32_t last)
{
	if (r->last.first && r->last.last + 1 == first) {
		r->last.last = last;
		return;
	}
	put_last(r);
	r->last = (struct uid_range){first, last};
}

void range_rows_end(struct range_rows *r)
{
	put_last(r);
}

void range_rows_free(struct range_rows *r)
{
	buf_free(&r->rows);
	r->last = (struct uid_range){0};
}

struct pk_rows rows_take(struct slice *left, size_t most)
{
	struct wire w = {*left, false};
	struct pk_rows rows = {
		{left->p, 0}
        };

	while (wire_more(&w) && rows.raw.n < most) {
		wire_get_str(&w);
		if (!w.bad)
			rows.raw.n = left->n - w.in.n;
	}
	*left = slice_skip(*left, rows.raw.n);
	return rows;
}
