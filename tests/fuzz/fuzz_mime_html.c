/* HTML to text: the same for any pieces, never longer, valid UTF-8 out of valid UTF-8. */
/* links: */
#include "mime/charset.h"
#include "mime/html.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void by_pieces(struct slice in, struct html_reader r, size_t piece, struct buf *out)
{
	for (; in.n; in = slice_skip(in, piece))
		html_feed(&r, slice_head(in, piece), out);
	html_end(&r, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = {(const char *)data, size};

	for (unsigned mode = 0; mode < 4; mode++) {
		const struct html_reader r = {.plain = mode & 1, .body_only = mode & 2};
		struct buf whole = {0}, pieces = {0};

		by_pieces(in, r, size ? size : 1, &whole);
		by_pieces(in, r, 1 + size % 7, &pieces);
		assert(!whole.failed && slice_eq(buf_slice(&whole), buf_slice(&pieces)));
		assert(whole.n <= size && (utf8_valid(buf_slice(&whole)) || !utf8_valid(in)));
		buf_free(&whole);
		buf_free(&pieces);
	}
	return 0;
}
