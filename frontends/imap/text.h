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

#endif
