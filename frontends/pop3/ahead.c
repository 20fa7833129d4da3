#include "ahead.h"

#include <string.h>

void ahead_free(struct ahead *a, struct pk_io *io)
{
	io->host->resize(io, a->octets, 0);
	*a = (struct ahead){0};
}

size_t ahead_left(const struct ahead *a)
{
	return a->n - a->at;
}

bool ahead_more(struct ahead *a, struct pk_io *io, uint32_t next, uint32_t end, size_t octets)
{
	size_t left = ahead_left(a);
	char *p;

	if (a->at)
		memmove(a->octets, a->octets + a->at, left);
	a->at = 0;
	a->n = a->cap = left;
	p = io->host->resize(io, a->octets, left + octets);
	if (!p)
		return false;
	if (!left)
		a->next = next;
	a->octets = p;
	a->end = end;
	a->cap += octets;
	return true;
}

bool ahead_put(struct ahead *a, struct slice octets)
{
	if (a->over)
		return true;
	if (!a->cap || octets.n > a->cap - a->n)
		return false;
	if (octets.n)
		memcpy(a->octets + a->n, octets.p, octets.n);
	a->n += octets.n;
	return true;
}

void ahead_stop(struct ahead *a)
{
	a->over = true;
}

/* One of them is shorter than it was said to be; where the others begin is not known. */
void ahead_end(struct ahead *a)
{
	if (a->over || a->n == a->cap)
		return;
	a->over = true;
	a->n = a->at;
}

struct slice ahead_find(const struct ahead *a, uint32_t number, uint64_t octets)
{
	if (number != a->next || octets > ahead_left(a))
		return S("");
	return (struct slice){a->octets + a->at, octets};
}

void ahead_taken(struct ahead *a, struct pk_io *io, size_t octets)
{
	a->next++;
	a->at += octets;
	if (a->at == a->cap)
		ahead_free(a, io);
}
