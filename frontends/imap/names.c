#include "names.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 1024u

static uint64_t rotate(uint64_t v, unsigned by)
{
	return v << by | v >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static uint64_t word(const char *p, size_t n)
{
	uint64_t w = 0;

	for (size_t i = 0; i < n; i++)
		w |= (uint64_t)(unsigned char)p[i] << (8 * i);
	return w;
}

/* SipHash-1-3: Aumasson and Bernstein, "SipHash: a fast short-input PRF". */
static uint32_t hash(const struct names *m, struct slice text)
{
	uint64_t v[4] = {
		m->key[0] ^ UINT64_C(0x736f6d6570736575), m->key[1] ^ UINT64_C(0x646f72616e646f6d),
		m->key[0] ^ UINT64_C(0x6c7967656e657261), m->key[1] ^ UINT64_C(0x7465646279746573)};
	uint64_t last = (uint64_t)text.n << 56;

	while (text.n >= 8) {
		uint64_t w = word(text.p, 8);

		v[3] ^= w;
		sip_round(v);
		v[0] ^= w;
		text = slice_skip(text, 8);
	}
	last |= word(text.p, text.n);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	last = v[0] ^ v[1] ^ v[2] ^ v[3];
	return (uint32_t)(last ^ last >> 32);
}

static struct slice text_of(const struct names *m, uint32_t i)
{
	const size_t *end = (const size_t *)(const void *)m->entries.p;
	size_t from = i ? end[i - 1] : 0;

	return slice_head(slice_skip(buf_slice(&m->text), from), end[i] - from);
}

/* The slot of a text, or the free one where it belongs. */
static uint32_t find(const struct names *m, struct slice text, uint32_t h)
{
	uint32_t at = h & m->mask;

	while (m->slots[at] &&
	       (m->hashes[m->slots[at] - 1] != h || !slice_eq(text_of(m, m->slots[at] - 1), text)))
		at = (at + 1) & m->mask;
	return at;
}

/* Half of the slots stay free. */
static bool grow(struct names *m)
{
	uint32_t size = m->slots ? (m->mask + 1) * 2 : FIRST_SLOTS;
	uint32_t *slots, *hashes;

	if (m->slots && m->n < (m->mask + 1) / 2)
		return true;
	if (m->n > UINT32_MAX / 8)
		return false;
	slots = calloc(size, sizeof(*slots));
	hashes = realloc(m->hashes, size / 2 * sizeof(*hashes));
	if (hashes)
		m->hashes = hashes;
	if (!slots || !hashes) {
		free(slots);
		return false;
	}
	for (uint32_t i = 0; i < m->n; i++) {
		uint32_t at = hashes[i] & (size - 1);

		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = i + 1;
	}
	free(m->slots);
	m->slots = slots;
	m->mask = size - 1;
	return true;
}

uint32_t names_add(struct names *m, struct slice text)
{
	uint32_t h = hash(m, text), at;
	size_t end;

	m->failed |= !grow(m);
	if (m->failed)
		return NAMES_NONE;
	at = find(m, text, h);
	if (m->slots[at])
		return m->slots[at] - 1;
	buf_put(&m->text, text);
	end = m->text.n;
	buf_put(&m->entries, (struct slice){(const char *)&end, sizeof(end)});
	m->failed |= m->text.failed || m->entries.failed;
	if (m->failed)
		return NAMES_NONE;
	m->hashes[m->n] = h;
	m->slots[at] = ++m->n;
	return m->n - 1;
}

void names_free(struct names *m)
{
	buf_free(&m->text);
	buf_free(&m->entries);
	free(m->slots);
	free(m->hashes);
	*m = (struct names){0};
}
