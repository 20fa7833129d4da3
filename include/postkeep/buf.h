#ifndef PK_BUF_H
#define PK_BUF_H

#include <postkeep/slice.h>

/*
 * Owned bytes that grow. Zeroed memory is a valid empty buffer. When memory runs out, `failed` is
 * set and later appends are dropped, so that a writer looks once, at the end.
 */
struct buf {
	char *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	bool failed;
};

void buf_put(struct buf *b, struct slice s);
void buf_byte(struct buf *b, char c);
[[gnu::format(printf, 2, 3)]] void buf_printf(struct buf *b, const char *format, ...);

bool buf_room(struct buf *b, size_t more); /* makes room; false: out of memory, `failed` is set */
void buf_drop(struct buf *b, size_t n);    /* removes the first n bytes, moves the rest down */
void buf_clear(struct buf *b);             /* empty, keeps its memory */
void buf_free(struct buf *b);              /* gives the memory back: the zeroed state */
void buf_wipe(struct buf *b);              /* overwrites what it held, then buf_free */

static inline struct slice buf_slice(const struct buf *b)
{
	return (struct slice){b->p, b->n};
}

#endif
