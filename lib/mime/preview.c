#include "preview.h"

#include "charset.h"
#include "scan.h"

#define SEEN_MAX 131072 /* octets of a part in which its text must begin */
#define TEXT_MAX 1024   /* octets of text: enough for what is shown in any charset */
#define CHUNK    512    /* octets looked at together */

/* The HTML reader works on octets: all charsets of mail but UTF-16 and UTF-32 have tags in ASCII.
 */
enum {
	IN_TEXT,
	IN_TAG_NAME,
	IN_TAG,
	IN_QUOTES,  /* "..." in a tag */
	IN_QUOTE,   /* '...' in a tag */
	IN_COMMENT, /* <!-- ... -->; name holds the last two octets */
};

void preview_start(struct preview *p, enum mime_encoding encoding, bool html, struct slice charset)
{
	buf_clear(&p->raw);
	buf_clear(&p->text);
	*p = (struct preview){.raw = p->raw, .text = p->text, .html = html};
	p->decoder.encoding = encoding;
	p->wide = slice_istarts(charset, S("utf-16")) || slice_istarts(charset, S("utf-32"));
	p->full = html && p->wide;
	if (charset.n && charset.n <= sizeof(p->charset)) {
		memcpy(p->charset, charset.p, charset.n);
		p->charset_n = (uint32_t)charset.n;
	}
}

static struct slice tag_name(const struct preview *p)
{
	return (struct slice){p->name, p->name_n};
}

static bool is_one_of(struct slice name, const struct slice *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_ieq(name, list[i]))
			return true;
	return false;
}

/* A tag's name has ended: what is inside these is not shown, and most tags part words. */
static void begin_tag(struct preview *p)
{
	static const struct slice hidden[] = {S("style"), S("script"), S("title"), S("head")};
	static const struct slice inside_words[] = {S("b"),    S("i"),      S("u"),
	                                            S("a"),    S("em"),     S("span"),
	                                            S("font"), S("strong"), S("wbr")};
	struct slice name = tag_name(p);

	if (is_one_of(name, hidden, 4))
		p->skipping = !p->closing;
	else if (slice_ieq(name, S("body")))
		p->skipping = false;
	if (!is_one_of(name, inside_words, 9))
		buf_byte(&p->text, ' ');
}

static void tag_octet(struct preview *p, char c)
{
	if (p->state == IN_TAG_NAME) {
		if (c == '/' && !p->name_n && !p->closing) {
			p->closing = true;
			return;
		}
		if (c != '>' && c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '/') {
			if (p->name_n < sizeof(p->name))
				p->name[p->name_n++] = c;
			if (slice_eq(tag_name(p), S("!--"))) {
				p->state = IN_COMMENT;
				p->name_n = 0;
			}
			return;
		}
		begin_tag(p);
		p->state = IN_TAG;
	}
	if (c == '>')
		p->state = IN_TEXT;
	else if (c == '"')
		p->state = IN_QUOTES;
	else if (c == '\'')
		p->state = IN_QUOTE;
}

static void comment_octet(struct preview *p, char c)
{
	if (c == '>' && p->name_n >= 2)
		p->state = IN_TEXT;
	else if (c == '-')
		p->name_n += p->name_n < 2;
	else
		p->name_n = 0;
}

static void html_octet(struct preview *p, char c)
{
	switch (p->state) {
	case IN_TEXT:
		if (c == '<') {
			p->state = IN_TAG_NAME;
			p->name_n = 0;
			p->closing = false;
		} else if (!p->skipping) {
			buf_byte(&p->text, c);
		}
		break;
	case IN_COMMENT: comment_octet(p, c); break;
	case IN_QUOTES:
	case IN_QUOTE:
		if (c == (p->state == IN_QUOTES ? '"' : '\''))
			p->state = IN_TAG;
		break;
	default: tag_octet(p, c); break;
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

	for (size_t i = 0; p->html && i < raw.n; i++)
		html_octet(p, raw.p[i]);
	if (p->html) { /* what was just written is read again; it needs no more room */
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

/* The entities that plain sentences have; others stay as they stand. */
static const struct {
	struct slice name;
	uint32_t c;
} entities[] = {
	{S("amp"),    '&'   },
        {S("lt"),     '<'   },
        {S("gt"),     '>'   },
        {S("quot"),   '"'   },
	{S("apos"),   '\''  },
        {S("nbsp"),   0xA0  },
        {S("zwnj"),   0x200C},
        {S("zwj"),    0x200D},
	{S("shy"),    0xAD  },
        {S("ndash"),  0x2013},
        {S("mdash"),  0x2014},
        {S("lsquo"),  0x2018},
	{S("rsquo"),  0x2019},
        {S("ldquo"),  0x201C},
        {S("rdquo"),  0x201D},
        {S("bdquo"),  0x201E},
	{S("hellip"), 0x2026},
        {S("bull"),   0x2022},
        {S("euro"),   0x20AC},
        {S("copy"),   0xA9  },
	{S("reg"),    0xAE  },
        {S("trade"),  0x2122},
        {S("middot"), 0xB7  },
        {S("laquo"),  0xAB  },
	{S("raquo"),  0xBB  },
        {S("auml"),   0xE4  },
        {S("ouml"),   0xF6  },
        {S("uuml"),   0xFC  },
	{S("Auml"),   0xC4  },
        {S("Ouml"),   0xD6  },
        {S("Uuml"),   0xDC  },
        {S("szlig"),  0xDF  },
	{S("eacute"), 0xE9  },
        {S("egrave"), 0xE8  },
        {S("agrave"), 0xE0  },
        {S("ccedil"), 0xE7  },
};

/* "#8217" or "#x2019" */
static uint32_t numeric_entity(struct slice name)
{
	uint32_t c = 0, base = 10;

	name = slice_skip(name, 1);
	if (slice_istarts(name, S("x"))) {
		base = 16;
		name = slice_skip(name, 1);
	}
	for (size_t i = 0; i < name.n; i++) {
		char d = (char)(name.p[i] | 0x20);
		uint32_t v = d >= 'a' ? (uint32_t)(d - 'a') + 10
		                      : (uint32_t)(unsigned char)name.p[i] - '0';

		if (v >= base || c > 0x10FFFF)
			return 0;
		c = c * base + v;
	}
	return c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0 : c;
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
	uint32_t c = 0;

	if (!html || text->p[0] != '&')
		return one_char(text);
	rest = slice_head(slice_skip(*text, 1), 10);
	if (!slice_has(rest, ';'))
		return one_char(text);
	name = slice_cut(&rest, ';');
	if (slice_starts(name, S("#")))
		c = numeric_entity(name);
	for (size_t i = 0; !c && i < sizeof(entities) / sizeof(*entities); i++)
		if (slice_eq(name, entities[i].name))
			c = entities[i].c;
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
