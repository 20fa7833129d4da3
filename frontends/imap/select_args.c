#include "select_args.h"
#include "modifiers.h"

void select_args_free(struct select_args *a)
{
	seqset_free(&a->known);
	seqset_free(&a->numbers);
	seqset_free(&a->uids);
}

/* "1:5,7", without "*": RFC 7162 section 7, known-uids and the like. */
static bool parse_fixed_set(struct parser *p, struct seqset *out)
{
	struct slice text;

	if (!parse_set(p, &text))
		return false;
	return (seqset_parse(text, 0, out) == PK_OK && !out->star) || parse_fail(p, S("Bad set"));
}

/* How many numbers are in it. */
static uint64_t set_size(const struct seqset *set)
{
	uint64_t n = 0;

	for (size_t i = 0; i < seqset_count(set); i++)
		n += (uint64_t)seqset_at(set, i)->last - seqset_at(set, i)->first + 1;
	return n;
}

/* The k-th number of it, from 0. */
static uint32_t set_number(const struct seqset *set, uint64_t k)
{
	for (size_t i = 0; i < seqset_count(set); i++) {
		const struct set_range *r = seqset_at(set, i);
		uint64_t n = (uint64_t)r->last - r->first + 1;

		if (k < n)
			return r->first + (uint32_t)k;
		k -= n;
	}
	return 0;
}

/* "(numbers uids)": seq-match-data. */
static bool parse_match_data(struct parser *p, struct select_args *a)
{
	if (!parse_char(p, '(') || !parse_fixed_set(p, &a->numbers) || !parse_space(p) ||
	    !parse_fixed_set(p, &a->uids) || !parse_char(p, ')'))
		return false;
	return set_size(&a->numbers) == set_size(&a->uids) ||
	       parse_fail(p, S("Numbers and UIDs are not as many"));
}

static bool parse_condstore(struct parser *p, void *out)
{
	struct select_args *a = out;

	(void)p;
	a->condstore = true;
	return true;
}

/* " (uidvalidity modseq [known-uids] [seq-match-data])" */
static bool parse_qresync(struct parser *p, void *out)
{
	struct select_args *a = out;
	uint64_t n;

	a->qresync = true;
	if (!parse_space(p) || !parse_char(p, '(') || !parse_number(p, UINT32_MAX, &n))
		return false;
	if (!n)
		return parse_fail(p, S("Bad UIDVALIDITY"));
	a->uidvalidity = (uint32_t)n;
	if (!parse_modseq(p, &a->modseq))
		return false;
	if (!parse_peek(p, ')') && !parse_space(p))
		return false;
	a->some = !parse_peek(p, ')') && !parse_peek(p, '(');
	if (a->some && !parse_fixed_set(p, &a->known))
		return false;
	if (a->some && parse_peek(p, ' ') && (!parse_space(p) || !parse_match_data(p, a)))
		return false;
	if (!a->some && parse_peek(p, '(') && !parse_match_data(p, a))
		return false;
	return parse_char(p, ')');
}

static const struct modifier parameters[] = {
	{S("CONDSTORE"), parse_condstore},
	{S("QRESYNC"),   parse_qresync  },
};

bool parse_select_args(const struct imap *s, struct parser *p, struct select_args *out)
{
	if (!parse_peek(p, ' '))
		return parse_end(p);
	if (!parse_space(p) ||
	    !parse_modifiers(p, parameters, sizeof(parameters) / sizeof(*parameters), out))
		return false;
	if (out->qresync && !(s->modes & MODE_QRESYNC)) /* RFC 7162 3.2.5 */
		return parse_fail(p, S("QRESYNC needs ENABLE QRESYNC"));
	return parse_end(p);
}

static bool agrees(const struct select_args *a, const struct view *v, uint64_t k)
{
	uint32_t uid = set_number(&a->uids, k);

	return roaring_bitmap_contains(v->told, uid) &&
	       view_number(v, uid) == set_number(&a->numbers, k);
}

/*
 * RFC 7162 3.2.5.2: the last UID that has the number it had for the client, so that nothing before
 * it is gone that the client does not know of. If one agrees, so do those before it.
 */
static uint32_t last_agreed(const struct select_args *a, const struct view *v)
{
	uint64_t low = 0, high = set_size(&a->uids);

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (agrees(a, v, middle))
			low = middle + 1;
		else
			high = middle;
	}
	return low ? set_number(&a->uids, low - 1) : 0;
}

bool select_resync(const struct select_args *a, const struct view *v, struct resync *r)
{
	r->since = a->modseq;
	r->flags = true;
	r->agreed = last_agreed(a, v);
	r->known = resync_known(v, &a->known);
	if (r->known && !a->some && v->uidnext > 1)
		roaring_bitmap_add_range_closed(r->known, 1, v->uidnext - 1);
	return r->known;
}
