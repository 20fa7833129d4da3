#include "header.h"

/* The line that s begins with, with its end. */
static struct slice first_line(struct slice s)
{
	const char *lf = s.n ? memchr(s.p, '\n', s.n) : NULL;

	return lf ? slice_head(s, (size_t)(lf - s.p) + 1) : s;
}

static bool empty_line(struct slice line)
{
	return slice_eq(line, S("\n")) || slice_eq(line, S("\r\n"));
}

static bool fold(struct slice s)
{
	return s.n && (s.p[0] == ' ' || s.p[0] == '\t');
}

static struct slice without_end(struct slice line)
{
	if (slice_ends(line, S("\n")))
		line.n -= slice_ends(line, S("\r\n")) ? 2 : 1;
	return line;
}

/* RFC 5322 2.2: a name is printable ASCII; obsolete forms have spaces before the colon. */
static bool parse_name(struct slice line, struct header_field *f)
{
	size_t n = 0;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 127 && line.p[n] != ':')
		n++;
	f->name = slice_head(line, n);
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return f->name.n && n < line.n && line.p[n] == ':';
}

bool header_next(struct slice *rest, struct header_field *out)
{
	while (rest->n) {
		struct slice line = first_line(*rest);
		const char *start = rest->p;
		bool field = parse_name(line, out);

		if (empty_line(line))
			return false;
		do
			*rest = slice_skip(*rest, first_line(*rest).n);
		while (fold(*rest));
		if (!field)
			continue;
		out->raw = (struct slice){start, (size_t)(rest->p - start)};
		out->value = without_end(out->raw);
		slice_cut(&out->value, ':');
		return true;
	}
	return false;
}

static bool space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void header_unfold(struct slice value, struct buf *out)
{
	size_t from;

	while (value.n && space(value.p[0]))
		value = slice_skip(value, 1);
	while (value.n && space(value.p[value.n - 1]))
		value.n--;
	if (!buf_room(out, value.n))
		return;
	from = out->n;
	while (value.n) {
		struct slice line = first_line(value);

		buf_put(out, without_end(line));
		value = slice_skip(value, line.n);
	}
	for (; from < out->n; from++)
		if (out->p[from] == '\0' || out->p[from] == '\r')
			out->p[from] = '?';
}

/* RFC 5322 3.2.3, and the octets of RFC 6532. */
static bool dot_atom(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || space(s.p[i]) || strchr("()<>[]:;@\\,\"", s.p[i]))
			return false;
	return s.n > 0;
}

#define ID_MAX 998 /* the longest line, RFC 5322 2.1.1; also keeps the search for ends linear */

/* The end of the id that begins behind '<': its '>', quoted strings respected. SIZE_MAX: none. */
static size_t id_length(struct slice s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.n && i <= ID_MAX; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (quoted && s.p[i] == '\\')
			i++;
		else if (!quoted && s.p[i] == '<')
			return SIZE_MAX;
		else if (!quoted && s.p[i] == '>')
			return i;
	}
	return SIZE_MAX;
}

/* RFC 5256 2.2 (normal form): without spaces, and without quotes that need not be. */
static void put_id(struct slice id, struct buf *out)
{
	struct slice local = id, inner;
	const char *at = id.n ? memrchr(id.p, '@', id.n) : NULL;

	if (at)
		local = slice_head(id, (size_t)(at - id.p));
	inner = slice_skip(local, 1);
	if (slice_starts(local, S("\"")) && slice_ends(inner, S("\""))) {
		inner.n--;
		if (dot_atom(inner)) {
			buf_put(out, inner);
			id = slice_skip(id, local.n);
		}
	}
	if (!buf_room(out, id.n))
		return;
	for (size_t i = 0; i < id.n; i++)
		if (!space(id.p[i]))
			out->p[out->n++] = id.p[i];
}

bool header_message_id(struct slice *rest, struct buf *out)
{
	buf_clear(out);
	while (rest->n) {
		const char *open = memchr(rest->p, '<', rest->n);
		size_t n;

		if (!open)
			break;
		*rest = slice_skip(*rest, (size_t)(open - rest->p) + 1);
		n = id_length(*rest);
		if (n == SIZE_MAX)
			continue;
		put_id(slice_head(*rest, n), out);
		*rest = slice_skip(*rest, n + 1);
		if (out->n)
			return true;
	}
	return false;
}
