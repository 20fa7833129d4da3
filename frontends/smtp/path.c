#include "path.h"

#include "mime/charset.h"

#include <string.h>

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_high(char c)
{
	return (unsigned char)c >= 0x80;
}

/* RFC 5322 3.2.3. */
static bool is_atext(char c)
{
	return is_alnum(c) || is_high(c) || slice_has(S("!#$%&'*+-/=?^_`{|}~"), c);
}

bool path_is_atom(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_high(s.p[i]) || !is_atext(s.p[i]))
			return false;
	return s.n;
}

static bool is_label(struct slice s, bool utf8)
{
	if (!s.n || s.n > (utf8 ? 252U : 63U) || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' &&
		    !(utf8 && is_high(s.p[i])))
			return false;
	return true;
}

bool path_is_domain(struct slice s, bool utf8)
{
	if (!s.n || s.n > PATH_DOMAIN_MAX || s.p[s.n - 1] == '.')
		return false;
	while (s.n)
		if (!is_label(slice_cut(&s, '.'), utf8))
			return false;
	return true;
}

bool path_is_literal(struct slice s)
{
	if (s.n < 3 || s.n > PATH_DOMAIN_MAX || s.p[0] != '[' || s.p[s.n - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) /* dcontent */
		if (s.p[i] < 33 || s.p[i] > 126 || slice_has(S("[\\]"), s.p[i]))
			return false;
	return true;
}

/* A local part as it is built up: more than fits is remembered as too long. */
struct local {
	char p[PATH_LOCAL_MAX];
	size_t n;
	bool too_long;
};

static void add(struct local *l, char c)
{
	if (l->n == sizeof(l->p))
		l->too_long = true;
	else
		l->p[l->n++] = c;
}

static bool is_dot_string(struct slice s)
{
	bool begin = true; /* of an atom */

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '.' && !is_atext(s.p[i]))
			return false;
		if (s.p[i] == '.' && begin)
			return false;
		begin = s.p[i] == '.';
	}
	return !begin;
}

static bool take_dot_string(struct slice *in, struct local *out)
{
	struct slice all = *in;

	while (in->n && (is_atext(*in->p) || *in->p == '.')) {
		add(out, *in->p);
		*in = slice_skip(*in, 1);
	}
	return is_dot_string(slice_head(all, all.n - in->n));
}

/* The content of a quoted string, without its quotes and backslashes. An empty one is refused. */
static bool take_quoted(struct slice *in, struct local *out)
{
	*in = slice_skip(*in, 1);
	while (in->n && *in->p != '"') {
		if (*in->p == '\\')
			*in = slice_skip(*in, 1);
		if (!in->n || (!is_high(*in->p) && (*in->p < 32 || *in->p > 126)))
			return false;
		add(out, *in->p);
		*in = slice_skip(*in, 1);
	}
	if (!in->n || !out->n)
		return false;
	*in = slice_skip(*in, 1);
	return true;
}

/* The one form of a local part. */
static void put_local(struct local *l, const struct local *content)
{
	if (is_dot_string((struct slice){content->p, content->n})) {
		*l = *content;
		return;
	}
	add(l, '"');
	for (size_t i = 0; i < content->n; i++) {
		if (content->p[i] == '"' || content->p[i] == '\\')
			add(l, '\\');
		add(l, content->p[i]);
	}
	add(l, '"');
}

/* RFC 5321 appendix C: routes are taken and ignored. "@a,@b:" */
static bool skip_route(struct slice *in)
{
	struct slice route;

	if (!in->n || *in->p != '@')
		return true;
	if (!slice_has(*in, ':'))
		return false;
	route = slice_cut(in, ':');
	while (route.n) {
		struct slice hop = slice_cut(&route, ',');

		if (!hop.n || *hop.p != '@' ||
		    (!path_is_domain(slice_skip(hop, 1), true) &&
		     !path_is_literal(slice_skip(hop, 1))))
			return false;
	}
	return true;
}

static bool take_local(struct slice *in, struct local *out)
{
	struct local content = {0};
	bool ok =
		in->n && *in->p == '"' ? take_quoted(in, &content) : take_dot_string(in, &content);

	if (!ok)
		return false;
	put_local(out, &content);
	out->too_long |= content.too_long;
	return true;
}

static bool take_bracket(struct slice *in, char c)
{
	if (!in->n || *in->p != c)
		return false;
	*in = slice_skip(*in, 1);
	return true;
}

/* Domains of any length are cut off here, so that a long one can be told from a wrong one. */
static struct slice take_domain(struct slice *in)
{
	struct slice all = *in;

	while (in->n && *in->p != '>' && *in->p != ' ')
		*in = slice_skip(*in, 1);
	return slice_head(all, all.n - in->n);
}

static enum pk_status join(const struct local *local, struct slice domain, struct path *out)
{
	if (local->too_long || domain.n > PATH_DOMAIN_MAX)
		return PK_ELIMIT;
	memcpy(out->text, local->p, local->n);
	out->n = (uint16_t)local->n;
	if (domain.n) {
		out->text[out->n++] = '@';
		memcpy(out->text + out->n, domain.p, domain.n);
		out->n = (uint16_t)(out->n + domain.n);
	}
	for (size_t i = 0; i < out->n; i++)
		out->utf8 |= is_high(out->text[i]);
	return utf8_valid(path_text(out)) ? PK_OK : PK_EINVAL;
}

enum pk_status path_take(struct slice *in, struct path *out)
{
	struct slice s = *in, domain = {0};
	struct local local = {0};
	enum pk_status st;

	*out = (struct path){0};
	while (s.n && *s.p == ' ')
		s = slice_skip(s, 1);
	if (!take_bracket(&s, '<'))
		return PK_EINVAL;
	if (take_bracket(&s, '>')) {
		*in = s;
		return PK_OK;
	}
	if (!skip_route(&s) || !take_local(&s, &local))
		return PK_EINVAL;
	if (take_bracket(&s, '@')) {
		domain = take_domain(&s);
		out->literal = path_is_literal(domain);
		if (domain.n <= PATH_DOMAIN_MAX && !out->literal && !path_is_domain(domain, true))
			return PK_EINVAL;
	} else if (!slice_ieq((struct slice){local.p, local.n}, S("postmaster"))) {
		return PK_EINVAL;
	}
	if (!take_bracket(&s, '>'))
		return PK_EINVAL;
	st = join(&local, domain, out);
	if (st == PK_OK)
		*in = s;
	return st;
}
