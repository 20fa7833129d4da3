#include "ipc/wire.h"

struct slice wire_take(struct wire *w, size_t n)
{
	struct slice s = slice_head(w->in, n);

	if (w->bad || s.n < n) {
		w->bad = true;
		return (struct slice){0};
	}
	w->in = slice_skip(w->in, n);
	return s;
}

struct slice wire_get_str(struct wire *w)
{
	return wire_take(w, (size_t)wire_get(w, 4));
}

bool wire_more(const struct wire *w)
{
	return !w->bad && w->in.n;
}

enum pk_status wire_end(const struct wire *w)
{
	return w->bad ? PK_EPROTO : PK_OK;
}

void wire_put_str(struct buf *b, struct slice s)
{
	if (s.n > UINT32_MAX)
		b->failed = true;
	wire_put(b, s.n, 4);
	buf_put(b, s);
}

size_t wire_row_begin(struct buf *b)
{
	wire_put(b, 0, 4);
	return b->n;
}

void wire_row_end(struct buf *b, size_t begin)
{
	size_t n = b->n - begin;

	if (n > UINT32_MAX)
		b->failed = true;
	for (size_t i = 0; !b->failed && i < 4; i++)
		b->p[begin - 4 + i] = (char)(n >> (8 * i));
}
