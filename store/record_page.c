#include "record.h"

#include "format.h"

#include <endian.h>

/* Rows of repeated parts: flag pages and expunged ranges. */

#define PAGE_HEAD  25 /* version, modseq, bitmap */
#define ENTRY_SIZE 16

static uint64_t u64_at(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return le64toh(v);
}

/* Whether what is left is optional fields; there are none yet, unknown ones are skipped. */
static bool tail_ok(struct slice in)
{
	struct wire w = {in, false};

	while (wire_more(&w)) {
		w.bad |= wire_get(&w, 1) == 0;
		wire_take(&w, wire_get(&w, 2));
	}
	return !w.bad;
}

enum pk_status page_peek(struct slice in, uint64_t *modseq, uint64_t present[2])
{
	size_t entries;

	if (format_row(in).bad || in.n < PAGE_HEAD)
		return PK_EIO;
	*modseq = u64_at(in.p + 1);
	present[0] = u64_at(in.p + 9);
	present[1] = u64_at(in.p + 17);
	entries =
		(size_t)__builtin_popcountll(present[0]) + (size_t)__builtin_popcountll(present[1]);
	if (present[1] >> (PAGE_UIDS - 64) || in.n < PAGE_HEAD + entries * ENTRY_SIZE)
		return PK_EIO;
	return PK_OK;
}

enum pk_status page_decode(struct slice in, struct flag_page *page)
{
	const char *p = in.p + PAGE_HEAD;
	enum pk_status st = page_peek(in, &page->modseq, page->present);

	if (st != PK_OK)
		return st;
	for (size_t i = 0; i < PAGE_UIDS; i++) {
		if (!page_has(page, i)) {
			page->entry[i] = (struct flag_entry){0};
			continue;
		}
		page->entry[i] = (struct flag_entry){u64_at(p), u64_at(p + 8)};
		p += ENTRY_SIZE;
	}
	return tail_ok(slice_skip(in, (size_t)(p - in.p))) ? PK_OK : PK_EIO;
}

void page_encode(struct buf *b, const struct flag_page *page)
{
	uint64_t raw[3 + 2 * PAGE_UIDS];
	size_t n = 3;

	raw[0] = htole64(page->modseq);
	raw[1] = htole64(page->present[0]);
	raw[2] = htole64(page->present[1]);
	for (size_t i = 0; i < PAGE_UIDS; i++) {
		if (!page_has(page, i))
			continue;
		raw[n++] = htole64(page->entry[i].flags);
		raw[n++] = htole64(page->entry[i].modseq);
	}
	buf_byte(b, FORMAT_ROW);
	buf_put(b, (struct slice){(const char *)raw, n * 8});
}

enum pk_status expunged_decode(struct slice in, struct uid_range ranges[EXPUNGED_RANGES], size_t *n)
{
	struct wire w = format_row(in);
	uint32_t last = 0;

	*n = wire_get(&w, 1);
	if (w.bad || *n == 0 || *n > EXPUNGED_RANGES)
		return PK_EIO;
	for (size_t i = 0; i < *n; i++) {
		ranges[i].first = (uint32_t)wire_get(&w, 4);
		ranges[i].last = (uint32_t)wire_get(&w, 4);
		w.bad |= ranges[i].first <= last || ranges[i].last < ranges[i].first;
		last = ranges[i].last;
	}
	return w.bad || !tail_ok(w.in) ? PK_EIO : PK_OK;
}

void expunged_encode(struct buf *b, const struct uid_range *ranges, size_t n)
{
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, n, 1);
	for (size_t i = 0; i < n; i++) {
		wire_put(b, ranges[i].first, 4);
		wire_put(b, ranges[i].last, 4);
	}
}
