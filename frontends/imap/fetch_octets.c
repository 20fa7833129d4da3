#include "fetching.h"

/* FETCH: text and octets go out, in the order of the plans. */

bool fetch_say_text(struct imap *s, struct batch *b, size_t end)
{
	while (b->said < end) {
		struct slice text = {b->plan.text.p + b->said, end - b->said};
		struct slice piece = slice_head(text, 16384);

		if (out_full(s))
			return false;
		put(s, piece);
		b->said += piece.n;
	}
	return true;
}

enum said fetch_say(struct imap *s, struct fetch *f)
{
	while (f->count) {
		struct batch *b = batch_at(f, 0);

		if (b->state != BATCH_READY || b->step < plan_steps(&b->plan) || b->reading)
			return SAID;
		if (!fetch_say_text(s, b, b->plan.text.n))
			return SAID_FULL;
		if (b->planned < b->rows.n) {
			b->state = BATCH_ROWS;
			b->said = b->step = 0;
			plan_clear(&b->plan);
			return SAID_PART;
		}
		f->first = (f->first + 1) % BATCHES;
		f->count--;
	}
	return SAID;
}

static void end_step(struct imap *s, struct batch *b)
{
	s->in_literal = false;
	b->step++;
	b->got = 0;
	b->begun = false;
}

/* A piece that cannot be read: NIL, if nothing of it has been said. */
static bool skip_step(struct imap *s, struct fetch *f, struct batch *b, uint16_t status)
{
	const struct step *step = plan_step(&b->plan, b->step);

	if (s->in_literal || step->kind == STEP_COUNT)
		return false;
	if (status == PK_EEXPUNGED)
		f->gone = true;
	else
		fetch_unread(f, step->uid, (enum pk_status)status);
	put(s, S("NIL"));
	end_step(s, b);
	return true;
}

/*
 * One chunk, from octet *at of it on, of the step at hand. TAKE_FULL: output is full, *at octets
 * are done. TAKE_AGAIN: the step has a new piece, all from there on is to be read anew.
 */
static enum taken take_octets(struct imap *s, struct fetch *f, struct batch *b,
                              const struct pk_chunk *chunk, size_t *at)
{
	struct step *step = plan_step(&b->plan, b->step);

	if (out_full(s) || !fetch_say_text(s, b, step->text))
		return TAKE_FULL;
	if (chunk->status != PK_OK)
		return skip_step(s, f, b, chunk->status) ? TAKEN : TAKE_BROKEN;
	if (chunk->bytes.n > step->octets - b->got + *at)
		return TAKE_BROKEN;
	if (!b->begun)
		step_begin(s, f, step);
	b->begun = true;
	while (*at < chunk->bytes.n) {
		size_t n;

		if (out_full(s))
			return TAKE_FULL;
		n = step_take(s, f, step, slice_skip(chunk->bytes, *at));
		*at += n;
		b->got += n;
	}
	if (f->made.failed)
		return TAKE_BROKEN;
	if (b->got < step->octets)
		return TAKEN;
	if (step_more(f, step)) {
		b->got = 0;
		return TAKE_AGAIN;
	}
	if (!step_end(s, f, step))
		return TAKE_BROKEN;
	end_step(s, b);
	return TAKEN;
}

/* A chunk of a later piece says that those between ended early, which must not be. */
static enum taken take_chunk(struct imap *s, struct fetch *f, struct batch *b,
                             const struct pk_chunk *chunk, size_t *at)
{
	enum taken t = TAKEN;

	if (f->whole && chunk->piece == b->pieces)
		t = fetch_take_row(s, f, b, chunk);
	if (t != TAKEN)
		return t;
	if (chunk->piece != (f->whole ? b->pieces - 1 : b->step - b->asked))
		return TAKE_BROKEN;
	if (b->step < plan_steps(&b->plan))
		return take_octets(s, f, b, chunk, at);
	return f->whole && !chunk->bytes.n ? TAKEN : TAKE_BROKEN; /* none of it are wanted */
}

/* The cursor of a reply of chunks: which one, and how many of its octets are done. */
#define CHUNK_BITS 24
#define ALL_CHUNKS (UINT64_C(1) << 48)

static enum taken take_chunks(struct imap *s, struct fetch *f, struct batch *b, struct pk_rows rows,
                              struct pk_in *in)
{
	uint64_t skip = resumed_at(in) >> CHUNK_BITS, index = 0;
	size_t at = resumed_at(in) & ((1u << CHUNK_BITS) - 1);
	struct pk_chunk chunk;

	while (pk_next_chunk(&rows, &chunk)) {
		enum taken t;

		if (index++ < skip)
			continue;
		t = take_chunk(s, f, b, &chunk, &at);
		if (t == TAKE_FULL)
			resume_at(in, (index - 1) << CHUNK_BITS | at);
		if (t != TAKEN)
			return t;
		at = 0;
	}
	return TAKEN;
}

/* Replies come in the order of the requests: octets of batches behind this one are asked for anew,
 * too. */
static void read_again(struct imap *s, struct fetch *f)
{
	batch_at(f, 0)->again = true;
	for (unsigned i = 1; i < f->count; i++) {
		struct batch *b = batch_at(f, i);

		if (!b->reading)
			continue;
		imap_cancel(s, TAG_READ + (f->first + i) % BATCHES);
		b->reading = false;
		f->calls--;
	}
}

static uint32_t octets_over(struct imap *s, struct fetch *f, struct batch *b, struct pk_in *in)
{
	in->resume = 0;
	if (in->flags & PK_MORE)
		return PK_REPLY;
	f->calls--;
	b->reading = b->again = false;
	return fetch_pump(s, f);
}

/* What has not come: of the message at hand, and of whole ones. */
static enum taken say_missing(struct imap *s, struct fetch *f, struct batch *b, enum pk_status st)
{
	while (b->step < plan_steps(&b->plan)) {
		if (!fetch_say_text(s, b, plan_step(&b->plan, b->step)->text))
			return TAKE_FULL;
		if (!skip_step(s, f, b, (uint16_t)st))
			return TAKE_BROKEN;
	}
	if (!f->whole || !b->missing)
		return TAKEN;
	if (!fetch_say_text(s, b, b->plan.text.n))
		return TAKE_FULL;
	f->failed = unread_why(f->failed, PK_EUNAVAILABLE);
	return TAKEN;
}

uint32_t fetch_on_octets(struct imap *s, struct fetch *f, struct batch *b, struct pk_in *in)
{
	struct pk_read_rep r = {0};
	enum pk_status st = reply_status(in);
	enum taken t = TAKEN;

	if (fetch_say(s, f) == SAID_FULL) {
		resume_at(in, 0);
		return PK_REPLY;
	}
	if (st == PK_OK)
		st = pk_get_read_rep(in->bytes, &r);
	if (b != batch_at(f, 0) || (st != PK_OK && s->in_literal))
		return fetch_lost(s);
	if (b->again)
		return octets_over(s, f, b, in);
	if (st == PK_OK)
		t = take_chunks(s, f, b, r.chunks, in);
	if (t == TAKE_AGAIN)
		read_again(s, f);
	if (t == TAKEN && (st != PK_OK || !(in->flags & PK_MORE))) {
		t = say_missing(s, f, b, st);
		if (t == TAKE_FULL)
			resume_at(in, ALL_CHUNKS);
	}
	if (t == TAKE_FULL)
		return PK_REPLY;
	if (t == TAKE_BROKEN)
		return fetch_lost(s);
	return f->whole && b->missing && st != PK_OK ? imap_no(s, st) : octets_over(s, f, b, in);
}
