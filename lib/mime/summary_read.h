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

uint64_t read_number(struct cursor *c, uint64_t max);
struct slice read_text(struct cursor *c);
/* Tree links and texts are left out. */
void read_record(struct cursor *c, uint32_t index, struct summary_part *part,
                 struct summary_places *places);
struct cursor pool_cursor(const struct summary *s, uint32_t place);
void read_address(struct cursor *c, struct mime_address *a);

#endif
