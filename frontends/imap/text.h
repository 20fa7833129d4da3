#ifndef IMAP_TEXT_H
#define IMAP_TEXT_H

#include <postkeep/buf.h>

#include <string.h>

/*
 * What postkeep/buf.h does, for short texts in great number: inline, and without printf.
 */
static inline void text_char(struct buf *b, char c)
{
	if (b->n < b->cap && !b->failed)
		b->p[b->n++] = c;
	else
		buf_byte(b, c);
}

static inline void text_put(struct buf *b, struct slice s)
{
	if (s.n > b->cap - b->n || b->failed || !s.n) {
		buf_put(b, s);
		return;
	}
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

static inline void text_number(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t n = sizeof(digits);

	do
		digits[--n] = (char)('0' + v % 10);
	while (v /= 10);
	text_put(b, (struct slice){digits + n, sizeof(digits) - n});
}

/* RFC 7162 section 7: fetch-mod-resp. */
static inline void text_modseq(struct buf *b, uint64_t modseq)
{
	text_put(b, S("MODSEQ ("));
	text_number(b, modseq);
	text_char(b, ')');
}

/* "7" or "7:9", and a comma before it if it is not the first of a set. */
static inline void text_range(struct buf *b, bool first_of_set, uint32_t first, uint32_t last)
{
	if (!first_of_set)
		text_char(b, ',');
	text_number(b, first);
	if (last == first)
		return;
	text_char(b, ':');
	text_number(b, last);
}

#endif
