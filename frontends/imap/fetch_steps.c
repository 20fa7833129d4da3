#include "fetching.h"

/* FETCH: what is made of the octets that a plan's step stands for. One row a kind of step. */

static void put_head(struct imap *s, const char *kind, uint64_t octets)
{
	char head[32];
	int n = snprintf(head, sizeof(head), "%s{%llu}\r\n", kind, (unsigned long long)octets);

	put(s, (struct slice){head, (size_t)n});
}

static void announce(struct imap *s, const char *kind, uint64_t octets)
{
	put_head(s, kind, octets);
	s->in_literal = true;
}

/* What of `octets`, of which so many came before, lies in the step's window. */
static struct slice in_window(const struct step *step, uint64_t before, struct slice octets)
{
	uint64_t skip = step->from > before ? step->from - before : 0, end, room;

	octets = slice_skip(octets, skip);
	before += skip;
	end = step->limit > UINT64_MAX - step->from ? UINT64_MAX : step->from + step->limit;
	room = before < end ? end - before : 0;
	return slice_head(octets, room);
}

static uint64_t window_octets(const struct step *step, uint64_t all)
{
	uint64_t left = step->from < all ? all - step->from : 0;

	return left < step->limit ? left : step->limit;
}

/* Says what lies in the window of what was made just now, and forgets it. */
static void send_made(struct imap *s, struct fetch *f, const struct step *step)
{
	put(s, in_window(step, f->made_octets, buf_slice(&f->made)));
	f->made_octets += f->made.n;
	buf_clear(&f->made);
}

/* Says all that was made, as a literal of its own. */
static bool say_made(struct imap *s, struct fetch *f, const struct step *step)
{
	struct slice all = in_window(step, f->made_octets, buf_slice(&f->made));

	put_head(s, step->kind == STEP_DECODE && slice_has(all, 0) ? "~" : "", all.n);
	put(s, all);
	return true;
}

/* The piece as it is. */

static void octets_begin(struct imap *s, struct fetch *f, const struct step *step)
{
	(void)f;
	announce(s, "", step->octets);
}

static size_t octets_take(struct imap *s, struct fetch *f, const struct step *step,
                          struct slice octets)
{
	struct slice piece = slice_head(octets, s->io->out_high - s->io->out_n);

	(void)f, (void)step;
	put(s, piece);
	return piece.n;
}

static bool octets_end(struct imap *s, struct fetch *f, const struct step *step)
{
	(void)s, (void)f, (void)step;
	return true;
}

/* Wanted fields of a header. */

static void fields_begin(struct imap *s, struct fetch *f, const struct step *step)
{
	uint64_t counted = f->made_octets;

	f->filter = (struct filter){.section = &step->item->section};
	buf_clear(&f->made);
	f->made_octets = 0;
	if (step->kind == STEP_SEND)
		announce(s, "", window_octets(step, counted));
}

static size_t fields_take(struct imap *s, struct fetch *f, const struct step *step,
                          struct slice octets)
{
	filter_feed(&f->filter, octets, &f->made);
	if (step->kind == STEP_SEND) {
		send_made(s, f, step);
	} else if (step->kind == STEP_COUNT) {
		f->made_octets += f->made.n;
		buf_clear(&f->made);
	}
	return octets.n;
}

/* A part without its transfer encoding: RFC 3516 4.3. */

static void decode_begin(struct imap *s, struct fetch *f, const struct step *step)
{
	f->place = f->last = binary_start(&batch_at(f, 0)->plan, step);
	buf_clear(&f->made);
	f->made_octets = f->place.made;
	if (step->kind == STEP_STREAM)
		announce(s, "~", step->limit);
}

static void decoded(struct imap *s, struct fetch *f, const struct step *step)
{
	if (step->kind == STEP_STREAM || f->place.made <= step->from)
		send_made(s, f, step);
}

static size_t decode_take(struct imap *s, struct fetch *f, const struct step *step,
                          struct slice octets)
{
	binary_feed(step, octets, &f->place, &f->last, &f->made);
	decoded(s, f, step);
	return octets.n;
}

static void decode_rest(struct imap *s, struct fetch *f, const struct step *step)
{
	if (f->place.made < step->from + step->limit)
		f->place.made += mime_decode_end(&f->place.decoder, &f->made);
	else if (step->rest)
		binary_keep(s->view, step, &f->last);
	decoded(s, f, step);
}

static bool decode_end(struct imap *s, struct fetch *f, const struct step *step)
{
	decode_rest(s, f, step);
	return say_made(s, f, step);
}

/* What was announced must have been said. */
static bool stream_end(struct imap *s, struct fetch *f, const struct step *step)
{
	decode_rest(s, f, step);
	return f->made_octets >= step->from + step->limit;
}

static const struct {
	void (*begin)(struct imap *s, struct fetch *f, const struct step *step);
	size_t (*take)(struct imap *s, struct fetch *f, const struct step *step,
	               struct slice octets);
	bool (*end)(struct imap *s, struct fetch *f, const struct step *step);
} kinds[] = {
	[STEP_OCTETS] = {octets_begin, octets_take, octets_end},
	[STEP_FIELDS] = {fields_begin, fields_take, say_made  },
	[STEP_COUNT] = {fields_begin, fields_take, octets_end},
	[STEP_SEND] = {fields_begin, fields_take, octets_end},
	[STEP_DECODE] = {decode_begin, decode_take, decode_end},
	[STEP_STREAM] = {decode_begin, decode_take, stream_end},
};

void step_begin(struct imap *s, struct fetch *f, const struct step *step)
{
	kinds[step->kind].begin(s, f, step);
}

size_t step_take(struct imap *s, struct fetch *f, const struct step *step, struct slice octets)
{
	return kinds[step->kind].take(s, f, step, octets);
}

bool step_more(struct fetch *f, struct step *step)
{
	bool decodes = step->kind == STEP_DECODE || step->kind == STEP_STREAM;

	return decodes && binary_more(&batch_at(f, 0)->plan, step, &f->place);
}

bool step_end(struct imap *s, struct fetch *f, const struct step *step)
{
	return kinds[step->kind].end(s, f, step) && !f->made.failed;
}
