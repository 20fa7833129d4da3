#include "fetching.h"

/*
 * FETCH of whole messages: their rows come with the octets. Their lengths are not known before they
 * are asked for; a request should have one answer, about as long as the store makes them.
 */
#define ANSWER_OCTETS  (192u << 10)
#define TYPICAL_OCTETS 4096u /* of a message, when nothing is known yet */
#define CHUNK_OCTETS   64u   /* of an answer, around the octets of one */
#define FEW            8u    /* messages of a request, at the least, */
#define MANY           256u  /* and at the most */

const struct fetch_item *fetch_whole(const struct fetch_items *items)
{
	const struct fetch_item *found = NULL;

	for (size_t i = 0; i < items->n; i++) {
		if (items->item[i].kind != FETCH_SECTION)
			continue;
		if (found || items->item[i].binary)
			return NULL;
		found = &items->item[i];
	}
	return items->summary ? NULL : found;
}

/* The same octets of every message: those that the item means, if it has so many. A range may span
 * UIDs that are not in use. */
static void put_pieces(struct fetch *f, const struct view *view)
{
	struct pk_rows ranges = PK_ROWS(&f->ranges);
	roaring_uint32_iterator_t told;
	struct pk_piece piece = {.offset = f->whole->from, .octets = UINT64_MAX};
	struct pk_range r;

	if (f->whole->partial)
		piece.octets = f->whole->octets;
	buf_clear(&f->pieces);
	roaring_init_iterator(view->told, &told);
	while (pk_next_range(&ranges, &r)) {
		roaring_move_uint32_iterator_equalorlarger(&told, r.first);
		while (told.has_value && told.current_value <= r.last) {
			piece.uid = told.current_value;
			pk_put_piece_row(&f->pieces, &piece);
			roaring_advance_uint32_iterator(&told);
		}
	}
}

/* So many messages as fill one answer, if they are like those before. */
static uint32_t fitting(const struct fetch *f)
{
	uint64_t each = f->told ? f->told_octets / f->told : TYPICAL_OCTETS;
	uint64_t n = ANSWER_OCTETS / (each + CHUNK_OCTETS);

	return n < FEW ? FEW : n < MANY ? (uint32_t)n : MANY;
}

bool fetch_ask_whole(struct imap *s, struct fetch *f)
{
	unsigned slot = fetch_new_batch(f);
	struct batch *b = &f->batch[slot];

	b->state = BATCH_READY;
	b->reading = true;
	buf_clear(&f->ranges);
	b->missing = uid_cut_next(&f->cut, fitting(f), &f->ranges);
	put_pieces(f, s->view);
	f->calls++;
	return !f->ranges.failed && !f->pieces.failed &&
	       CALL_STORE(s, read, TAG_READ + slot, .handle = s->view->handle,
	                  .pieces = PK_ROWS(&f->pieces), .want = f->items.want);
}

/* Nothing is told of it. */
static enum taken no_row(struct fetch *f, uint16_t status)
{
	if (status == PK_OK)
		return TAKE_BROKEN;
	if (status == PK_EEXPUNGED)
		f->gone |= !f->items.changed;
	else
		f->failed = unread_why(f->failed, (enum pk_status)status);
	return TAKEN;
}

enum taken fetch_take_row(struct imap *s, struct fetch *f, struct batch *b,
                          const struct pk_chunk *chunk)
{
	struct pk_message row;

	if (b->step < plan_steps(&b->plan) || !b->missing)
		return TAKE_BROKEN;
	if (!fetch_say_text(s, b, b->plan.text.n))
		return TAKE_FULL;
	plan_clear(&b->plan);
	b->said = b->step = 0;
	b->pieces++;
	b->missing--;
	if (!chunk->row.n)
		return no_row(f, chunk->status);
	if (pk_get_message(chunk->row, &row) != PK_OK)
		return TAKE_BROKEN;
	f->told++;
	f->told_octets +=
		row.octets < f->whole->octets || !f->whole->partial ? row.octets : f->whole->octets;
	if (fetch_plan_row(s, f, b, &row) != PLANNED)
		return TAKE_BROKEN;
	return TAKEN;
}
