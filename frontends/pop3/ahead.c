#include "ahead.h"

#include <string.h>

void ahead_free(struct ahead *a, struct pk_io *io)
{
	io->host->resize(io, a->octets, 0);
	*a = (struct ahead){0};
}

bool ahead_begin(struct ahead *a, struct pk_io *io, uint32_t next, size_t octets)
{
	ahead_free(a, io);
	a->octets = io->host->resize(io, NULL, octets);
	if (!a->octets)
		return false;
	a->next = next;
	a->cap = octets;
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

struct slice ahead_find(const struct ahead *a, uint32_t number, uint64_t octets)
{
	if (number != a->next || octets > a->n - a->at)
		return S("");
	return (struct slice){a->octets + a->at, octets};
}

void ahead_taken(struct ahead *a, struct pk_io *io, size_t octets)
{
	a->next++;
	a->at += octets;
	if (a->at == a->n)
		ahead_free(a, io);
}
