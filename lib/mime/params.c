#include "header.h"

#include "charset.h"
#include "words.h"

#include "base/cfws.h"

/* What one value is cut into: RFC 2045 5.1, RFC 2231. */

/* Up to one of `ends`, a space or a comment. */
static struct slice take_token(struct slice *s, const char *ends)
{
	size_t n = 0;
	struct slice token;

	while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t' && s->p[n] != '(' &&
	       (!s->p[n] || !strchr(ends, s->p[n])))
		n++;
	token = slice_head(*s, n);
	*s = slice_skip(*s, n);
	return token;
}

/* A quoted string, its quotes and escapes removed; s stands on the opening quote. Points into the
 * value if there was no escape. */
static struct slice take_quoted(struct slice *s, struct buf *scratch)
{
	size_t n = 1, from = scratch->n;
	bool escaped = false;
	struct slice inner;

	for (; n < s->n && s->p[n] != '"'; n++)
		if (s->p[n] == '\\') {
			escaped = true;
			n++;
		}
	if (n > s->n) /* the last octet was a backslash */
		n = s->n;
	inner = (struct slice){s->p + 1, n - 1};
	*s = slice_skip(*s, n + 1);
	if (!escaped)
		return inner;
	for (size_t i = 0; i < inner.n; i++) {
		if (inner.p[i] == '\\' && i + 1 < inner.n)
			i++;
		buf_byte(scratch, inner.p[i]);
	}
	return (struct slice){scratch->p + from, scratch->n - from};
}

/* The token before the first ';', also one with spaces round its slash: "text / plain". */
static struct slice take_main(struct slice *s, struct buf *scratch)
{
	struct slice token, next;

	cfws_skip(s);
	token = take_token(s, ";");
	cfws_skip(s);
	while (s->n && s->p[0] != ';' && (s->p[0] == '/' || slice_ends(token, S("/")))) {
		size_t from = scratch->n;

		next = take_token(s, ";");
		buf_put(scratch, token);
		buf_put(scratch, next);
		token = (struct slice){scratch->p + from, scratch->n - from};
		cfws_skip(s);
	}
	return token;
}

/* One "name = value" from s; false: there is none before the next ';'. */
static bool take_param(struct slice *s, struct header_param *p, struct buf *scratch)
{
	cfws_skip(s);
	p->name = take_token(s, ";=");
	cfws_skip(s);
	if (!s->n || s->p[0] != '=')
		return false;
	*s = slice_skip(*s, 1);
	cfws_skip(s);
	p->value = s->n && s->p[0] == '"' ? take_quoted(s, scratch) : take_token(s, ";");
	return p->name.n > 0;
}

/* What stands behind a value up to the next ';' is skipped, quotes respected. */
static void skip_junk(struct slice *s, struct buf *scratch)
{
	cfws_skip(s);
	while (s->n && s->p[0] != ';') {
		size_t keep = scratch->n;

		if (s->p[0] == '"') {
			take_quoted(s, scratch);
			scratch->n = keep;
		} else if (!take_token(s, ";\"").n) {
			*s = slice_skip(*s, 1);
		}
		cfws_skip(s);
	}
}

/* A name of RFC 2231 3: base*number or base*number*. */
struct piece {
	struct slice base;
	uint64_t number;
	bool numbered, extended;
};

static struct piece piece_of(struct slice name)
{
	struct piece p = {.base = name};
	struct slice rest = name, base = slice_cut(&rest, '*');

	if (!base.n || base.n + 1 >= name.n)
		return p;
	if (slice_ends(rest, S("*"))) {
		p.extended = true;
		rest.n--;
	}
	/* "01" is no number of a piece. */
	if (!slice_number(rest, 9999, &p.number) || (rest.n > 1 && rest.p[0] == '0'))
		return p;
	p.base = base;
	p.numbered = true;
	return p;
}

static void put_escaped(struct slice value, struct buf *out)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '%')
			buf_put(out, S("%25"));
		else
			buf_byte(out, value.p[i]);
}

#define CAP 64

struct run { /* the pieces 0.. of one parameter: their places in the table */
	size_t at[CAP];
	size_t n;
	bool extended;
};

static bool next_piece(const struct header_param *params, const struct piece *pieces, size_t n,
                       struct slice base, struct run *run)
{
	for (size_t i = 0; i < n; i++) {
		if (!pieces[i].numbered || pieces[i].number != run->n || !params[i].name.n ||
		    !slice_ieq(pieces[i].base, base))
			continue;
		run->extended |= pieces[i].extended;
		run->at[run->n++] = i;
		return true;
	}
	return false;
}

/* Joins a run into its first entry and marks the others as gone (no name). */
static void join_run(struct header_param *params, const struct piece *pieces, const struct run *run,
                     struct buf *scratch)
{
	struct header_param *first = &params[run->at[0]];
	size_t from = scratch->n, name_from;

	for (size_t k = 0; k < run->n; k++) {
		struct header_param *p = &params[run->at[k]];

		if (run->extended && !pieces[run->at[k]].extended)
			put_escaped(p->value, scratch);
		else
			buf_put(scratch, p->value);
		if (k)
			p->name = (struct slice){0};
	}
	first->value = (struct slice){scratch->p + from, scratch->n - from};
	first->name = pieces[run->at[0]].base;
	if (!run->extended)
		return;
	name_from = scratch->n;
	buf_put(scratch, first->name);
	buf_byte(scratch, '*');
	first->name = (struct slice){scratch->p + name_from, scratch->n - name_from};
}

static size_t join(struct header_param *params, size_t n, struct buf *scratch)
{
	struct piece pieces[CAP];
	size_t kept = 0;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		pieces[i] = piece_of(params[i].name);
		any |= pieces[i].numbered;
	}
	if (!any)
		return n;
	for (size_t i = 0; i < n; i++) {
		struct run run = {0};

		if (!pieces[i].numbered || pieces[i].number || !params[i].name.n)
			continue;
		while (run.n < n && next_piece(params, pieces, n, pieces[i].base, &run))
			;
		join_run(params, pieces, &run, scratch);
		for (size_t k = 0; k < run.n; k++)
			pieces[run.at[k]].numbered = false;
	}
	for (size_t i = 0; i < n; i++)
		if (params[i].name.n)
			params[kept++] = params[i];
	return kept;
}

size_t header_params(struct slice value, struct slice *token, struct header_param *params,
                     size_t cap, struct buf *scratch)
{
	size_t n = 0;

	*token = (struct slice){0};
	if (cap > CAP)
		cap = CAP;
	buf_clear(scratch);
	/* Slices into scratch: it must not move. Joining copies a value at most once, tripled by
	 * escapes, and each name. */
	if (!buf_room(scratch, 6 * value.n + (size_t)2 * CAP))
		return 0;
	*token = take_main(&value, scratch);
	while (value.n && n < cap) {
		if (value.p[0] == ';') /* some forget it behind the token */
			value = slice_skip(value, 1);
		if (take_param(&value, &params[n], scratch))
			n++;
		skip_junk(&value, scratch);
	}
	return join(params, n, scratch);
}

static const struct header_param *find_param(const struct header_param *params, size_t n,
                                             struct slice name, bool extended)
{
	for (size_t i = 0; i < n; i++)
		if (params[i].name.n == name.n + extended && slice_istarts(params[i].name, name) &&
		    (!extended || slice_ends(params[i].name, S("*"))))
			return &params[i];
	return NULL;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* charset'language'text%20with%20escapes (RFC 2231 4). */
static void put_extended(struct slice value, struct buf *out)
{
	struct slice rest = value, charset = slice_cut(&rest, '\'');
	struct buf octets = {0};

	if (slice_has(rest, '\''))
		slice_cut(&rest, '\'');
	else {
		charset = (struct slice){0};
		rest = value;
	}
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] == '%' && rest.n - i > 2 && hex(rest.p[i + 1]) >= 0 &&
		    hex(rest.p[i + 2]) >= 0) {
			buf_byte(&octets, (char)(hex(rest.p[i + 1]) << 4 | hex(rest.p[i + 2])));
			i += 2;
		} else {
			buf_byte(&octets, rest.p[i]);
		}
	}
	charset_to_utf8(charset, buf_slice(&octets), out);
	out->failed |= octets.failed;
	buf_free(&octets);
}

void header_param_decode(const struct header_param *param, struct slice *name, struct buf *out)
{
	bool extended = param->name.n > 1 && slice_ends(param->name, S("*"));

	*name = slice_head(param->name, param->name.n - extended);
	if (extended)
		put_extended(param->value, out);
	else
		words_decode(param->value, out);
}

bool header_param_text(const struct header_param *params, size_t n, struct slice name,
                       struct buf *out)
{
	const struct header_param *p = find_param(params, n, name, true);

	if (!p)
		p = find_param(params, n, name, false);
	if (p)
		header_param_decode(p, &name, out);
	return p != NULL;
}
