#include "charset.h"

#include <errno.h>
#include <iconv.h>

#define REPLACEMENT 0xFFFD

/* Charsets of mail: names as they come (RFC 2978 registry and usual mistakes), and iconv's name.
 * NULL: no iconv is needed. Sorted by nothing: the frequent ones come first. */
static const struct charset {
	struct slice name;
	const char *iconv;
} known[] = {
	{S("utf-8"),             NULL           },
	{S("us-ascii"),          NULL           },
	{S("iso-8859-1"),        "WINDOWS-1252" }, /* as everyone reads it: WHATWG Encoding 4.2 */
	{S("windows-1252"),      "WINDOWS-1252" },
	{S("utf8"),              NULL           },
	{S("ascii"),             NULL           },
	{S("ansi_x3.4-1968"),    NULL           },
	{S("latin1"),            "WINDOWS-1252" },
	{S("cp1252"),            "WINDOWS-1252" },
	{S("iso8859-1"),         "WINDOWS-1252" },
	{S("iso-8859-2"),        "ISO-8859-2"   },
	{S("latin2"),            "ISO-8859-2"   },
	{S("iso-8859-3"),        "ISO-8859-3"   },
	{S("iso-8859-4"),        "ISO-8859-4"   },
	{S("iso-8859-5"),        "ISO-8859-5"   },
	{S("iso-8859-6"),        "ISO-8859-6"   },
	{S("iso-8859-7"),        "ISO-8859-7"   },
	{S("iso-8859-8"),        "ISO-8859-8"   },
	{S("iso-8859-8-i"),      "ISO-8859-8"   },
	{S("iso-8859-9"),        "WINDOWS-1254" },
	{S("latin5"),            "WINDOWS-1254" },
	{S("iso-8859-10"),       "ISO-8859-10"  },
	{S("iso-8859-11"),       "TIS-620"      },
	{S("iso-8859-13"),       "ISO-8859-13"  },
	{S("iso-8859-14"),       "ISO-8859-14"  },
	{S("iso-8859-15"),       "ISO-8859-15"  },
	{S("latin9"),            "ISO-8859-15"  },
	{S("iso-8859-16"),       "ISO-8859-16"  },
	{S("windows-1250"),      "WINDOWS-1250" },
	{S("windows-1251"),      "WINDOWS-1251" },
	{S("windows-1253"),      "WINDOWS-1253" },
	{S("windows-1254"),      "WINDOWS-1254" },
	{S("windows-1255"),      "WINDOWS-1255" },
	{S("windows-1256"),      "WINDOWS-1256" },
	{S("windows-1257"),      "WINDOWS-1257" },
	{S("windows-1258"),      "WINDOWS-1258" },
	{S("windows-874"),       "CP874"        },
	{S("cp1250"),            "WINDOWS-1250" },
	{S("cp1251"),            "WINDOWS-1251" },
	{S("cp1254"),            "WINDOWS-1254" },
	{S("cp850"),             "CP850"        },
	{S("ibm850"),            "CP850"        },
	{S("cp866"),             "CP866"        },
	{S("ibm866"),            "CP866"        },
	{S("koi8-r"),            "KOI8-R"       },
	{S("koi8-u"),            "KOI8-U"       },
	{S("macintosh"),         "MACINTOSH"    },
	{S("tis-620"),           "TIS-620"      },
	{S("iso-2022-jp"),       "ISO-2022-JP-2"},
	{S("iso-2022-jp-2"),     "ISO-2022-JP-2"},
	{S("shift_jis"),         "CP932"        },
	{S("shift-jis"),         "CP932"        },
	{S("sjis"),              "CP932"        },
	{S("windows-31j"),       "CP932"        },
	{S("cp932"),             "CP932"        },
	{S("euc-jp"),            "EUC-JP"       },
	{S("gb2312"),            "GB18030"      },
	{S("gbk"),               "GB18030"      },
	{S("gb18030"),           "GB18030"      },
	{S("cp936"),             "GB18030"      },
	{S("big5"),              "BIG5-HKSCS"   },
	{S("big5-hkscs"),        "BIG5-HKSCS"   },
	{S("cp950"),             "BIG5-HKSCS"   },
	{S("euc-tw"),            "EUC-TW"       },
	{S("iso-2022-kr"),       "ISO-2022-KR"  },
	{S("euc-kr"),            "CP949"        },
	{S("ks_c_5601-1987"),    "CP949"        },
	{S("cp949"),             "CP949"        },
	{S("utf-16"),            "UTF-16"       },
	{S("utf-16le"),          "UTF-16LE"     },
	{S("utf-16be"),          "UTF-16BE"     },
	{S("utf-32"),            "UTF-32"       },
	{S("utf-7"),             "UTF-7"        },
	{S("unicode-1-1-utf-7"), "UTF-7"        },
};

#define KNOWN (sizeof(known) / sizeof(*known))

static const struct charset *find(struct slice name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (slice_ieq(name, known[i].name))
			return &known[i];
	return NULL;
}

bool charset_known(struct slice name)
{
	return find(name) != NULL;
}

/* How long a sequence beginning with this octet is (RFC 3629); 0: none begins so. */
static size_t sequence_length(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
}

/* Length of the valid character that s begins with; 0: none. */
static size_t character(struct slice s, uint32_t *c)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = s.n ? sequence_length(p[0]) : 0;

	if (n == 1)
		*c = p[0];
	if (n < 2 || n > s.n)
		return n == 1;
	*c = p[0] & (0xFFU >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3F);
	}
	if (*c < smallest[n] || *c > 0x10FFFF || (*c >= 0xD800 && *c < 0xE000))
		return 0;
	return n;
}

uint32_t utf8_next(struct slice *text)
{
	uint32_t c = REPLACEMENT;
	size_t n = character(*text, &c);

	*text = slice_skip(*text, n ? n : 1);
	return n ? c : REPLACEMENT;
}

void utf8_put(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		b[i] = (char)(0x80 | (c & 0x3F));
	b[0] = (char)(n == 1 ? c : (0xF00U >> n & 0xF0) | c);
	buf_put(out, (struct slice){b, n});
}

size_t utf8_cut(struct slice text, size_t max)
{
	size_t n = max;

	if (text.n <= max)
		return text.n;
	while (n && ((unsigned char)text.p[n] & 0xC0) == 0x80 && max - n < 3)
		n--;
	return n;
}

/* How many octets from p on are ASCII without NUL. */
static size_t ascii_run(const char *p, size_t n)
{
	const uint64_t ones = UINT64_MAX / 255, tops = ones << 7;
	size_t i = 0;
	uint64_t v;

	for (; n - i >= sizeof(v); i += sizeof(v)) {
		memcpy(&v, p + i, sizeof(v));
		if ((v | (v - ones)) & tops) /* a top bit, or a zero octet borrows into one */
			break;
	}
	while (i < n && p[i] > 0)
		i++;
	return i;
}

bool utf8_valid(struct slice text)
{
	uint32_t c;
	size_t n;

	for (size_t i = 0; i < text.n; i += n) {
		n = ascii_run(text.p + i, text.n - i);
		if (!n)
			n = character((struct slice){text.p + i, text.n - i}, &c);
		if (!n)
			return false;
	}
	return true;
}

/* Copies what is valid UTF-8, except NUL, and replaces the rest. */
static void put_clean(struct slice text, struct buf *out)
{
	size_t from = 0, i = 0;
	uint32_t c;

	if (!text.n)
		return;
	for (;;) {
		size_t n;

		i += ascii_run(text.p + i, text.n - i);
		if (i == text.n)
			break;
		n = character((struct slice){text.p + i, text.n - i}, &c);
		if (n && c) {
			i += n;
			continue;
		}
		buf_put(out, (struct slice){text.p + from, i - from});
		utf8_put(out, REPLACEMENT);
		from = ++i;
	}
	buf_put(out, (struct slice){text.p + from, text.n - from});
}

/* Into `out`; what iconv cannot read becomes U+FFFD, an octet at a time. Returns how many octets at
 * the end are the beginning of a character. */
static size_t convert(iconv_t cd, struct slice text, struct buf *out)
{
	char *in = (char *)(uintptr_t)text.p;
	size_t left = text.n;

	while (left && !out->failed) {
		char piece[512], *to = piece;
		size_t room = sizeof(piece);
		size_t done = iconv(cd, &in, &left, &to, &room);
		int why = errno;

		put_clean((struct slice){piece, sizeof(piece) - room}, out);
		if (done != (size_t)-1 || why == E2BIG)
			continue;
		if (why == EINVAL)
			return left;
		utf8_put(out, REPLACEMENT);
		if (!left)
			break;
		in++;
		left--;
	}
	return 0;
}

bool charset_to_utf8(struct slice name, struct slice text, struct buf *out)
{
	const struct charset *c = name.n ? find(name) : &known[0];
	iconv_t cd;

	if (c && c->iconv && text.n) {
		cd = iconv_open("UTF-8", c->iconv);
		if (cd != (iconv_t)-1) {
			if (convert(cd, text, out)) /* cut in the middle of a character */
				utf8_put(out, REPLACEMENT);
			iconv_close(cd);
			return true;
		}
		c = NULL;
	}
	put_clean(text, out);
	return c != NULL;
}

#define LEFT_MAX 64 /* octets that can begin a character and not be one: no charset has as many */

void charset_start(struct charset_reader *r, struct slice name)
{
	const struct charset *c = find(name);
	iconv_t cd = c && c->iconv ? iconv_open("UTF-8", c->iconv) : (iconv_t)-1;

	charset_free(r);
	if (cd != (iconv_t)-1)
		r->iconv = cd;
	r->guess = !c || (!r->iconv && !slice_istarts(name, S("utf")));
}

/* How many octets at the end begin a character of UTF-8 that is not whole yet. */
static size_t unfinished(struct slice text)
{
	for (size_t n = 1; n <= 3 && n <= text.n; n++) {
		unsigned char c = (unsigned char)text.p[text.n - n];

		if ((c & 0xC0) != 0x80)
			return sequence_length(c) > n ? n : 0;
	}
	return 0;
}

/* Octets that are no UTF-8, each for itself. */
static void put_guessed(struct charset_reader *r, struct slice octets, struct buf *out)
{
	if (!r->iconv && octets.n) {
		iconv_t cd = iconv_open("UTF-8", "WINDOWS-1252");

		r->iconv = cd == (iconv_t)-1 ? NULL : cd;
	}
	if (r->iconv)
		(void)convert(r->iconv, octets, out);
	else
		put_clean(octets, out);
}

static void guess(struct charset_reader *r, struct slice text, struct buf *out)
{
	size_t good = 0, bad = 0, n;
	uint32_t c;

	while (good < text.n) {
		struct slice rest = slice_skip(text, good);

		n = ascii_run(rest.p, rest.n);
		if (!n)
			n = character(rest, &c);
		if (n) {
			good += n;
			continue;
		}
		put_clean(slice_head(text, good), out);
		for (bad = 1; bad < rest.n && !character(slice_skip(rest, bad), &c);)
			bad++;
		put_guessed(r, slice_head(rest, bad), out);
		text = slice_skip(rest, bad);
		good = 0;
	}
	put_clean(text, out);
}

void charset_feed(struct charset_reader *r, struct slice piece, struct buf *out)
{
	bool own = !r->guess && r->iconv;
	size_t left;

	if (r->left.n) {
		buf_put(&r->left, piece);
		out->failed |= r->left.failed;
		piece = buf_slice(&r->left);
	}
	left = own ? convert(r->iconv, piece, out) : unfinished(piece);
	if (left > LEFT_MAX) {
		utf8_put(out, REPLACEMENT);
		left = 0;
	}
	if (r->guess)
		guess(r, slice_head(piece, piece.n - left), out);
	else if (!own)
		put_clean(slice_head(piece, piece.n - left), out);
	piece = slice_skip(piece, piece.n - left);
	if (r->left.n)
		buf_drop(&r->left, r->left.n - left);
	else
		buf_put(&r->left, piece);
	out->failed |= r->left.failed;
}

void charset_end(struct charset_reader *r, struct buf *out)
{
	if (r->left.n && r->guess)
		put_guessed(r, buf_slice(&r->left), out);
	else if (r->left.n)
		utf8_put(out, REPLACEMENT);
	charset_free(r);
}

void charset_free(struct charset_reader *r)
{
	if (r->iconv)
		iconv_close(r->iconv);
	buf_free(&r->left);
	*r = (struct charset_reader){0};
}

struct charsets {
	iconv_t opened[KNOWN];
};

struct charsets *charsets_hold(void)
{
	struct charsets *c = calloc(1, sizeof(*c));

	for (size_t i = 0; c && i < KNOWN; i++)
		c->opened[i] = known[i].iconv ? iconv_open("UTF-8", known[i].iconv) : (iconv_t)-1;
	return c;
}

size_t charsets_missing(const struct charsets *c)
{
	size_t n = 0;

	for (size_t i = 0; i < KNOWN; i++)
		n += known[i].iconv && c->opened[i] == (iconv_t)-1;
	return n;
}

void charsets_release(struct charsets *c)
{
	for (size_t i = 0; c && i < KNOWN; i++)
		if (c->opened[i] != (iconv_t)-1)
			iconv_close(c->opened[i]);
	free(c);
}
