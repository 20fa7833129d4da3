/* Header texts, parameters and transfer encodings: what comes out is valid UTF-8 on one line. */
/* links: */
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/header.h"
#include "mime/words.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct buf *b)
{
	struct slice s = buf_slice(b);

	assert(!b->failed && utf8_valid(s) && !slice_has(s, '\0'));
	buf_free(b);
}

static void texts(struct slice in)
{
	struct buf out = {0};
	bool said;

	words_decode(in, &out);
	assert(!slice_has(buf_slice(&out), '\r') && !slice_has(buf_slice(&out), '\n'));
	check_text(&out);
	words_base_subject(in, &out, &said);
	check_text(&out);
	words_casemap(in, &out);
	buf_free(&out);
}

static void params(struct slice in)
{
	struct header_param p[64];
	struct buf line = {0}, scratch = {0}, out = {0};
	struct slice token, rest;
	size_t n;

	header_unfold(in, &line);
	n = header_params(buf_slice(&line), &token, p, 64, &scratch);
	assert(n <= 64);
	for (size_t i = 0; i < n; i++)
		assert(p[i].name.n && p[i].name.n <= in.n + 1 && p[i].value.n <= 3 * in.n);
	if (header_param_text(p, n, S("filename"), &out))
		check_text(&out);
	rest = buf_slice(&line);
	while (header_message_id(&rest, &out))
		assert(out.n && out.n <= in.n);
	buf_free(&line);
	buf_free(&scratch);
	buf_free(&out);
}

static void encodings(struct slice in, enum mime_encoding encoding)
{
	struct mime_decoder whole = {.encoding = encoding}, pieces = whole, count = whole;
	struct buf a = {0}, b = {0};
	uint64_t n = mime_decode(&whole, in, &a), counted = 0;

	n += mime_decode_end(&whole, &a);
	for (size_t i = 0; i < in.n; i += 3) {
		mime_decode(&pieces, slice_head(slice_skip(in, i), 3), &b);
		counted += mime_decode(&count, slice_head(slice_skip(in, i), 3), NULL);
	}
	mime_decode_end(&pieces, &b);
	counted += mime_decode_end(&count, NULL);
	assert(n == a.n && n == counted && n <= in.n);
	assert(slice_eq(buf_slice(&a), buf_slice(&b)));
	assert(whole.damaged == pieces.damaged && whole.damaged == count.damaged);
	buf_free(&a);
	buf_free(&b);
}

static void charsets(struct slice in)
{
	struct slice name = slice_cut(&in, ' ');
	struct buf out = {0};

	(void)charset_to_utf8(name, in, &out);
	check_text(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = {(const char *)data, size};

	texts(in);
	params(in);
	encodings(in, MIME_BASE64);
	encodings(in, MIME_QUOTED_PRINTABLE);
	charsets(in);
	return 0;
}
