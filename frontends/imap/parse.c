#include "parse.h"

#include "mime/charset.h"

#include <string.h>

bool parse_fail(struct parser *p, struct slice why)
{
	if (!p->error.n)
		p->error = why;
	return false;
}

/* RFC 3501 section 9: ATOM-CHAR is any CHAR but atom-specials. */
static bool is_atom_char(char c)
{
	return c > 0x20 && c < 0x7f && !strchr("(){%*\"\\]", c);
}

bool is_atom(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_atom_char(s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_astring_char(char c)
{
	return is_atom_char(c) || c == ']';
}

static bool is_list_char(char c)
{
	return is_astring_char(c) || c == '%' || c == '*';
}

static bool is_tag_char(char c)
{
	return is_astring_char(c) && c != '+';
}

static bool is_set_char(char c)
{
	return (c >= '0' && c <= '9') || c == ':' || c == ',' || c == '*' || c == '$';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct slice take(struct parser *p, bool (*is)(char))
{
	size_t n = 0;
	struct slice s;

	while (n < p->in.n && is(p->in.p[n]))
		n++;
	s = slice_head(p->in, n);
	p->in = slice_skip(p->in, n);
	return s;
}

static bool take_some(struct parser *p, bool (*is)(char), struct slice *out, struct slice why)
{
	*out = take(p, is);
	return out->n || parse_fail(p, why);
}

bool parse_peek(const struct parser *p, char c)
{
	return p->in.n && p->in.p[0] == c;
}

bool parse_char(struct parser *p, char c)
{
	if (!parse_peek(p, c))
		return parse_fail(p, c == ')'   ? S("Missing ')'")
		                     : c == '(' ? S("Missing '('")
		                                : S("Unexpected character"));
	p->in = slice_skip(p->in, 1);
	return true;
}

bool parse_space(struct parser *p)
{
	if (!parse_peek(p, ' '))
		return parse_fail(p, p->in.n ? S("Missing space") : S("Missing argument"));
	p->in = slice_skip(p->in, 1);
	return true;
}

bool parse_end(struct parser *p)
{
	return !p->in.n || parse_fail(p, S("Too many arguments"));
}

bool parse_word(struct parser *p, struct slice word)
{
	struct slice rest = slice_skip(p->in, word.n);

	if (!slice_istarts(p->in, word) || (rest.n && is_atom_char(rest.p[0])))
		return false;
	p->in = rest;
	return true;
}

bool parse_tag(struct parser *p, struct slice *out)
{
	return take_some(p, is_tag_char, out, S("Missing tag"));
}

bool parse_atom(struct parser *p, struct slice *out)
{
	return take_some(p, is_atom_char, out, S("Missing atom"));
}

bool parse_set(struct parser *p, struct slice *out)
{
	return take_some(p, is_set_char, out, S("Missing message set"));
}

bool parse_number(struct parser *p, uint64_t max, uint64_t *out)
{
	struct slice digits = take(p, is_digit);

	return slice_number(digits, max, out) || parse_fail(p, S("Not a number, or too large"));
}

/* RFC 3501: quoted. Text of eight bits is taken too; who uses it decides. */
static bool parse_quoted(struct parser *p, struct slice *out)
{
	char *start = (char *)p->in.p + 1, *to = start;
	size_t left = p->in.n - 1;

	for (char *at = start; left; at++, left--) {
		char c = *at;

		if (c == '"') {
			*out = (struct slice){start, (size_t)(to - start)};
			p->in = (struct slice){at + 1, left - 1};
			return !p->utf8 || utf8_valid(*out) || parse_fail(p, S("Not UTF-8"));
		}
		if (c == '\\') {
			if (left < 2 || (at[1] != '"' && at[1] != '\\'))
				return parse_fail(p, S("Bad escape in a quoted string"));
			c = *++at;
			left--;
		} else if (!c || c == '\r' || c == '\n') {
			return parse_fail(p, S("Bad character in a quoted string"));
		}
		*to++ = c;
	}
	return parse_fail(p, S("Quoted string without end"));
}

static bool parse_literal(struct parser *p, struct slice *out)
{
	uint64_t n;

	p->in = slice_skip(p->in, 1);
	if (!parse_number(p, UINT32_MAX, &n))
		return false;
	if (parse_peek(p, '+'))
		p->in = slice_skip(p->in, 1);
	if (!slice_starts(p->in, S("}\r\n")) || p->in.n - 3 < n)
		return parse_fail(p, S("Bad literal"));
	*out = slice_head(slice_skip(p->in, 3), n);
	p->in = slice_skip(p->in, 3 + n);
	return !slice_has(*out, 0) || parse_fail(p, S("NUL in a literal"));
}

bool parse_string(struct parser *p, struct slice *out)
{
	if (parse_peek(p, '"'))
		return parse_quoted(p, out);
	if (parse_peek(p, '{'))
		return parse_literal(p, out);
	return parse_fail(p, S("Missing string"));
}

static bool string_or(struct parser *p, bool (*is)(char), struct slice *out)
{
	if (parse_peek(p, '"') || parse_peek(p, '{'))
		return parse_string(p, out);
	return take_some(p, is, out, p->in.n ? S("Bad string") : S("Missing argument"));
}

bool parse_astring(struct parser *p, struct slice *out)
{
	return string_or(p, is_astring_char, out);
}

bool parse_list_mailbox(struct parser *p, struct slice *out)
{
	return string_or(p, is_list_char, out);
}

bool parse_nstring(struct parser *p, struct slice *out)
{
	*out = (struct slice){0};
	return parse_word(p, S("NIL")) || parse_string(p, out);
}

/* Whether the line's end stands outside of quotes. */
static bool quotes_closed(struct slice line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"')
			quoted = !quoted;
		else if (quoted && line.p[i] == '\\')
			i++;
	}
	return !quoted;
}

bool parse_literal_end(struct slice line, uint64_t *octets, bool *sync)
{
	size_t at = line.n;
	struct slice digits;

	if (!slice_ends(line, S("}")))
		return false;
	while (at && line.p[at - 1] != '{')
		at--;
	digits = (struct slice){line.p + at, line.n - at - 1};
	*sync = !slice_ends(digits, S("+"));
	if (!*sync)
		digits.n--;
	if (!at || !digits.n || !quotes_closed(slice_head(line, at - 1)))
		return false;
	for (size_t i = 0; i < digits.n; i++)
		if (!is_digit(digits.p[i]))
			return false;
	if (!slice_number(digits, INT64_MAX, octets))
		*octets = UINT64_MAX;
	return true;
}
