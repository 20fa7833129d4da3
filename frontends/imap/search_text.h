#ifndef IMAP_SEARCH_TEXT_H
#define IMAP_SEARCH_TEXT_H

#include "search.h"

#include "mime/text.h"

/*
 * Looks for the needles of a program in the text of one message whose octets come in their order,
 * with gaps where there is no text. All kinds of needles at once. Zeroed memory is ready.
 */
struct text_search {
	const struct search_program *program;
	struct summary sum;
	uint64_t shift; /* octets of the row's prefix: fields before those of the body */
	struct text_regions walk;
	struct text_region region; /* the one at hand; no octets: none is left */
	bool begun;                /* the reader has it */
	bool news;                 /* a needle was found; whoever looks clears it */
	bool failed;               /* out of memory */
	struct text_reader reader;
	struct text_sink sink;
	struct buf needles; /* enum search_truth each, by number */
	struct buf window; /* folded text: what may be the beginning of a needle, and a new piece */
};

/* Another message, of which nothing has been read; the bytes of m->sum must stay where they are. */
void text_search_begin(struct text_search *t, const struct search_program *g,
                       const struct search_message *m, struct buf *scratch);
/* Appends the pieces of the message that are to be fed; returns how many. */
uint32_t text_search_pieces(const struct text_search *t, uint32_t uid, struct buf *pieces);
void text_search_feed(struct text_search *t, uint64_t offset, struct slice octets);
/* All has come: what was not found is not there. */
void text_search_end(struct text_search *t);
bool text_search_failed(const struct text_search *t); /* out of memory, once for all */
void text_search_free(struct text_search *t);

static inline const uint8_t *text_search_needles(const struct text_search *t)
{
	return (const uint8_t *)(const void *)t->needles.p;
}

#endif
