#include "binary.h"

/* Octets that are read beyond what the part needs on average: its lines, and what is irregular. */
#define SLACK(octets) (1024 + (octets) / 16)

static uint64_t window_end(const struct step *step)
{
	return step->from + step->limit;
}

static void set_piece(struct step *step, uint64_t at, uint64_t left, uint64_t octets)
{
	step->at = at;
	step->octets = octets < left ? octets : left;
	step->rest = left - step->octets;
}

/* Octets of the message that make so many, at most `left`, when `octets` of it make `makes`. */
static uint64_t estimate(uint64_t wanted, uint64_t octets, uint64_t makes, uint64_t left)
{
	double n = (double)wanted * (double)octets / (double)makes;

	return n < (double)left ? (uint64_t)n + SLACK((uint64_t)n) : left;
}

static bool goes_on(const struct step *step, struct span part, const struct binary_cursor *c)
{
	return c->uid == step->uid && c->part == part.at && c->place.made <= step->from &&
	       c->place.at <= part.at + part.octets;
}

struct binary_place binary_start(const struct plan *p, const struct step *step)
{
	if (step->goes_on)
		return p->cursor.place;
	return (struct binary_place){.at = step->part,
	                             .decoder.encoding = (enum mime_encoding)step->encoding};
}

/* One cursor serves all steps of a plan; it may have moved on since the first one took it. */
static bool take_cursor(struct plan *p, const struct binary_cursor *c)
{
	if (!p->cursor.uid)
		p->cursor = *c;
	return p->cursor.uid == c->uid && p->cursor.part == c->part &&
	       p->cursor.place.at == c->place.at;
}

void binary_plan(struct plan *p, struct step *step, struct span part, const struct decoded *d,
                 const struct binary_cursor *last)
{
	struct binary_place start;
	uint64_t left, wanted;

	step->part = part.at;
	step->encoding = (uint8_t)d->encoding;
	step->goes_on = last && goes_on(step, part, last) && take_cursor(p, last);
	start = binary_start(p, step);
	left = part.at + part.octets - start.at;
	wanted = window_end(step) - start.made;
	set_piece(step, start.at, left, estimate(wanted, left, d->octets - start.made, left));
}

bool binary_more(const struct plan *plan, struct step *step, const struct binary_place *p)
{
	struct binary_place start = binary_start(plan, step);
	uint64_t read = p->at - start.at, made = p->made - start.made;
	uint64_t wanted = window_end(step) - p->made;

	if (!step->rest || p->made >= window_end(step))
		return false;
	/* As it went so far. */
	set_piece(step, p->at, step->rest,
	          made ? estimate(wanted, read, made, step->rest) : 2 * read);
	return true;
}

/* As many as may come of them all are still wanted; in the end one by one. */
static size_t some(const struct step *step, const struct binary_place *p)
{
	uint64_t wanted = window_end(step) - p->made;

	return wanted > p->decoder.held_n ? wanted - p->decoder.held_n : 1;
}

void binary_feed(const struct step *step, struct slice octets, struct binary_place *place,
                 struct binary_place *last, struct buf *out)
{
	while (octets.n && place->made < window_end(step)) {
		struct slice piece = slice_head(octets, some(step, place));

		octets = slice_skip(octets, piece.n);
		place->made += mime_decode(&place->decoder, piece, out);
		place->at += piece.n;
		if (place->made <= window_end(step))
			*last = *place;
	}
}

void binary_keep(struct view *v, const struct step *step, const struct binary_place *last)
{
	if (!v->binary)
		v->binary = malloc(sizeof(*v->binary));
	if (v->binary)
		*v->binary = (struct binary_cursor){step->uid, step->part, *last};
}
