#include "decode.h"

#define SKIP   64 /* white space: no damage */
#define STOP   65 /* '=' */
#define BROKEN 66

/* The value of each octet in base64, or one of the above. */
#define ROW(x) x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x
/* clang-format off */
static const uint8_t values[256] = {
	66, 66, 66, 66, 66, 66, 66, 66, 66, 64, 64, 66, 66, 64, 66, 66,
	ROW(66),
	64, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 62, 66, 66, 66, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 66, 66, 66, 65, 66, 66,
	66,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 66, 66, 66, 66, 66,
	66, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 66, 66, 66, 66, 66,
	ROW(66), ROW(66), ROW(66), ROW(66), ROW(66), ROW(66), ROW(66), ROW(66),
};
/* clang-format on */

enum mime_encoding mime_encoding(struct slice token)
{
	static const struct {
		struct slice name;
		enum mime_encoding encoding;
	} known[] = {
		{S(""),                 MIME_IDENTITY        },
                {S("7bit"),             MIME_IDENTITY        },
		{S("8bit"),             MIME_IDENTITY        },
                {S("binary"),           MIME_IDENTITY        },
		{S("base64"),           MIME_BASE64          },
                {S("quoted-printable"), MIME_QUOTED_PRINTABLE},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (slice_ieq(token, known[i].name))
			return known[i].encoding;
	return MIME_UNKNOWN;
}

/* Where the decoded octets go: a stretch of a buffer that has been made large enough, or nowhere.
 */
struct sink {
	char *p;
	uint64_t n;
};

static void sink_put(struct sink *s, char c)
{
	if (s->p)
		s->p[s->n] = c;
	s->n++;
}

/* ---- base64: `bits` collects up to 3 characters, held_n says how many ---- */

static void flush_group(struct mime_decoder *d, struct sink *out)
{
	if (d->held_n == 1)
		d->damaged = true;
	if (d->held_n >= 2)
		sink_put(out, (char)(d->bits >> (6 * d->held_n - 8)));
	if (d->held_n == 3)
		sink_put(out, (char)(d->bits >> 2));
	d->held_n = 0;
	d->bits = 0;
}

static void base64_octet(struct mime_decoder *d, uint8_t value, struct sink *out)
{
	if (value < 64) {
		d->bits = d->bits << 6 | value;
		if (++d->held_n < 4)
			return;
		sink_put(out, (char)(d->bits >> 16));
		sink_put(out, (char)(d->bits >> 8));
		sink_put(out, (char)d->bits);
		d->held_n = 0;
		d->bits = 0;
	} else if (value == STOP) {
		/* The second '=' of a pair comes when nothing is held any more. */
		if (d->held_n)
			flush_group(d, out);
	} else if (value == BROKEN) {
		d->damaged = true;
	}
}

/* Whole groups at once, as long as only the alphabet comes. */
static size_t base64_groups(const unsigned char *p, size_t n, struct sink *out)
{
	size_t i = 0;

	for (; n - i >= 4; i += 4) {
		uint32_t a = values[p[i]], b = values[p[i + 1]], c = values[p[i + 2]],
			 e = values[p[i + 3]], all;

		if ((a | b | c | e) > 63)
			break;
		all = a << 18 | b << 12 | c << 6 | e;
		if (out->p) {
			out->p[out->n] = (char)(all >> 16);
			out->p[out->n + 1] = (char)(all >> 8);
			out->p[out->n + 2] = (char)all;
		}
		out->n += 3;
	}
	return i;
}

static void base64_piece(struct mime_decoder *d, struct slice in, struct sink *out)
{
	const unsigned char *p = (const unsigned char *)in.p;

	for (size_t i = 0; i < in.n; i++) {
		if (!d->held_n) {
			i += base64_groups(p + i, in.n - i, out);
			if (i == in.n)
				break;
		}
		base64_octet(d, values[p[i]], out);
	}
}

/* Counting only: how many of the alphabet there are is all that matters until a '=' comes. */
static uint64_t base64_count(struct mime_decoder *d, struct slice in)
{
	struct sink none = {0};
	const unsigned char *p = (const unsigned char *)in.p, *end = p + in.n;

	while (p < end) {
		const unsigned char *stop = memchr(p, '=', (size_t)(end - p));
		uint64_t good = 0, bad = 0, held;

		for (stop = stop ? stop : end; p < stop; p++) {
			good += values[*p] < 64;
			bad += values[*p] == BROKEN;
		}
		d->damaged |= bad > 0;
		held = d->held_n + good;
		none.n += held / 4 * 3;
		d->held_n = (uint8_t)(held % 4);
		if (p < end) {
			base64_octet(d, STOP, &none);
			p++;
		}
	}
	return none.n;
}

/* ---- quoted-printable ---- */

enum {
	QP_TEXT,   /* `held`: spaces and tabs, perhaps a CR behind them */
	QP_ESCAPE, /* `held`: '=' and what followed it so far */
};

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_held(struct mime_decoder *d, struct sink *out)
{
	for (uint8_t i = 0; i < d->held_n; i++)
		sink_put(out, d->held[i]);
	d->held_n = 0;
}

static void hold(struct mime_decoder *d, char c, struct sink *out)
{
	if (d->held_n == sizeof(d->held)) {
		sink_put(out, d->held[0]);
		memmove(d->held, d->held + 1, --d->held_n);
	}
	d->held[d->held_n++] = c;
}

static bool held_cr(const struct mime_decoder *d)
{
	return d->held_n && d->held[d->held_n - 1] == '\r';
}

static void qp_text(struct mime_decoder *d, char c, struct sink *out)
{
	if (c == '\n') {
		bool cr = held_cr(d);

		d->held_n = 0;
		if (cr)
			sink_put(out, '\r');
		sink_put(out, '\n');
		return;
	}
	if (held_cr(d)) /* a CR alone ends nothing */
		put_held(d, out);
	if (c == ' ' || c == '\t' || c == '\r') {
		hold(d, c, out);
		return;
	}
	put_held(d, out);
	if (c == '=') {
		d->held[d->held_n++] = c;
		d->phase = QP_ESCAPE;
		return;
	}
	sink_put(out, c);
}

/* An escape that is none stays as it stands, and c is looked at again. */
static void qp_no_escape(struct mime_decoder *d, char c, struct sink *out)
{
	d->damaged = true;
	put_held(d, out);
	d->phase = QP_TEXT;
	qp_text(d, c, out);
}

/* Behind '=': two hexadecimal digits, or a soft line break with perhaps white space before it. */
static bool goes_on(char last, char c)
{
	bool space = c == ' ' || c == '\t' || c == '\r';

	return last == '=' ? space || hex(c) >= 0 : space && (last == ' ' || last == '\t');
}

static void qp_escape(struct mime_decoder *d, char c, struct sink *out)
{
	char last = d->held[d->held_n - 1];

	if (goes_on(last, c) && d->held_n < sizeof(d->held)) {
		d->held[d->held_n++] = c;
		return;
	}
	if (hex(last) >= 0 && hex(c) >= 0)
		sink_put(out, (char)(hex(last) << 4 | hex(c)));
	else if (hex(last) >= 0 || c != '\n') {
		qp_no_escape(d, c, out);
		return;
	}
	d->held_n = 0;
	d->phase = QP_TEXT;
}

static bool qp_stands(char c)
{
	return c != '=' && c != ' ' && c != '\t' && c != '\r' && c != '\n';
}

/* How many octets from p on stand for themselves whatever follows. */
static size_t qp_plain(const char *p, size_t n)
{
	size_t i = 0;

	for (;; i += 2) {
		while (i < n && qp_stands(p[i]))
			i++;
		if (n - i < 2 || (p[i] != ' ' && p[i] != '\t') || !qp_stands(p[i + 1]))
			return i;
	}
}

static void qp_piece(struct mime_decoder *d, struct slice in, struct sink *out)
{
	for (size_t i = 0; i < in.n; i++) {
		if (d->phase == QP_TEXT && !d->held_n) {
			size_t plain = qp_plain(in.p + i, in.n - i);

			if (out->p && plain)
				memcpy(out->p + out->n, in.p + i, plain);
			out->n += plain;
			i += plain;
			if (i == in.n)
				break;
		}
		if (d->phase == QP_TEXT)
			qp_text(d, in.p[i], out);
		else
			qp_escape(d, in.p[i], out);
	}
}

uint64_t mime_decode(struct mime_decoder *d, struct slice in, struct buf *out)
{
	struct sink sink = {0};

	if (d->encoding == MIME_BASE64 && !out)
		return base64_count(d, in);
	if (out) {
		if (!buf_room(out, in.n + sizeof(d->held)))
			return 0;
		sink.p = out->p + out->n;
	}
	if (d->encoding == MIME_BASE64) {
		base64_piece(d, in, &sink);
	} else if (d->encoding == MIME_QUOTED_PRINTABLE) {
		qp_piece(d, in, &sink);
	} else {
		if (out && in.n)
			memcpy(sink.p, in.p, in.n);
		sink.n = in.n;
	}
	if (out)
		out->n += sink.n;
	return sink.n;
}

uint64_t mime_decode_end(struct mime_decoder *d, struct buf *out)
{
	struct sink sink = {0};

	if (out) {
		if (!buf_room(out, sizeof(d->held)))
			return 0;
		sink.p = out->p + out->n;
	}
	if (d->encoding == MIME_BASE64)
		flush_group(d, &sink);
	else if (d->phase == QP_ESCAPE ? hex(d->held[d->held_n - 1]) >= 0 : held_cr(d)) {
		d->damaged |= d->phase == QP_ESCAPE;
		put_held(d, &sink);
	}
	d->held_n = 0; /* spaces at the end are at a line's end; "=" there is a soft break */
	d->phase = QP_TEXT;
	if (out)
		out->n += sink.n;
	return sink.n;
}
