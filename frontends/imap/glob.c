#include "glob.h"

#include <stdlib.h>

#define PATTERN_MAX 1023 /* twice the longest name: between two characters at most one wildcard */

/* State i: the pattern's first i characters have matched. */
struct glob {
	size_t words;   /* of 64 states */
	size_t accept;  /* the last state */
	uint64_t bit[]; /* takes[256], then stays, then stays_slash: `words` each */
};

static uint64_t *row(struct glob *g, size_t i)
{
	return g->bit + i * g->words;
}

enum { STAYS = 256, STAYS_SLASH, ROWS };

static void set(uint64_t *bits, size_t i)
{
	bits[i / 64] |= 1ull << (i % 64);
}

/* A '*' beside any wildcard is one '*'; two '%' are one. */
static size_t collapse(struct slice pattern, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < pattern.n; i++) {
		char c = pattern.p[i];
		bool wild = n && (out[n - 1] == '*' || out[n - 1] == '%');

		if (wild && (c == '*' || c == '%')) {
			if (c == '*')
				out[n - 1] = c;
			continue;
		}
		if (n == PATTERN_MAX)
			return SIZE_MAX;
		out[n++] = c;
	}
	return n;
}

static void fold_inbox(char *pattern, size_t n)
{
	struct slice rest = {pattern, n};

	if (slice_ieq(slice_cut(&rest, '/'), S("INBOX")))
		for (size_t i = 0; i < 5; i++)
			pattern[i] = "INBOX"[i];
}

enum pk_status glob_new(struct slice pattern, struct glob **out)
{
	char text[PATTERN_MAX];
	size_t n = collapse(pattern, text), words = n / 64 + 1;
	struct glob *g;

	*out = NULL;
	if (n == SIZE_MAX)
		return PK_ELIMIT;
	fold_inbox(text, n);
	g = calloc(1, sizeof(*g) + ROWS * words * sizeof(uint64_t));
	if (!g)
		return PK_ENOMEM;
	g->words = words;
	g->accept = n;
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '*')
			set(row(g, STAYS_SLASH), i);
		if (text[i] == '*' || text[i] == '%')
			set(row(g, STAYS), i);
		else
			set(row(g, (unsigned char)text[i]), i);
	}
	*out = g;
	return PK_OK;
}

/* A state before a wildcard also counts as behind it: it may match nothing. One step will do, since
 * no wildcard follows another. */
static void skip_wildcards(const uint64_t *wild, size_t words, uint64_t *states)
{
	uint64_t carry = 0;

	for (size_t w = 0; w < words; w++) {
		uint64_t may = states[w] & wild[w];

		states[w] |= may << 1 | carry;
		carry = may >> 63;
	}
}

static bool is_inbox(struct slice name)
{
	return slice_eq(slice_cut(&name, '/'), S("INBOX"));
}

bool glob_match(const struct glob *g, struct slice name)
{
	uint64_t states[PATTERN_MAX / 64 + 1] = {1};
	const uint64_t *wild = g->bit + STAYS * g->words;
	const uint64_t *star = g->bit + STAYS_SLASH * g->words;
	size_t folded = is_inbox(name) ? 5 : 0;

	skip_wildcards(wild, g->words, states);
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		const uint64_t *takes = g->bit + c * g->words;
		const uint64_t *also = i < folded ? g->bit + (c | 0x20) * g->words : takes;
		const uint64_t *stays = c == '/' ? star : wild;
		uint64_t carry = 0;

		for (size_t w = 0; w < g->words; w++) {
			uint64_t on = states[w] & (takes[w] | also[w]);

			states[w] = (states[w] & stays[w]) | on << 1 | carry;
			carry = on >> 63;
		}
		skip_wildcards(wild, g->words, states);
	}
	return states[g->accept / 64] >> (g->accept % 64) & 1;
}
