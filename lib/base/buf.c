#include <postkeep/buf.h>

#include <stdarg.h>

#define SMALLEST 128

bool buf_room(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : SMALLEST;
	char *p;

	if (b->failed)
		return false;
	if (more <= b->cap - b->n)
		return true;
	b->failed = more > SIZE_MAX / 4 - b->n;
	while (!b->failed && cap - b->n < more)
		cap *= 2;
	p = b->failed ? NULL : realloc(b->p, cap);
	if (!p) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void buf_put(struct buf *b, struct slice s)
{
	if (!s.n || !buf_room(b, s.n))
		return;
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

void buf_byte(struct buf *b, char c)
{
	buf_put(b, (struct slice){&c, 1});
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !buf_room(b, (size_t)n + 1))
		return;
	va_start(args, format);
	vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
	va_end(args);
	b->n += (size_t)n;
}

void buf_drop(struct buf *b, size_t n)
{
	if (n >= b->n) {
		b->n = 0;
		return;
	}
	b->n -= n;
	memmove(b->p, b->p + n, b->n);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}

void buf_wipe(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buf_free(b);
}
