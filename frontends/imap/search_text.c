#include "search_text.h"

#include "mime/words.h"

#include <string.h>

/* Between regions so far apart there is a new piece: reading on costs less than a piece does. */
#define GAP_MAX    4096
#define PIECES_MAX 64 /* of one message; the last reaches to the end of its text */

/* The prefix of the row and the message's own header are one. */
static bool next_region(struct text_regions *w, uint64_t shift, struct text_region *out)
{
	if (!w->part && !w->in_part && w->wanted & (TEXT_TOP | TEXT_HEADERS)) {
		struct summary_part top = {0};

		w->in_part = true;
		if (!summary_part(w->of, 0, &top))
			return false;
		*out = (struct text_region){.octets = shift + top.header_octets, .header = true};
		if (out->octets)
			return true;
	}
	if (!text_region_next(w, out))
		return false;
	out->offset += shift;
	return true;
}

static void found(struct text_search *t, const struct search_key *k)
{
	t->needles.p[k->number] = SEARCH_YES;
	t->news = true;
}

static bool open_needle(const struct text_search *t, const struct search_key *k)
{
	return k->op >= SEARCH_FIELD && t->needles.p[k->number] == SEARCH_MAYBE;
}

static bool in_window(const struct text_search *t, size_t from, struct slice needle)
{
	size_t n = t->window.n;

	return !needle.n || (n > from && memmem(t->window.p + from, n - from, needle.p, needle.n));
}

static void on_field(void *own, struct slice name, struct slice value)
{
	struct text_search *t = own;
	size_t value_at;

	buf_clear(&t->window);
	words_casemap(name, &t->window);
	buf_put(&t->window, S(": "));
	value_at = t->window.n;
	words_casemap(value, &t->window);
	t->failed |= t->window.failed;
	for (size_t i = 0; i < search_keys(t->program); i++) {
		const struct search_key *k = search_key_at(t->program, i);

		if (!open_needle(t, k) || k->op == SEARCH_BODY)
			continue;
		if (k->op == SEARCH_TEXT ? in_window(t, 0, k->text)
		                         : !t->region.part && slice_ieq(name, k->name) &&
		                                   in_window(t, value_at, k->text))
			found(t, k);
	}
}

static void on_body(void *own, struct slice utf8)
{
	struct text_search *t = own;
	size_t keep = t->program->needle_most ? t->program->needle_most - 1 : 0, old;

	if (t->window.n > keep)
		buf_drop(&t->window, t->window.n - keep);
	old = t->window.n;
	words_casemap(utf8, &t->window);
	t->failed |= t->window.failed;
	for (size_t i = 0; i < search_keys(t->program); i++) {
		const struct search_key *k = search_key_at(t->program, i);
		size_t back = k->text.n ? k->text.n - 1 : 0;

		if (open_needle(t, k) && k->op >= SEARCH_TEXT &&
		    in_window(t, old > back ? old - back : 0, k->text))
			found(t, k);
	}
}

void text_search_begin(struct text_search *t, const struct search_program *g,
                       const struct search_message *m, struct buf *scratch)
{
	t->program = g;
	t->sum = *m->sum;
	t->shift = m->row->prefix.n;
	t->begun = t->news = false;
	t->sink = (struct text_sink){on_field, on_body, t};
	buf_clear(&t->window);
	buf_clear(&t->needles);
	t->walk = (struct text_regions){.of = &t->sum};
	t->region = (struct text_region){0};
	t->failed |= !buf_room(&t->needles, g->needles);
	if (t->failed)
		return;
	t->needles.n = g->needles;
	t->walk.wanted = search_unknown(g, m, (uint8_t *)t->needles.p, scratch);
	if (!next_region(&t->walk, t->shift, &t->region))
		t->region = (struct text_region){0};
}

uint32_t text_search_pieces(const struct text_search *t, uint32_t uid, struct buf *pieces)
{
	struct text_regions walk = t->walk;
	struct text_region r = t->region;
	struct pk_piece piece = {.uid = uid, .offset = r.offset, .octets = r.octets};
	uint32_t count = r.octets > 0;

	while (r.octets && next_region(&walk, t->shift, &r)) {
		uint64_t end = piece.offset + piece.octets;

		if (r.offset - end > GAP_MAX && count < PIECES_MAX) {
			pk_put_piece_row(pieces, &piece);
			piece.offset = r.offset;
			count++;
		}
		piece.octets = r.offset + r.octets - piece.offset;
	}
	if (count)
		pk_put_piece_row(pieces, &piece);
	return count;
}

/* The region at hand is through. */
static void next(struct text_search *t)
{
	if (t->begun)
		text_end(&t->reader);
	t->begun = false;
	if (!next_region(&t->walk, t->shift, &t->region))
		t->region = (struct text_region){0};
}

void text_search_feed(struct text_search *t, uint64_t offset, struct slice octets)
{
	while (octets.n && t->region.octets) {
		uint64_t end = t->region.offset + t->region.octets;
		struct slice inside;

		if (offset < t->region.offset) { /* before it */
			uint64_t gap = t->region.offset - offset;

			octets = slice_skip(octets, gap);
			offset += gap;
			continue;
		}
		if (!t->begun) {
			buf_clear(&t->window);
			text_start(&t->reader, &t->sum, &t->region, &t->sink);
			t->begun = true;
		}
		inside = slice_head(octets, end > offset ? end - offset : 0);
		if (inside.n)
			text_feed(&t->reader, inside);
		octets = slice_skip(octets, inside.n);
		offset += inside.n;
		if (offset >= end)
			next(t);
	}
}

void text_search_end(struct text_search *t)
{
	if (t->begun)
		text_end(&t->reader);
	t->begun = false;
	for (size_t i = 0; i < t->needles.n; i++)
		if (t->needles.p[i] == SEARCH_MAYBE)
			t->needles.p[i] = SEARCH_NO;
}

bool text_search_failed(const struct text_search *t)
{
	return t->failed || t->reader.failed;
}

void text_search_free(struct text_search *t)
{
	text_free(&t->reader);
	buf_free(&t->needles);
	buf_free(&t->window);
	*t = (struct text_search){0};
}
