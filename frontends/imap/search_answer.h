#ifndef IMAP_SEARCH_ANSWER_H
#define IMAP_SEARCH_ANSWER_H

#include "imap.h"
#include "view.h"

/*
 * What SEARCH found, and how it is told: SEARCH (RFC 3501 7.2.5) or ESEARCH (RFC 4731, RFC 9051
 * 7.3.4). Zeroed memory with `found` set is ready.
 */
enum search_return {
	RETURN_MIN = 1 << 0,
	RETURN_MAX = 1 << 1,
	RETURN_ALL = 1 << 2,
	RETURN_COUNT = 1 << 3,
	RETURN_SAVE = 1 << 4, /* RFC 5182 */
};

struct search_answer {
	bool extended; /* ESEARCH */
	bool modseq;   /* the mod-sequence is told, too: RFC 7162 3.1.6, RFC 4731 3.2 */
	uint8_t items; /* enum search_return */
	roaring_bitmap_t *found;
	uint32_t min, max; /* UIDs of it; 0: none */
	uint64_t min_modseq, max_modseq, highest;
	roaring_uint32_iterator_t said, told;
	bool begun, any; /* something has been said, of ALL */
};

/* "(MIN COUNT)", in any order, as often as they like. */
bool search_return_parse(struct parser *p, uint8_t *items);

void search_answer_add(struct search_answer *a, uint32_t uid, uint64_t modseq);
/* Tells what there is room for in one turn. False: it is to be called again. */
bool search_answer_say(struct imap *s, struct search_answer *a);
/* What RETURN (SAVE) keeps (RFC 5182 2.4), a new bitmap. NULL: out of memory. */
roaring_bitmap_t *search_answer_saved(const struct search_answer *a);

#endif
