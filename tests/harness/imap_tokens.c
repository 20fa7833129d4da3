#include "imap_grammar.h"

#include "mime/charset.h"

#include <string.h>

/* The smallest pieces of the grammar. */

#define ID_MAX 255 /* RFC 8474 section 7 */

bool grammar_fail(struct grammar *g, const char *why)
{
	if (!g->why)
		g->why = why;
	return false;
}

bool grammar_peek(const struct grammar *g, char c)
{
	return g->in.n && g->in.p[0] == c;
}

bool grammar_word(struct grammar *g, const char *word)
{
	struct slice w = slice_str(word);

	if (!slice_starts(g->in, w))
		return false;
	g->in = slice_skip(g->in, w.n);
	return true;
}

bool grammar_char(struct grammar *g, char c)
{
	static const char *const missing[128] = {
		['('] = "no '('", [')'] = "no ')'",  ['['] = "no '['",
		[']'] = "no ']'", ['"'] = "no '\"'",
	};

	if (grammar_peek(g, c)) {
		g->in = slice_skip(g->in, 1);
		return true;
	}
	return grammar_fail(g, missing[(unsigned)c] ? missing[(unsigned)c] : "another character");
}

bool grammar_space(struct grammar *g)
{
	if (!grammar_peek(g, ' '))
		return grammar_fail(g, "no space");
	g->in = slice_skip(g->in, 1);
	return true;
}

bool grammar_end(struct grammar *g)
{
	return !g->in.n || grammar_fail(g, "more than there should be");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 3501 section 9, ATOM-CHAR. */
static bool is_atom_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("(){%*\"\\]", c);
}

static bool is_astring_char(char c)
{
	return is_atom_char(c) || c == ']';
}

static bool is_tag_char(char c)
{
	return is_astring_char(c) && c != '+';
}

static struct slice take(struct grammar *g, bool (*is)(char))
{
	size_t n = 0;
	struct slice s;

	while (n < g->in.n && is(g->in.p[n]))
		n++;
	s = slice_head(g->in, n);
	g->in = slice_skip(g->in, n);
	return s;
}

bool grammar_number(struct grammar *g, uint64_t *out)
{
	struct slice digits = take(g, is_digit);

	if (digits.n > 1 && digits.p[0] == '0')
		return grammar_fail(g, "a number that begins with 0");
	return slice_number(digits, INT64_MAX, out) || grammar_fail(g, "no number");
}

bool grammar_positive(struct grammar *g, uint32_t *out)
{
	uint64_t v;

	if (!grammar_number(g, &v))
		return false;
	*out = (uint32_t)v;
	return (v && v <= UINT32_MAX) || grammar_fail(g, "0, or more than 32 bits");
}

bool grammar_range(struct grammar *g, uint32_t *first, uint32_t *last)
{
	if (!grammar_positive(g, first))
		return false;
	*last = *first;
	if (grammar_word(g, ":") && !grammar_positive(g, last))
		return false;
	return *first <= *last || grammar_fail(g, "a range that goes back");
}

bool grammar_set(struct grammar *g)
{
	uint32_t first, last;

	do {
		if (!grammar_range(g, &first, &last))
			return false;
	} while (grammar_word(g, ","));
	return true;
}

static bool some(struct grammar *g, bool (*is)(char), struct slice *out, const char *why)
{
	*out = take(g, is);
	return out->n || grammar_fail(g, why);
}

bool grammar_atom(struct grammar *g, struct slice *out)
{
	return some(g, is_atom_char, out, "no atom");
}

bool grammar_tag(struct grammar *g, struct slice *out)
{
	return some(g, is_tag_char, out, "no tag");
}

static bool quoted(struct grammar *g)
{
	struct slice all;
	size_t i = 1;

	for (; i < g->in.n && g->in.p[i] != '"'; i++) {
		unsigned char c = (unsigned char)g->in.p[i];

		if (c == '\\' && (++i == g->in.n || !strchr("\"\\", g->in.p[i])))
			return grammar_fail(g, "a bad escape in a quoted string");
		if (c < ' ' || c == 0x7f)
			return grammar_fail(g, "a control in a quoted string");
		if (c > 0x7f && !g->utf8)
			return grammar_fail(g, "eight bits in a quoted string");
	}
	if (i >= g->in.n)
		return grammar_fail(g, "a quoted string without end");
	all = slice_head(g->in, i);
	g->in = slice_skip(g->in, i + 1);
	return utf8_valid(all) || grammar_fail(g, "a quoted string that is no UTF-8");
}

static bool literal(struct grammar *g)
{
	uint64_t n;

	g->in = slice_skip(g->in, 1);
	if (!grammar_number(g, &n))
		return false;
	if (!grammar_word(g, "}\r\n") || n > g->in.n)
		return grammar_fail(g, "a bad literal");
	g->in = slice_skip(g->in, n);
	return true;
}

bool grammar_string(struct grammar *g)
{
	if (grammar_peek(g, '"'))
		return quoted(g);
	return grammar_peek(g, '{') ? literal(g) : grammar_fail(g, "no string");
}

bool grammar_nstring(struct grammar *g)
{
	return grammar_word(g, "NIL") || grammar_string(g);
}

bool grammar_octets(struct grammar *g)
{
	if (!grammar_peek(g, '~'))
		return grammar_nstring(g);
	g->in = slice_skip(g->in, 1);
	return grammar_peek(g, '{') ? literal(g) : grammar_fail(g, "no literal8");
}

bool grammar_astring(struct grammar *g)
{
	struct slice s;

	if (grammar_peek(g, '"') || grammar_peek(g, '{'))
		return grammar_string(g);
	if (!some(g, is_astring_char, &s, "no astring"))
		return false;
	return !slice_ieq(s, S("NIL")) || grammar_fail(g, "NIL for a name");
}

static bool flag(struct grammar *g)
{
	struct slice name;

	return grammar_word(g, "\\*") || (grammar_word(g, "\\"), grammar_atom(g, &name));
}

bool grammar_flags(struct grammar *g)
{
	return grammar_list(g, flag, 0);
}

static bool is_id_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
	       c == '_';
}

bool grammar_objectid(struct grammar *g)
{
	struct slice id;

	return some(g, is_id_char, &id, "no object identifier") &&
	       (id.n <= ID_MAX || grammar_fail(g, "a long object identifier"));
}

bool grammar_list(struct grammar *g, bool (*item)(struct grammar *), unsigned least)
{
	unsigned n = 0;

	if (!grammar_char(g, '('))
		return false;
	if (!least && grammar_word(g, ")"))
		return true;
	do {
		if ((n && !grammar_space(g)) || !item(g))
			return false;
		n++;
	} while (!grammar_peek(g, ')') && !g->why);
	return grammar_char(g, ')') && (n >= least || grammar_fail(g, "a list that is too short"));
}

bool grammar_nothing(struct grammar *g)
{
	(void)g;
	return true;
}

bool grammar_spaced(struct grammar *g, bool (*item)(struct grammar *))
{
	while (grammar_word(g, " "))
		if (!item(g))
			return false;
	return true;
}

static bool atom(struct grammar *g)
{
	struct slice s;

	return grammar_atom(g, &s);
}

bool grammar_words(struct grammar *g)
{
	return grammar_spaced(g, atom);
}

bool grammar_sp_number(struct grammar *g)
{
	uint64_t v;

	return grammar_space(g) && grammar_number(g, &v);
}

bool grammar_sp_positive(struct grammar *g)
{
	uint32_t v;

	return grammar_space(g) && grammar_positive(g, &v);
}

bool grammar_sp_modseq(struct grammar *g)
{
	uint64_t v;

	return grammar_space(g) && grammar_number(g, &v) && (v || grammar_fail(g, "a modseq of 0"));
}

bool grammar_sp_flags(struct grammar *g)
{
	return grammar_space(g) && grammar_flags(g);
}

bool grammar_sp_set(struct grammar *g)
{
	return grammar_space(g) && grammar_set(g);
}
