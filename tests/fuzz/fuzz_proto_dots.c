/* Dot-stuffing: the same result for any pieces, and back again what was sent. */

#include "fake_host.h"
#include "proto/dots.h"

static struct dots_in take(struct slice in, size_t piece, struct buf *text, size_t *used, bool *end)
{
	struct slice left = in, part = {0}, run;
	struct dots_in d = {0};
	enum dots got = DOTS_MORE;

	while (left.n && got != DOTS_END) {
		part = slice_head(left, piece);
		left = slice_skip(left, piece);
		while ((got = dots_take(&d, &part, &run)) == DOTS_TEXT)
			buf_put(text, run);
	}
	*used = in.n - left.n - part.n;
	*end = got == DOTS_END;
	return d;
}

static void same_for_any_pieces(struct slice in, size_t piece)
{
	struct buf one = {0}, other = {0};
	struct dots_in a, b;
	size_t used_a, used_b;
	bool end_a, end_b;

	a = take(in, in.n + 1, &one, &used_a, &end_a);
	b = take(in, piece, &other, &used_b, &end_b);
	if (end_a != end_b || used_a != used_b || a.bare != b.bare ||
	    !slice_eq(buf_slice(&one), buf_slice(&other)))
		abort();
	buf_free(&one);
	buf_free(&other);
}

static void there_and_back(struct slice in, size_t piece)
{
	struct buf text = {0};
	struct dots_out d = {0};
	struct fake f = {0};
	struct slice wire, left = in;
	size_t used;
	bool end;

	fake_begin(&f);
	for (; left.n; left = slice_skip(left, piece))
		dots_put(&d, &f.io, slice_head(left, piece));
	dots_end(&d, &f.io);
	wire = (struct slice){f.io.out, f.io.out_n};
	(void)take(wire, piece, &text, &used, &end);
	/* A dot behind a lone CR or LF begins no line for either side. */
	if (!end || used != wire.n || !slice_starts(buf_slice(&text), in) || text.n > in.n + 2)
		abort();
	buf_free(&text);
	free(f.io.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in = {(const char *)data + 1, n - 1};

	if (!n)
		return 0;
	same_for_any_pieces(in, data[0] % 9 + 1);
	there_and_back(in, data[0] % 9 + 1);
	return 0;
}
