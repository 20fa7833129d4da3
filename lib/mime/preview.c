#include "preview.h"

#include "charset.h"
#include "scan.h"

#define SEEN_MAX 131072 /* octets of a part in which its text must begin */
#define TEXT_MAX 1024   /* octets of text: enough for what is shown in any charset */
#define CHUNK    512    /* octets looked at together */

void preview_start(struct preview *p, enum mime_encoding encoding, bool html, struct slice charset)
{
	buf_clear(&p->raw);
	buf_clear(&p->text);
	*p = (struct preview){
		.raw = p->raw, .text = p->text, .html = html, .reader.body_only = true};
	p->decoder.encoding = encoding;
	p->wide = slice_istarts(charset, S("utf-16")) || slice_istarts(charset, S("utf-32"));
	p->full = html && p->wide;
	if (charset.n && charset.n <= sizeof(p->charset)) {
		memcpy(p->charset, charset.p, charset.n);
		p->charset_n = (uint32_t)charset.n;
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Space at the beginning, and more than one octet of it in a row, need not be kept. */
static void put_squeezed(struct buf *out, struct slice text)
{
	size_t n = out->n;

	if (!buf_room(out, text.n))
		return;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (is_space(c)) {
			if (!n || out->p[n - 1] == ' ')
				continue;
			c = ' ';
		}
		out->p[n++] = c;
	}
	out->n = n;
}

static void use(struct preview *p)
{
	struct slice raw = buf_slice(&p->raw);
	size_t from = p->text.n;

	if (p->html) { /* what is written is read again; it needs no more room */
		html_feed(&p->reader, raw, &p->text);
		raw = slice_skip(buf_slice(&p->text), from);
		p->text.n = from;
	}
	if (p->wide)
		buf_put(&p->text, raw);
	else
		put_squeezed(&p->text, raw);
	buf_clear(&p->raw);
	p->full |= p->text.n >= TEXT_MAX || p->seen >= SEEN_MAX || p->text.failed;
}

bool preview_feed(struct preview *p, struct slice body)
{
	while (body.n && !p->full) {
		/* Always cut at the same places: then the result does not depend on the pieces. */
		size_t n = CHUNK - p->seen % CHUNK;
		struct slice piece = slice_head(body, n);

		mime_decode(&p->decoder, piece, &p->raw);
		p->seen += piece.n;
		body = slice_skip(body, piece.n);
		if (p->seen % CHUNK == 0)
			use(p);
	}
	return !p->full;
}

static uint32_t one_char(struct slice *text)
{
	unsigned char first = (unsigned char)text->p[0];

	if (first > 127)
		return utf8_next(text);
	text->p++;
	text->n--;
	return first;
}

/* The character at the front of *text, an entity being one. */
static uint32_t next_char(struct slice *text, bool html)
{
	struct slice rest, name;
	uint32_t c;

	if (!html || text->p[0] != '&')
		return one_char(text);
	rest = slice_head(slice_skip(*text, 1), HTML_NAME_MAX + 1);
	if (!slice_has(rest, ';'))
		return one_char(text);
	name = slice_cut(&rest, ';');
	c = html_reference(name);
	if (!c)
		return utf8_next(text);
	*text = slice_skip(*text, name.n + 2);
	return c;
}

static bool blank(uint32_t c)
{
	if (c < 0x7F)
		return c <= ' ';
	return c <= 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202F || c == 0x3000;
}

/* Has no width, or turns the direction of what follows: nothing for one line in a list. */
static bool invisible(uint32_t c)
{
	return c == 0xAD || c == 0x34F || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

static void put_line(struct slice text, bool html, struct buf *out)
{
	size_t chars = 0;
	bool gap = false;

	if (!buf_room(out, 4UL * MIME_PREVIEW_CHARS))
		return;
	while (text.n && chars < MIME_PREVIEW_CHARS) {
		uint32_t c = next_char(&text, html);

		if (blank(c)) {
			gap = chars > 0;
			continue;
		}
		if (c > 127 && invisible(c))
			continue;
		if (gap && chars + 1 == MIME_PREVIEW_CHARS)
			return;
		if (gap)
			out->p[out->n++] = ' ';
		if (c < 128)
			out->p[out->n++] = (char)c;
		else
			utf8_put(out, c);
		chars += gap + 1U;
		gap = false;
	}
}

void preview_end(struct preview *p, struct buf *out)
{
	struct slice charset = {p->charset, p->charset_n}, text;
	struct buf utf8 = {0};

	if (!p->full) {
		mime_decode_end(&p->decoder, &p->raw);
		use(p);
	}
	text = buf_slice(&p->text);
	/* Undeclared 8-bit text that is not UTF-8 is most likely from the west of Europe. */
	if ((!charset.n || slice_ieq(charset, S("us-ascii"))) &&
	    !utf8_valid(slice_head(text, utf8_cut(text, text.n > 4 ? text.n - 4 : text.n))))
		charset = S("windows-1252");
	(void)charset_to_utf8(charset, text, &utf8);
	if (p->full && slice_ends(buf_slice(&utf8), S("\xEF\xBF\xBD"))) /* cut in a character */
		utf8.n -= 3;
	put_line(buf_slice(&utf8), p->html, out);
	out->failed |= utf8.failed || p->text.failed || p->raw.failed;
	buf_free(&utf8);
}

void preview_free(struct preview *p)
{
	buf_free(&p->raw);
	buf_free(&p->text);
}
