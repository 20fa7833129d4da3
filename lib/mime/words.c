#include "words.h"

#include "charset.h"
#include "decode.h"

#include <utf8proc.h>

#define WORD_MAX 2000 /* RFC 2047 2 allows 75; some write whole lines */

static bool space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* =?charset*language?encoding?text?= */
struct word {
	struct slice charset, text;
	bool base64;
	size_t n; /* octets of all of it */
};

static bool parse_word(struct slice s, struct word *w)
{
	struct slice rest = slice_head(slice_skip(s, 2), WORD_MAX), encoding;
	const char *end;

	if (!slice_starts(s, S("=?")))
		return false;
	w->charset = slice_cut(&rest, '?');
	encoding = slice_cut(&rest, '?');
	end = rest.n ? memmem(rest.p, rest.n, "?=", 2) : NULL;
	if (!end || encoding.n != 1)
		return false;
	w->text = slice_head(rest, (size_t)(end - rest.p));
	w->n = (size_t)(end + 2 - s.p);
	w->charset = slice_cut(&w->charset, '*'); /* RFC 2231 5 */
	w->base64 = slice_ieq(encoding, S("b"));
	return (w->base64 || slice_ieq(encoding, S("q"))) && charset_known(w->charset);
}

/* RFC 2047 4.2: as quoted-printable, and '_' is a space. */
static void put_q(struct slice text, struct buf *octets)
{
	struct mime_decoder d = {.encoding = MIME_QUOTED_PRINTABLE};

	while (text.n) {
		bool more = slice_has(text, '_');

		mime_decode(&d, slice_cut(&text, '_'), octets);
		if (more)
			mime_decode(&d, S("=20"), octets);
	}
	mime_decode_end(&d, octets);
}

static void put_word(const struct word *w, struct buf *octets)
{
	struct mime_decoder d = {.encoding = MIME_BASE64};

	if (!w->base64) {
		put_q(w->text, octets);
		return;
	}
	mime_decode(&d, w->text, octets);
	mime_decode_end(&d, octets);
}

static size_t leading_space(struct slice s)
{
	size_t n = 0;

	while (n < s.n && space(s.p[n]))
		n++;
	return n;
}

/* The words from s on that have one charset and only space between them; returns their octets. */
static size_t put_run(struct slice s, struct word w, struct buf *octets, struct buf *out)
{
	struct slice charset = w.charset;
	size_t n = 0, gap = 0;

	buf_clear(octets);
	do {
		put_word(&w, octets);
		n += gap + w.n;
		gap = leading_space(slice_skip(s, n));
	} while (parse_word(slice_skip(s, n + gap), &w) && slice_ieq(w.charset, charset));
	charset_to_utf8(charset, buf_slice(octets), out);
	/* Before a word of another charset the space goes as well. */
	return n + (gap && parse_word(slice_skip(s, n + gap), &w) ? gap : 0);
}

/* Octets that were never encoded: UTF-8 (RFC 6532), or else most likely from the west of Europe. */
static void put_plain(struct slice text, struct buf *out)
{
	(void)charset_to_utf8(utf8_valid(text) ? S("utf-8") : S("windows-1252"), text, out);
}

void words_decode(struct slice text, struct buf *out)
{
	struct buf octets = {0};
	size_t from = out->n;

	while (text.n && !out->failed) {
		const char *mark = memmem(text.p, text.n, "=?", 2);
		size_t plain = mark ? (size_t)(mark - text.p) : text.n;
		struct word w;

		put_plain(slice_head(text, plain), out);
		text = slice_skip(text, plain);
		if (!text.n)
			break;
		if (parse_word(text, &w)) {
			text = slice_skip(text, put_run(text, w, &octets, out));
		} else {
			buf_put(out, S("=?"));
			text = slice_skip(text, 2);
		}
	}
	for (; from < out->n; from++)
		if (out->p[from] == '\r' || out->p[from] == '\n')
			out->p[from] = ' ';
	out->failed |= octets.failed;
	buf_free(&octets);
}

/* ASCII at the front of *text; false: there is none. */
static bool casemap_ascii(struct slice *text, struct buf *out)
{
	size_t n = 0;

	if (!buf_room(out, text->n))
		return false;
	for (; n < text->n && (unsigned char)text->p[n] < 0x80; n++) {
		char c = text->p[n];

		out->p[out->n++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	*text = slice_skip(*text, n);
	return n > 0;
}

void words_casemap(struct slice utf8, struct buf *out)
{
	while (utf8.n && !out->failed) {
		char first = utf8.p[0];
		utf8proc_int32_t parts[32], title;
		utf8proc_ssize_t n;
		uint32_t c;

		if (casemap_ascii(&utf8, out))
			continue;
		c = utf8_next(&utf8);
		if (c == 0xFFFD && first != '\xEF') {
			buf_byte(out, first);
			continue;
		}
		/* Unicode gives sharp s no simple titlecase, utf8proc does. */
		title = c == 0xDF ? (utf8proc_int32_t)c : utf8proc_totitle((utf8proc_int32_t)c);
		n = utf8proc_decompose_char(title, parts, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
		                            NULL);
		if (n < 0 || n > 32) {
			utf8_put(out, c);
			continue;
		}
		for (utf8proc_ssize_t i = 0; i < n; i++)
			utf8_put(out, (uint32_t)parts[i]);
	}
}
