#include "html_names.h"

#include "charset.h"

enum state {
	IN_TEXT,
	IN_REFERENCE, /* behind '&' */
	IN_OPEN,      /* behind '<' */
	IN_CLOSE,     /* behind "</" */
	IN_MARKUP,    /* behind "<!", and a '-' if dashes is 1 */
	IN_COMMENT,   /* ends at "-->" */
	IN_BOGUS,     /* ends at '>' */
	IN_TAG_NAME,
	IN_TAG,
	BEFORE_VALUE, /* behind '=' */
	IN_VALUE,
	IN_QUOTES, /* "..." */
	IN_QUOTE,  /* '...' */
	IN_RAW,    /* in style or script: ends at its closing tag alone */
};

enum skipping { IN_HEAD = 1 << 0, IN_TITLE = 1 << 1 };

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool is_letter(char c)
{
	c = lower(c);
	return c >= 'a' && c <= 'z';
}

static struct slice name_of(const struct html_reader *r)
{
	return (struct slice){r->name, r->name_n};
}

static void add_to_name(struct html_reader *r, char c)
{
	if (r->name_n < HTML_NAME_MAX)
		r->name[r->name_n] = c;
	if (r->name_n <= HTML_NAME_MAX)
		r->name_n++;
}

static void put(struct html_reader *r, char c, struct buf *out)
{
	bool space = r->plain && is_space(c);

	if (r->skipping || (space && r->space))
		return;
	r->space = space;
	if (space)
		c = ' ';
	buf_byte(out, c);
}

static void put_all(struct html_reader *r, struct slice text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++)
		put(r, text.p[i], out);
}

/* ---- tags ---- */

static void skip(struct html_reader *r, uint8_t what)
{
	if (r->closing)
		r->skipping &= (uint8_t)~what;
	else
		r->skipping |= what;
}

static void end_name(struct html_reader *r, struct buf *out)
{
	uint32_t kind = r->name_n > HTML_NAME_MAX ? HTML_PARTS_WORDS : html_tag(name_of(r));

	r->raw = kind == HTML_RAW && !r->closing;
	if (r->body_only && (kind == HTML_HEAD || kind == HTML_TITLE))
		skip(r, kind == HTML_HEAD ? IN_HEAD : IN_TITLE);
	else if (kind == HTML_BODY)
		r->skipping = 0;
	if (kind != HTML_INSIDE_WORDS)
		put(r, ' ', out);
}

/* The '>' of a tag. */
static void end_tag(struct html_reader *r)
{
	r->state = r->raw ? IN_RAW : IN_TEXT;
	r->matched = 0;
}

static void in_tag_name(struct html_reader *r, char c, struct buf *out)
{
	if (!is_space(c) && c != '/' && c != '>') {
		add_to_name(r, lower(c));
		return;
	}
	end_name(r, out);
	if (c == '>')
		end_tag(r);
	else
		r->state = IN_TAG;
}

static void in_tag(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	if (c == '>')
		end_tag(r);
	else if (c == '=')
		r->state = BEFORE_VALUE;
}

static void in_value(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	if (c == '>')
		end_tag(r);
	else if (is_space(c))
		r->state = IN_TAG;
}

static void before_value(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	if (c == '>')
		end_tag(r);
	else if (!is_space(c))
		r->state = c == '"' ? IN_QUOTES : c == '\'' ? IN_QUOTE : IN_VALUE;
}

static void in_quotes(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	if (c == (r->state == IN_QUOTES ? '"' : '\''))
		r->state = IN_TAG;
}

/* "</style" and what ends a name. */
static void in_raw(struct html_reader *r, char c, struct buf *out)
{
	char want = '\0';

	if (r->matched == 2 + r->name_n && (is_space(c) || c == '/' || c == '>')) {
		r->raw = false;
		r->state = IN_TAG;
		in_tag(r, c, out);
		return;
	}
	if (r->matched < 2)
		want = "</"[r->matched];
	else if (r->matched < 2 + r->name_n)
		want = r->name[r->matched - 2];
	if (want && lower(c) == want)
		r->matched++;
	else
		r->matched = c == '<';
}

/* ---- comments ---- */

static void in_markup(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	if (c == '-' && ++r->dashes == 2)
		r->state = IN_COMMENT;
	else if (c != '-')
		r->state = c == '>' ? IN_TEXT : IN_BOGUS;
}

static void in_comment(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	if (c == '>' && r->dashes == 2)
		r->state = IN_TEXT;
	else if (c == '-')
		r->dashes += r->dashes < 2;
	else if (c != '!' || r->dashes < 2) /* "--!>" is an end, too */
		r->dashes = 0;
}

static void in_bogus(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	if (c == '>')
		r->state = IN_TEXT;
}

/* ---- text ---- */

static void in_text(struct html_reader *r, char c, struct buf *out)
{
	if (c == '<')
		r->state = IN_OPEN;
	else if (c == '&' && r->plain)
		r->state = IN_REFERENCE;
	else
		put(r, c, out);
	r->name_n = 0;
}

/* What began with '<' or '&' and is nothing: text, and c is looked at again. */
static void is_text(struct html_reader *r, char begin, char c, struct buf *out)
{
	put(r, begin, out);
	put_all(r, name_of(r), out);
	r->state = IN_TEXT;
	in_text(r, c, out);
}

static void in_reference(struct html_reader *r, char c, struct buf *out)
{
	uint32_t meant;

	if (r->name_n < HTML_NAME_MAX && (is_letter(c) || (c >= '0' && c <= '9') || c == '#')) {
		add_to_name(r, c);
		return;
	}
	meant = c == ';' ? html_reference(name_of(r)) : 0;
	if (!meant) {
		is_text(r, '&', c, out);
		return;
	}
	r->state = IN_TEXT;
	if (meant == 0xA0) /* a space that breaks no line */
		meant = ' ';
	if (meant < 0x80) {
		put(r, (char)meant, out);
	} else if (!r->skipping) {
		r->space = false;
		utf8_put(out, meant);
	}
}

static void in_open(struct html_reader *r, char c, struct buf *out)
{
	r->closing = false;
	r->dashes = 0;
	if (is_letter(c)) {
		r->state = IN_TAG_NAME;
		add_to_name(r, lower(c));
	} else if (c == '/') {
		r->state = IN_CLOSE;
	} else if (c == '!') {
		r->state = IN_MARKUP;
	} else if (c == '?') {
		r->state = IN_BOGUS;
	} else {
		is_text(r, '<', c, out);
	}
}

static void in_close(struct html_reader *r, char c, struct buf *out)
{
	(void)out;
	r->closing = true;
	if (is_letter(c)) {
		r->state = IN_TAG_NAME;
		add_to_name(r, lower(c));
	} else {
		r->state = c == '>' ? IN_TEXT : IN_BOGUS;
	}
}

static void (*const states[])(struct html_reader *r, char c, struct buf *out) = {
	[IN_TEXT] = in_text,     [IN_REFERENCE] = in_reference,
	[IN_OPEN] = in_open,     [IN_CLOSE] = in_close,
	[IN_MARKUP] = in_markup, [IN_COMMENT] = in_comment,
	[IN_BOGUS] = in_bogus,   [IN_TAG_NAME] = in_tag_name,
	[IN_TAG] = in_tag,       [BEFORE_VALUE] = before_value,
	[IN_VALUE] = in_value,   [IN_QUOTES] = in_quotes,
	[IN_QUOTE] = in_quotes,  [IN_RAW] = in_raw,
};

/* How many octets are text that stands for itself. */
static size_t text_run(const struct html_reader *r, struct slice in)
{
	size_t n = 0;

	for (; n < in.n && in.p[n] != '<'; n++)
		if (r->plain && (in.p[n] == '&' || (is_space(in.p[n]) &&
		                                    (in.p[n] != ' ' || n + 1 == in.n ||
		                                     is_space(in.p[n + 1]) || (!n && r->space)))))
			break;
	return n;
}

static size_t before_any(struct slice in, const char *ends)
{
	size_t n = 0;

	while (n < in.n && in.p[n] != ends[0] && in.p[n] != ends[1])
		n++;
	return n;
}

/* How many octets change nothing, and are not shown. */
static size_t hidden_run(const struct html_reader *r, struct slice in)
{
	static const char ends[][2] = {
		[IN_COMMENT] = "->",  [IN_BOGUS] = ">>",   [IN_TAG] = "=>",
		[IN_QUOTES] = "\"\"", [IN_QUOTE] = "\'\'", [IN_RAW] = "<<",
	};
	bool runs = r->state < sizeof(ends) / sizeof(*ends) && ends[r->state][0];

	return runs && !r->dashes && !r->matched ? before_any(in, ends[r->state]) : 0;
}

void html_feed(struct html_reader *r, struct slice in, struct buf *out)
{
	while (in.n) {
		bool shown = r->state == IN_TEXT && !r->skipping;
		size_t n = shown ? text_run(r, in) : hidden_run(r, in);

		if (!n) {
			states[r->state](r, in.p[0], out);
			n = 1;
		} else if (shown) {
			buf_put(out, slice_head(in, n));
			r->space = r->plain && is_space(in.p[n - 1]);
		}
		in = slice_skip(in, n);
	}
}

void html_end(struct html_reader *r, struct buf *out)
{
	if (r->state == IN_REFERENCE || r->state == IN_OPEN) {
		put(r, r->state == IN_OPEN ? '<' : '&', out);
		put_all(r, name_of(r), out);
	}
	r->state = IN_TEXT;
}
