#include "mutf7.h"

#include "mime/charset.h"

#include <utf8proc.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static int digit(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* UTF-16 units of one shifted run, gathered bit by bit. */
struct run {
	uint32_t bits;
	unsigned count; /* bits held */
	uint32_t high;  /* a surrogate that waits for its other half */
};

static bool run_unit(struct run *r, uint32_t unit, struct buf *out)
{
	if (r->high) {
		if (unit < 0xdc00 || unit > 0xdfff)
			return false;
		utf8_put(out, 0x10000 + ((r->high - 0xd800) << 10) + (unit - 0xdc00));
		r->high = 0;
		return true;
	}
	if (unit >= 0xd800 && unit <= 0xdbff) {
		r->high = unit;
		return true;
	}
	if (unit >= 0xdc00 && unit <= 0xdfff)
		return false;
	utf8_put(out, unit);
	return true;
}

static bool decode_run(struct slice coded, struct buf *out)
{
	struct run r = {0};

	for (size_t i = 0; i < coded.n; i++) {
		int d = digit(coded.p[i]);

		if (d < 0)
			return false;
		r.bits = r.bits << 6 | (uint32_t)d;
		r.count += 6;
		if (r.count >= 16) {
			r.count -= 16;
			if (!run_unit(&r, r.bits >> r.count & 0xffff, out))
				return false;
		}
	}
	return !r.high;
}

static bool decode(struct slice name, struct buf *out)
{
	while (name.n) {
		struct slice run;

		if ((unsigned char)name.p[0] < 0x20 || (unsigned char)name.p[0] > 0x7e)
			return false;
		if (name.p[0] != '&') {
			buf_put(out, slice_head(name, 1));
			name = slice_skip(name, 1);
			continue;
		}
		name = slice_skip(name, 1);
		if (!slice_has(name, '-'))
			return false;
		run = slice_cut(&name, '-');
		if (!run.n)
			buf_byte(out, '&');
		else if (!decode_run(run, out))
			return false;
	}
	return true;
}

static bool has_control(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

enum pk_status mutf7_decode(struct slice name, struct buf *out)
{
	struct buf again = {0};
	size_t start = out->n;
	struct slice utf8;
	bool same;

	if (!decode(name, out))
		return PK_EINVAL;
	if (out->failed)
		return PK_ENOMEM;
	utf8 = slice_skip(buf_slice(out), start);
	mutf7_encode(utf8, &again);
	same = slice_eq(buf_slice(&again), name);
	if (again.failed)
		out->failed = true;
	buf_free(&again);
	if (out->failed)
		return PK_ENOMEM;
	return same && !has_control(utf8) ? PK_OK : PK_EINVAL;
}

static void put_unit(struct run *r, uint32_t unit, struct buf *out)
{
	r->bits = r->bits << 16 | unit;
	r->count += 16;
	while (r->count >= 6) {
		r->count -= 6;
		buf_byte(out, alphabet[r->bits >> r->count & 63]);
	}
}

static void encode_run(struct slice *utf8, struct buf *out)
{
	struct run r = {0};

	buf_byte(out, '&');
	while (utf8->n && (unsigned char)utf8->p[0] >= 0x80) {
		uint32_t c = utf8_next(utf8);

		if (c >= 0x10000) {
			put_unit(&r, 0xd800 + ((c - 0x10000) >> 10), out);
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_unit(&r, c, out);
	}
	if (r.count)
		buf_byte(out, alphabet[r.bits << (6 - r.count) & 63]);
	buf_byte(out, '-');
}

void mutf7_encode(struct slice utf8, struct buf *out)
{
	while (utf8.n) {
		if ((unsigned char)utf8.p[0] >= 0x80) {
			encode_run(&utf8, out);
			continue;
		}
		buf_byte(out, utf8.p[0]);
		if (utf8.p[0] == '&')
			buf_byte(out, '-');
		utf8 = slice_skip(utf8, 1);
	}
}

static bool is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Replaces what stands behind `start` by its NFC. */
static enum pk_status normalise(struct buf *b, size_t start)
{
	const utf8proc_option_t nfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t n;

	if (is_ascii(slice_skip(buf_slice(b), start)))
		return PK_OK;
	n = utf8proc_map((const utf8proc_uint8_t *)b->p + start, (utf8proc_ssize_t)(b->n - start),
	                 &made, nfc);
	if (n < 0)
		return n == UTF8PROC_ERROR_NOMEM ? PK_ENOMEM : PK_EINVAL;
	b->n = start;
	buf_put(b, (struct slice){(const char *)made, (size_t)n});
	free(made);
	return b->failed ? PK_ENOMEM : PK_OK;
}

/* normalise() finds what is no UTF-8. */
static enum pk_status take_utf8(struct slice name, struct buf *out)
{
	if (has_control(name))
		return PK_EINVAL;
	buf_put(out, name);
	return out->failed ? PK_ENOMEM : PK_OK;
}

enum pk_status mailbox_from_wire(struct slice name, bool utf8, struct buf *out)
{
	size_t start = out->n;
	enum pk_status st = utf8 ? take_utf8(name, out) : mutf7_decode(name, out);
	struct slice first, made;

	if (st == PK_OK)
		st = normalise(out, start);
	if (st != PK_OK)
		return st;
	made = slice_skip(buf_slice(out), start);
	first = slice_cut(&made, '/');
	if (slice_ieq(first, S("INBOX")))
		memcpy(out->p + start, "INBOX", 5);
	return PK_OK;
}
