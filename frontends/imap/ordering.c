#include "ordering.h"

#include <stdlib.h>
#include <string.h>

bool ordering_begin(struct ordering *o, uint32_t n,
                    int (*compare)(const void *own, uint32_t a, uint32_t b), const void *own)
{
	ordering_free(o);
	o->at = calloc(n + 1UL, sizeof(*o->at));
	o->spare = calloc(n + 1UL, sizeof(*o->spare));
	if (!o->at || !o->spare)
		return false;
	for (uint32_t i = 0; i < n; i++)
		o->at[i] = i;
	o->n = n;
	o->run = 1;
	o->right = 1;
	o->compare = compare;
	o->own = own;
	return true;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The pair of runs that `to` is in begins here. */
static uint32_t pair(const struct ordering *o)
{
	return (uint32_t)(o->to / (2ULL * o->run) * (2ULL * o->run));
}

static uint32_t cut(const struct ordering *o, uint64_t at)
{
	return at < o->n ? (uint32_t)at : o->n;
}

/* One number goes where it belongs. */
static void step(struct ordering *o)
{
	uint64_t begin = pair(o);
	uint32_t middle = cut(o, begin + o->run), end = cut(o, begin + 2ULL * o->run);
	bool from_left = o->right >= end || (o->left < middle && o->compare(o->own, o->at[o->left],
	                                                                    o->at[o->right]) <= 0);

	o->spare[o->to++] = from_left ? o->at[o->left++] : o->at[o->right++];
	if (o->to == end) {
		o->left = end;
		o->right = cut(o, end + (uint64_t)o->run);
	}
}

bool ordering_turn(struct ordering *o, uint32_t steps)
{
	while (o->run < o->n) {
		uint32_t *sorted = o->spare;

		for (; steps && o->to < o->n; steps--)
			step(o);
		if (o->to < o->n)
			return false;
		o->spare = o->at;
		o->at = sorted;
		o->run = least(o->run, UINT32_MAX / 2) * 2;
		o->left = o->to = 0;
		o->right = cut(o, o->run);
	}
	return true;
}

void ordering_free(struct ordering *o)
{
	free(o->at);
	free(o->spare);
	*o = (struct ordering){0};
}
