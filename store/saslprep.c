#include "saslprep.h"

#include <utf8proc.h>

struct range {
	int32_t first, last;
};

/* RFC 3454 table B.1: mapped to nothing. */
static const struct range nothing[] = {
	{0x00ad, 0x00ad},
        {0x034f, 0x034f},
        {0x1806, 0x1806},
        {0x180b, 0x180d},
	{0x200b, 0x200d},
        {0x2060, 0x2060},
        {0xfe00, 0xfe0f},
        {0xfeff, 0xfeff},
};

/* RFC 4013 section 2.3, what the general categories below do not say: tables C.2.2, C.4 to C.9. */
static const struct range prohibited[] = {
	{0x0340,  0x0341 },
        {0x06dd,  0x06dd },
        {0x070f,  0x070f },
        {0x180e,  0x180e },
	{0x200e,  0x200f },
        {0x2028,  0x202e },
        {0x2061,  0x2063 },
        {0x206a,  0x206f },
	{0x2ff0,  0x2ffb },
        {0xfdd0,  0xfdef },
        {0xfff9,  0xfffd },
        {0x1d173, 0x1d17a},
	{0xe0001, 0xe0001},
        {0xe0020, 0xe007f},
};

static bool within(const struct range *ranges, size_t n, int32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}
#define WITHIN(table, c) within(table, sizeof(table) / sizeof(*(table)), c)

static bool is_prohibited(int32_t c)
{
	switch ((int)utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC: /* C.2.1, C.2.2 */
	case UTF8PROC_CATEGORY_CO: /* C.3 */
	case UTF8PROC_CATEGORY_CS: /* C.5 */ return true;
	default: return (c & 0xfffe) == 0xfffe || WITHIN(prohibited, c); /* C.4 */
	}
}

/* RFC 3454 section 6: with a right-to-left character there is no left-to-right one, and the first
 * and the last are right-to-left. */
struct direction {
	bool first_right, last_right, any_right, any_left, begun;
};

static void see_direction(struct direction *d, int32_t c)
{
	int bidi = utf8proc_get_property(c)->bidi_class;
	bool right = bidi == UTF8PROC_BIDI_CLASS_R || bidi == UTF8PROC_BIDI_CLASS_AL;

	if (!d->begun)
		d->first_right = right;
	d->begun = true;
	d->last_right = right;
	d->any_right |= right;
	d->any_left |= bidi == UTF8PROC_BIDI_CLASS_L;
}

static bool direction_is_right(const struct direction *d)
{
	return !d->any_right || (d->first_right && d->last_right && !d->any_left);
}

/* The next code point of UTF-8; false: there is none. */
static bool next(struct slice *in, int32_t *c)
{
	utf8proc_ssize_t used =
		utf8proc_iterate((const utf8proc_uint8_t *)in->p, (utf8proc_ssize_t)in->n, c);

	if (used <= 0)
		return false;
	*in = slice_skip(*in, (size_t)used);
	return true;
}

static void put(struct buf *out, int32_t c)
{
	utf8proc_uint8_t octets[4];
	utf8proc_ssize_t n = utf8proc_encode_char(c, octets);

	buf_put(out, (struct slice){(const char *)octets, (size_t)n});
}

/* The mapping of RFC 4013 section 2.1. */
static enum pk_status map(struct slice in, struct buf *out)
{
	int32_t c;

	if (!buf_room(out, in.n))
		return PK_ENOMEM;
	while (in.n) {
		if (!next(&in, &c))
			return PK_EINVAL;
		if (!WITHIN(nothing, c))
			put(out, utf8proc_category(c) == UTF8PROC_CATEGORY_ZS ? ' ' : c);
	}
	return PK_OK;
}

static enum pk_status check(const int32_t *points, utf8proc_ssize_t n, struct buf *out)
{
	struct direction d = {0};

	if (n <= 0)
		return PK_EINVAL;
	if (!buf_room(out, (size_t)n * 4))
		return PK_ENOMEM;
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		if (is_prohibited(points[i]))
			return PK_EINVAL;
		see_direction(&d, points[i]);
		put(out, points[i]);
	}
	return direction_is_right(&d) ? PK_OK : PK_EINVAL;
}

/* Form KC (section 2.2) of what was mapped, and the checks on it. */
static enum pk_status normalise(struct slice mapped, struct buf *out)
{
	const utf8proc_option_t form = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
	const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)mapped.p;
	utf8proc_ssize_t octets = (utf8proc_ssize_t)mapped.n, n, most;
	enum pk_status st;
	int32_t *points;

	most = utf8proc_decompose(from, octets, NULL, 0, form);
	if (most <= 0)
		return PK_EINVAL;
	points = calloc((size_t)most + 1, sizeof(*points));
	if (!points)
		return PK_ENOMEM;
	n = utf8proc_decompose(from, octets, points, most, form);
	if (n > 0)
		n = utf8proc_normalize_utf32(points, n, form);
	st = check(points, n, out);
	explicit_bzero(points, ((size_t)most + 1) * sizeof(*points));
	free(points);
	return st;
}

enum pk_status saslprep(struct slice in, struct buf *out)
{
	struct buf mapped = {0};
	enum pk_status st = map(in, &mapped);

	if (st == PK_OK)
		st = normalise(buf_slice(&mapped), out);
	buf_wipe(&mapped);
	return st;
}
