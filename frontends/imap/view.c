#include "view.h"

#define RANGES_MAX 8192 /* in one request: well below a frame */

static void free_bitmap(roaring_bitmap_t *b)
{
	if (b)
		roaring_bitmap_free(b);
}

struct view *view_new(struct slice name)
{
	struct view *v = calloc(1, sizeof(*v) + name.n + 1);
	char *copy;

	if (!v)
		return NULL;
	v->told = roaring_bitmap_create();
	v->gone = roaring_bitmap_create();
	v->recent = roaring_bitmap_create();
	if (!v->told || !v->gone || !v->recent) {
		view_free(v);
		return NULL;
	}
	copy = (char *)(v + 1);
	if (name.n)
		memcpy(copy, name.p, name.n);
	v->name = (struct slice){copy, name.n};
	return v;
}

void view_free(struct view *v)
{
	if (!v)
		return;
	free_bitmap(v->told);
	free_bitmap(v->gone);
	free_bitmap(v->recent);
	free_bitmap(v->saved);
	free_bitmap(v->present);
	keywords_free(&v->keywords);
	free(v->binary);
	free(v);
}

void view_add(struct view *v, uint32_t first, uint32_t last, bool recent)
{
	roaring_bitmap_add_range_closed(v->told, first, last);
	if (recent)
		roaring_bitmap_add_range_closed(v->recent, first, last);
}

void view_vanished(struct view *v, struct pk_rows ranges)
{
	roaring_bitmap_t *gone = roaring_bitmap_create();
	struct pk_range r;

	while (gone && pk_next_range(&ranges, &r))
		if (r.first && r.first <= r.last)
			roaring_bitmap_add_range_closed(gone, r.first, r.last);
	if (!gone)
		return;
	roaring_bitmap_and_inplace(gone, v->told);
	view_gone(v, gone);
	roaring_bitmap_free(gone);
}

void view_gone(struct view *v, const roaring_bitmap_t *uids)
{
	if (roaring_bitmap_is_empty(v->gone))
		v->told_to = v->modseq;
	roaring_bitmap_or_inplace(v->gone, uids);
}

void view_drop(struct view *v, uint32_t first, uint32_t last)
{
	roaring_bitmap_remove_range_closed(v->told, first, last);
	roaring_bitmap_remove_range_closed(v->recent, first, last);
	v->exists_told -= last - first + 1;
}

uint64_t view_known(const struct view *v)
{
	return roaring_bitmap_is_empty(v->gone) ? v->modseq : v->told_to;
}

void view_pack(struct view *v)
{
	roaring_bitmap_run_optimize(v->told);
	roaring_bitmap_shrink_to_fit(v->told);
	roaring_bitmap_run_optimize(v->recent);
	roaring_bitmap_shrink_to_fit(v->recent);
}

uint32_t view_exists(const struct view *v)
{
	return (uint32_t)roaring_bitmap_get_cardinality(v->told);
}

uint32_t view_recent(const struct view *v)
{
	return (uint32_t)roaring_bitmap_get_cardinality(v->recent);
}

uint32_t view_number(const struct view *v, uint32_t uid)
{
	return (uint32_t)roaring_bitmap_rank(v->told, uid);
}

/* number is 1 to view_exists. */
static uint32_t view_uid(const struct view *v, uint32_t number)
{
	uint32_t uid = 0;

	(void)roaring_bitmap_select(v->told, number - 1, &uid);
	return uid;
}

/* 0: empty. */
static uint32_t view_last_uid(const struct view *v)
{
	return roaring_bitmap_is_empty(v->told) ? 0 : roaring_bitmap_maximum(v->told);
}

void view_forget_recent(struct view *v)
{
	roaring_bitmap_clear(v->recent);
}

bool view_is_recent(const struct view *v, uint32_t uid)
{
	return roaring_bitmap_contains(v->recent, uid);
}

void view_wrote(struct view *v, uint64_t before, uint64_t modseq, bool all_told)
{
	bool alone = modseq == v->modseq + 1 || (before && before <= v->modseq);

	if (modseq <= v->modseq)
		return;
	if (alone) { /* nobody else's change in between */
		v->modseq = modseq;
		return;
	}
	if (!all_told)
		return;
	if (v->own_n == VIEW_OWN_MAX) /* the oldest will be told once more */
		memmove(v->own, v->own + 1, --v->own_n * sizeof(*v->own));
	v->own[v->own_n++] = modseq;
}

bool view_is_own(const struct view *v, uint64_t modseq)
{
	for (uint32_t i = 0; i < v->own_n; i++)
		if (v->own[i] == modseq)
			return true;
	return false;
}

/* Keeps of `uids` only what lies in ranges, which are ascending. */
static void keep_ranges(roaring_bitmap_t *uids, const struct seqset *set)
{
	uint32_t from = 0;

	for (size_t i = 0; i < seqset_count(set); i++) {
		const struct set_range *r = seqset_at(set, i);

		if (r->first > from)
			roaring_bitmap_remove_range_closed(uids, from, r->first - 1);
		if (r->last == UINT32_MAX)
			return;
		from = r->last + 1;
	}
	roaring_bitmap_remove_range_closed(uids, from, UINT32_MAX);
}

static void numbers_to_uids(const struct view *v, struct seqset *set)
{
	struct set_range *r = (struct set_range *)(void *)set->ranges.p;

	for (size_t i = 0; i < seqset_count(set); i++) {
		r[i].first = view_uid(v, r[i].first);
		r[i].last = view_uid(v, r[i].last);
	}
}

static enum pk_status resolve_numbers(const struct view *v, struct slice text, bool uid,
                                      roaring_bitmap_t **out)
{
	uint32_t exists = view_exists(v);
	struct seqset set;
	enum pk_status st = seqset_parse(text, uid ? view_last_uid(v) : exists, &set);

	/* "1:*" of an empty mailbox is no mistake. */
	if (st == PK_OK && !uid && set.highest > exists && (exists || !set.star))
		st = PK_EPROTO;
	if (st == PK_OK) {
		*out = exists ? roaring_bitmap_copy(v->told) : roaring_bitmap_create();
		if (!*out)
			st = PK_ENOMEM;
	}
	if (st == PK_OK && exists) {
		if (!uid)
			numbers_to_uids(v, &set);
		keep_ranges(*out, &set);
	}
	seqset_free(&set);
	return st;
}

void view_save(struct view *v, roaring_bitmap_t *uids)
{
	free_bitmap(v->saved);
	v->saved = uids;
	if (!uids)
		return;
	roaring_bitmap_run_optimize(uids);
	roaring_bitmap_shrink_to_fit(uids);
}

/* RFC 5182 2.1: what is gone has left it. */
static roaring_bitmap_t *saved_now(const struct view *v)
{
	roaring_bitmap_t *b =
		v->saved ? roaring_bitmap_and(v->saved, v->told) : roaring_bitmap_create();

	if (b)
		roaring_bitmap_andnot_inplace(b, v->gone);
	return b;
}

bool view_cut_saved(struct slice *text)
{
	if (!slice_eq(*text, S("$")) && !(text->n > 2 && slice_ends(*text, S(",$"))))
		return false;
	text->n -= text->n > 1 ? 2 : 1;
	return true;
}

enum pk_status view_resolve(const struct view *v, struct slice text, bool uid,
                            roaring_bitmap_t **out)
{
	bool saved = view_cut_saved(&text);
	roaring_bitmap_t *result;
	enum pk_status st = PK_OK;

	*out = NULL;
	if (text.n || !saved)
		st = resolve_numbers(v, text, uid, out);
	if (st != PK_OK || !saved)
		return st;
	result = saved_now(v);
	if (result && *out)
		roaring_bitmap_or_inplace(result, *out);
	free_bitmap(*out);
	*out = result;
	return result ? PK_OK : PK_ENOMEM;
}

void uid_cut_start(struct uid_cut *c, const struct view *v, const roaring_bitmap_t *wanted)
{
	c->view = v;
	roaring_init_iterator(wanted, &c->wanted);
	roaring_init_iterator(v->told, &c->told);
}

bool uid_cut_more(const struct uid_cut *c)
{
	return c->wanted.has_value;
}

uint32_t uid_cut_next(struct uid_cut *c, uint32_t messages, struct buf *rows)
{
	uint32_t count = 0;

	for (size_t ranges = 0; ranges < RANGES_MAX && count < messages && c->wanted.has_value;
	     ranges++) {
		struct pk_range r = {c->wanted.current_value, c->wanted.current_value};

		roaring_move_uint32_iterator_equalorlarger(&c->told, r.first);
		while (count < messages && c->wanted.has_value && c->told.has_value &&
		       c->wanted.current_value == c->told.current_value) {
			r.last = c->wanted.current_value;
			count++;
			roaring_advance_uint32_iterator(&c->wanted);
			roaring_advance_uint32_iterator(&c->told);
		}
		pk_put_range_row(rows, &r);
	}
	return count;
}
