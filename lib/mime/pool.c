#include "pool.h"

#include "charset.h"
#include "scan.h"
#include "summary.h"
#include "summary_words.h"

#define SEARCHED 2048 /* octets at the pool's start */

void pool_number(struct buf *block, uint64_t value)
{
	char octets[10];
	size_t n = 0;

	for (; value > 127; value >>= 7)
		octets[n++] = (char)(value | 128);
	octets[n++] = (char)value;
	buf_put(block, (struct slice){octets, n});
}

static bool find_in_pool(const struct pool *p, struct slice what, size_t *at)
{
	size_t n = p->bytes.n < SEARCHED ? p->bytes.n : SEARCHED;
	const char *found = n >= what.n ? memmem(p->bytes.p, n, what.p, what.n) : NULL;

	if (found)
		*at = (size_t)(found - p->bytes.p);
	return found != NULL;
}

/* Where a text begins, in the format's terms; false: no room. */
static bool place(struct pool *p, struct slice text, size_t *at)
{
	if (summary_word(text, at))
		return true;
	if (!find_in_pool(p, text, at)) {
		if (text.n > POOL_TEXTS_MAX || p->bytes.n > POOL_TEXTS_MAX - text.n) {
			p->full = true;
			return false;
		}
		*at = p->bytes.n;
		buf_put(&p->bytes, text);
	}
	*at += SUMMARY_WORDS;
	return true;
}

void pool_text(struct pool *p, struct buf *block, struct slice text)
{
	size_t at = 0;

	text.n = utf8_cut(text, MIME_TEXT_MAX);
	if (!text.p || (text.n && !place(p, text, &at))) {
		pool_number(block, 0);
		return;
	}
	pool_number(block, text.n + 1);
	if (text.n)
		pool_number(block, at);
}

uint32_t pool_block(struct pool *p, struct slice block, size_t reserve)
{
	size_t at, max = POOL_MAX - reserve;

	if (find_in_pool(p, block, &at))
		return (uint32_t)at;
	if (block.n > max || p->bytes.n > max - block.n)
		return SUMMARY_NONE;
	at = p->bytes.n;
	buf_put(&p->bytes, block);
	return (uint32_t)at;
}
