#ifndef MIME_SUMMARY_READ_H
#define MIME_SUMMARY_READ_H

#include "summary.h"

/*
 * Reading the pieces of a summary, for summary.c and summary_open.c. A cursor that runs over its
 * end, or meets what cannot be, goes bad and reads zeros from then on: look once, at the end.
 */
struct cursor {
	const struct summary *of;
	size_t at, end;
	bool bad;
};

struct summary_places { /* what a record says beside struct summary_part */
	uint32_t content, envelope;
	bool last;
};

uint64_t summary_le(struct slice bytes, size_t at, size_t octets); /* checked by the caller */

uint64_t read_long_number(struct cursor *c, uint64_t max);

/* Nearly all numbers have one octet or two. */
static inline uint64_t read_number(struct cursor *c, uint64_t max)
{
	const unsigned char *p = (const unsigned char *)c->of->bytes.p + c->at;
	size_t left = c->bad ? 0 : c->end - c->at;
	uint64_t v;

	if (left > 0 && p[0] < 128 && p[0] <= max) {
		c->at += 1;
		return p[0];
	}
	if (left > 1 && p[0] > 127 && p[1] < 128 &&
	    (v = (p[0] & 127u) | (uint64_t)p[1] << 7) <= max) {
		c->at += 2;
		return v;
	}
	return read_long_number(c, max);
}

struct slice read_text(struct cursor *c);
/* Tree links and texts are left out. */
void read_record(struct cursor *c, uint32_t index, struct summary_part *part,
                 struct summary_places *places);
struct cursor pool_cursor(const struct summary *s, uint32_t place);
void read_address(struct cursor *c, struct mime_address *a);

#endif
