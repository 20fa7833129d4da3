#ifndef FUZZ_PIECES_H
#define FUZZ_PIECES_H

/*
 * For fuzz targets of a protocol's session over a store that is played (fake_host.h): the same
 * input whole, and in pieces with little room for what is said, must be answered alike. The first
 * octet of an input says how big the pieces are, and `odd`, which is the target's.
 */
#include "fake_host.h"

struct fuzz_way {
	bool odd, split; /* split: the store answers row by row */
	size_t piece, high;
};

/* What the session said; ends it. */
static inline struct buf fuzz_said(struct fake *f)
{
	struct buf sent = f->sent;

	f->sent = (struct buf){0};
	fake_close(f);
	return sent;
}

/* check looks at the form of what was said, or is NULL. */
static inline int fuzz_pieces(const uint8_t *data, size_t n,
                              struct buf (*run)(struct slice, const struct fuzz_way *),
                              void (*check)(struct slice))
{
	struct slice in = {(const char *)data + 1, n - 1};
	struct buf one, other;

	if (!n || n > 20000)
		return 0;
	one = run(in, &(struct fuzz_way){.odd = data[0] & 1, .piece = n, .high = 65536});
	other = run(in, &(struct fuzz_way){.odd = data[0] & 1,
	                                   .split = true,
	                                   .piece = data[0] / 2 % 8 + 1,
	                                   .high = 1});
	if (check)
		check(buf_slice(&one));
	if (!slice_eq(buf_slice(&one), buf_slice(&other))) {
		fprintf(stderr, "%.*s\n--- or, in pieces: ---\n%.*s\n", (int)one.n, one.p,
		        (int)other.n, other.p);
		abort();
	}
	buf_free(&one);
	buf_free(&other);
	return 0;
}

#endif
