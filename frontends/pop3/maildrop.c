#include "maildrop.h"

#include "proto/say.h"

#define SMALLEST 64 /* messages; a multiple of 8 */

static bool grow_array(struct pk_io *io, void *array, size_t bytes)
{
	void **p = array, *fresh = io->host->resize(io, *p, bytes);

	if (fresh)
		*p = fresh;
	return fresh;
}

static bool grow(struct maildrop *d, struct pk_io *io)
{
	uint32_t cap = d->cap ? d->cap * 2 : SMALLEST;

	if (cap < d->cap || !grow_array(io, &d->uids, cap * sizeof(*d->uids)) ||
	    !grow_array(io, &d->octets, cap * sizeof(*d->octets)))
		return false;
	for (size_t i = 0; i < MAILDROP_MARKS; i++) {
		if (!grow_array(io, &d->marks[i], cap / 8))
			return false;
		memset(d->marks[i] + d->cap / 8, 0, (cap - d->cap) / 8);
	}
	d->cap = cap;
	return true;
}

bool maildrop_add(struct maildrop *d, struct pk_io *io, uint32_t uid, uint64_t octets)
{
	if (d->count && uid <= d->uids[d->count - 1])
		return false;
	if (d->count == d->cap && !grow(d, io))
		return false;
	d->uids[d->count] = uid;
	d->octets[d->count] = octets;
	d->count++;
	d->left++;
	d->left_octets += octets;
	return true;
}

static bool has(const struct maildrop *d, enum maildrop_mark mark, uint32_t i)
{
	return d->marks[mark][i / 8] >> i % 8 & 1;
}

static void put(struct maildrop *d, enum maildrop_mark mark, uint32_t i)
{
	d->marks[mark][i / 8] |= (uint8_t)(1u << i % 8);
}

bool maildrop_marked(const struct maildrop *d, uint32_t i)
{
	return has(d, MAILDROP_DELETED, i);
}

void maildrop_retrieved(struct maildrop *d, uint32_t i)
{
	put(d, MAILDROP_RETRIEVED, i);
}

void maildrop_mark(struct maildrop *d, uint32_t i)
{
	put(d, MAILDROP_DELETED, i);
	d->left--;
	d->left_octets -= d->octets[i];
}

void maildrop_unmark_all(struct maildrop *d)
{
	d->left = d->count;
	d->left_octets = 0;
	for (uint32_t i = 0; i < d->count; i++)
		d->left_octets += d->octets[i];
	if (d->cap)
		memset(d->marks[MAILDROP_DELETED], 0, d->cap / 8);
}

void maildrop_free(struct maildrop *d, struct pk_io *io)
{
	io->host->resize(io, d->uids, 0);
	io->host->resize(io, d->octets, 0);
	for (size_t i = 0; i < MAILDROP_MARKS; i++)
		io->host->resize(io, d->marks[i], 0);
	*d = (struct maildrop){0};
}

uint32_t maildrop_range(const struct maildrop *d, enum maildrop_mark mark, uint32_t most,
                        uint32_t *i, struct pk_range *range)
{
	uint32_t n = 0;

	while (*i < d->count && !has(d, mark, *i))
		++*i;
	if (*i < d->count)
		range->first = d->uids[*i];
	while (n < most && *i < d->count && has(d, mark, *i) && d->uids[*i] - range->first == n) {
		range->last = d->uids[(*i)++];
		n++;
	}
	return n;
}

bool maildrop_number(const struct maildrop *d, struct slice text, uint32_t *i)
{
	uint64_t n;

	if (!slice_number(text, d->count, &n) || !n)
		return false;
	*i = (uint32_t)n - 1;
	return true;
}

bool maildrop_find(const struct maildrop *d, struct slice text, uint32_t *i)
{
	return maildrop_number(d, text, i) && !maildrop_marked(d, *i);
}

struct slice maildrop_uidl(const struct maildrop *d, uint32_t uid, struct maildrop_uidl *room)
{
	char *end = room->text + sizeof(room->text), *p = say_digits(end, uid);

	*--p = '.';
	p = say_digits(p, d->uidvalidity);
	return (struct slice){p, (size_t)(end - p)};
}
