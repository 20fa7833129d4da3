#ifndef FUZZ_LINES_H
#define FUZZ_LINES_H

/*
 * For fuzz targets whose input is lines: they are put in other places and inputs interleaved, which
 * changes of single octets hardly ever do. FUZZ_LINES is the target's: a line that often makes
 * sense, by a number.
 */
#include <postkeep/slice.h>

#include <stdint.h>
#include <string.h>

#define FUZZ_LINES_MAX 400

size_t LLVMFuzzerMutate(uint8_t *data, size_t n, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n,
                                 uint8_t *out, size_t max, unsigned seed);

struct fuzz_lines {
	struct slice line[FUZZ_LINES_MAX]; /* without line ends */
	unsigned n;
	uint32_t state;
};

static inline uint32_t fuzz_below(struct fuzz_lines *l, uint32_t n)
{
	l->state = l->state * 1664525 + 1013904223;
	return n ? (l->state >> 8) % n : 0;
}

static inline void fuzz_split(struct fuzz_lines *l, struct slice s)
{
	while (s.n && l->n < FUZZ_LINES_MAX)
		l->line[l->n++] = slice_cut(&s, '\n');
}

static inline size_t fuzz_join(const struct fuzz_lines *l, uint8_t *out, size_t max)
{
	size_t at = 0;

	for (unsigned i = 0; i < l->n && at + l->line[i].n + 1 <= max; i++) {
		if (l->line[i].n)
			memcpy(out + at, l->line[i].p, l->line[i].n);
		at += l->line[i].n;
		out[at++] = '\n';
	}
	return at;
}

static inline void fuzz_take_out(struct fuzz_lines *l, unsigned i)
{
	l->n--;
	memmove(&l->line[i], &l->line[i + 1], (l->n - i) * sizeof(*l->line));
}

static inline void fuzz_put_in(struct fuzz_lines *l, unsigned i, struct slice line)
{
	if (l->n == FUZZ_LINES_MAX)
		return;
	memmove(&l->line[i + 1], &l->line[i], (l->n - i) * sizeof(*l->line));
	l->line[i] = line;
	l->n++;
}

static struct slice FUZZ_LINES(uint32_t number);

/* One change to whole lines. */
static inline void fuzz_change_lines(struct fuzz_lines *l)
{
	unsigned i = fuzz_below(l, l->n), to = fuzz_below(l, l->n + 1);
	struct slice line = l->line[i];

	switch (l->n ? fuzz_below(l, 5) : 4) {
	case 0: fuzz_take_out(l, i); break;
	case 1: fuzz_put_in(l, to, line); break;
	case 2:
		fuzz_take_out(l, i);
		fuzz_put_in(l, fuzz_below(l, l->n + 1), line);
		break;
	default: fuzz_put_in(l, to, FUZZ_LINES(fuzz_below(l, UINT32_MAX))); break;
	}
}

/* One line is changed inside, at out; the others stay. */
static inline struct slice fuzz_change_inside(struct slice line, uint8_t *out, size_t max)
{
	memcpy(out, line.p, line.n);
	return (struct slice){(const char *)out, LLVMFuzzerMutate(out, line.n, max)};
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t max, unsigned seed)
{
	static uint8_t copy[1 << 16], inside[1024];
	struct fuzz_lines l = {.state = seed};

	if (n > sizeof(copy) || fuzz_below(&l, 6) == 0)
		return LLVMFuzzerMutate(data, n, max);
	memcpy(copy, data, n);
	fuzz_split(&l, (struct slice){(const char *)copy, n});
	if (l.n && fuzz_below(&l, 3) == 0) {
		struct slice *line = &l.line[fuzz_below(&l, l.n)];

		if (line->n && line->n < sizeof(inside) / 2)
			*line = fuzz_change_inside(*line, inside, sizeof(inside));
	} else {
		for (uint32_t i = fuzz_below(&l, 3) + 1; i; i--)
			fuzz_change_lines(&l);
	}
	return fuzz_join(&l, data, max);
}

/* A stretch of each, their lines by turns. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n,
                                 uint8_t *out, size_t max, unsigned seed)
{
	static struct fuzz_lines from[2], l;
	unsigned at[2], end[2];

	from[0].n = from[1].n = l.n = 0;
	l.state = seed;
	fuzz_split(&from[0], (struct slice){(const char *)a, a_n});
	fuzz_split(&from[1], (struct slice){(const char *)b, b_n});
	for (unsigned i = 0; i < 2; i++) {
		at[i] = fuzz_below(&l, 3) ? 0 : fuzz_below(&l, from[i].n);
		end[i] = at[i] + fuzz_below(&l, from[i].n - at[i] + 1);
	}
	while (l.n < FUZZ_LINES_MAX && (at[0] < end[0] || at[1] < end[1])) {
		unsigned i = fuzz_below(&l, 2);

		if (at[i] < end[i])
			l.line[l.n++] = from[i].line[at[i]++];
	}
	return fuzz_join(&l, out, max);
}

#endif
