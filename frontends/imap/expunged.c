#include "expunged.h"
#include "text.h"

#include "proto/say.h"

#define LINE_RANGES 400 /* of one VANISHED: below 9 KB */

/* From the highest number down, so that each is right without renumbering the others. */
static bool put_expunges(struct imap *s)
{
	struct view *v = s->view;
	roaring_uint32_iterator_t it;
	uint32_t uid = 0;

	roaring_init_iterator_last(v->gone, &it);
	while (it.has_value && !out_full(s)) {
		uid = it.current_value;
		say_printf(s->io, "* %u EXPUNGE\r\n", view_number(v, uid));
		view_drop(v, uid, uid);
		roaring_previous_uint32_iterator(&it);
	}
	if (uid)
		roaring_bitmap_remove_range_closed(v->gone, uid, UINT32_MAX);
	return roaring_bitmap_is_empty(v->gone);
}

/* The UIDs that follow each other; moves on behind them. */
static struct set_range next_run(roaring_uint32_iterator_t *it)
{
	struct set_range r = {it->current_value, it->current_value};

	while (roaring_advance_uint32_iterator(it) && it->current_value == r.last + 1)
		r.last++;
	return r;
}

/* One line; UIDs that the client counts are not counted any more. The last of them. */
static uint32_t put_line(struct imap *s, struct slice start, roaring_uint32_iterator_t *it,
                         bool counted)
{
	struct buf *b = &s->scratch;
	struct set_range r = {0};

	buf_clear(b);
	text_put(b, start);
	for (unsigned n = 0; n < LINE_RANGES && it->has_value; n++) {
		r = next_run(it);
		text_range(b, n == 0, r.first, r.last);
		if (counted)
			view_drop(s->view, r.first, r.last);
	}
	text_put(b, S("\r\n"));
	put(s, buf_slice(b));
	return r.last;
}

static bool put_vanished(struct imap *s)
{
	struct view *v = s->view;
	roaring_uint32_iterator_t it;
	uint32_t last = 0;

	roaring_init_iterator(v->gone, &it);
	while (it.has_value && !out_full(s))
		last = put_line(s, S("* VANISHED "), &it, true);
	roaring_bitmap_remove_range_closed(v->gone, 0, last);
	return roaring_bitmap_is_empty(v->gone);
}

bool put_expunged(struct imap *s)
{
	return s->modes & MODE_QRESYNC ? put_vanished(s) : put_expunges(s);
}

bool put_earlier(struct imap *s, roaring_uint32_iterator_t *uids)
{
	while (uids->has_value && !out_full(s))
		put_line(s, S("* VANISHED (EARLIER) "), uids, false);
	return !uids->has_value;
}
