/* Any bytes scan to a summary that opens; the pieces they come in do not matter. */
/* links: */
#include "mime/scan.h"
#include "mime/summary.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* step 0: in one piece; else pieces of changing size up to step. */
static struct buf scan(struct slice message, size_t step)
{
	struct mime_scan *s = mime_scan_new();
	struct buf out = {0};
	size_t n = 1;

	assert(s);
	for (struct slice rest = message; rest.n; rest = slice_skip(rest, n)) {
		n = step ? n % step + 1 : rest.n;
		mime_scan_feed(s, slice_head(rest, n));
	}
	assert(mime_scan_end(s, &out) == PK_OK);
	mime_scan_free(s);
	return out;
}

static void walk_envelope(const struct summary *s, uint32_t i)
{
	struct summary_envelope e;
	struct mime_address a;
	struct summary_list *lists[] = {&e.from, &e.sender, &e.reply_to, &e.to, &e.cc, &e.bcc};

	assert(summary_envelope(s, i, &e));
	for (size_t k = 0; k < 6; k++) {
		uint32_t left = lists[k]->left;
		int depth = 0;

		for (; summary_address_next(lists[k], &a); left--)
			depth += a.kind == MIME_GROUP_START ? 1 : a.kind == MIME_GROUP_END ? -1 : 0;
		assert(!left && !depth);
	}
}

static void walk(const struct summary *s)
{
	struct slice name, value, rest = s->references;
	struct summary_list l = summary_delivered_to(s);
	struct summary_part p;

	while (summary_text_next(&l, &value))
		;
	while (summary_reference_next(&rest, &value))
		assert(value.n);
	for (uint32_t i = 0; i < s->parts; i++) {
		assert(summary_part(s, i, &p));
		assert(p.type.n && p.subtype.n);
		assert(p.body_octets || !p.body_lines);
		while (summary_param_next(&p.params, &name, &value))
			;
		while (summary_param_next(&p.disposition_params, &name, &value))
			;
		while (summary_text_next(&p.languages, &value))
			;
		assert(!p.params.left && !p.disposition_params.left && !p.languages.left);
		if (p.root)
			walk_envelope(s, i);
	}
	assert(!summary_part(s, s->parts, &p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice message = {(const char *)data, size};
	struct buf whole = scan(message, 0);
	static const size_t steps[] = {1, 7, 100, 1500};
	struct summary s;

	assert(whole.n <= SUMMARY_MAX);
	assert(summary_open(buf_slice(&whole), size, &s) == PK_OK);
	walk(&s);
	assert(summary_open(buf_slice(&whole), size + 1, &s) == PK_EPROTO);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct buf again = scan(message, steps[i]);

		assert(slice_eq(buf_slice(&again), buf_slice(&whole)));
		buf_free(&again);
	}
	buf_free(&whole);
	return 0;
}
