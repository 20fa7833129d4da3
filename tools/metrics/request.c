#include "request.h"

#define METRICS_PATH "/metrics"

/* RFC 9112 section 2.2: a line ends in CR LF; an LF alone is taken as well. False: it is not whole.
 */
static bool take_line(struct slice *rest, struct slice *line)
{
	if (!slice_has(*rest, '\n'))
		return false;
	*line = slice_cut(rest, '\n');
	if (slice_ends(*line, S("\r")))
		line->n--;
	return true;
}

/* RFC 9110 section 5.6.2 */
static bool is_token(struct slice s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    (!c || !strchr(others, c)))
			return false;
	}
	return s.n;
}

/* RFC 9110 section 5.5: visible octets, spaces and tabs. */
static bool is_text(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* RFC 9112 section 3.2: the path, or a whole URI, both without what is behind the question mark. */
static struct slice path_of(struct slice target)
{
	static const char scheme[] = "http://";
	struct slice path = slice_cut(&target, '?');

	if (!slice_istarts(path, S("http://")))
		return path;
	path = slice_skip(path, sizeof(scheme) - 1);
	while (path.n && *path.p != '/')
		path = slice_skip(path, 1);
	return path;
}

/* The fields up to the empty line. Host: RFC 9112 section 3.2, one and no more in HTTP/1.1. */
static bool take_fields(struct slice *rest, unsigned *hosts, bool *good)
{
	struct slice line, name;

	*good = true;
	while (take_line(rest, &line)) {
		if (!line.n)
			return true;
		name = slice_head(line, line.n);
		*good = *good && slice_has(line, ':') && is_text(line) &&
		        is_token(slice_cut(&name, ':'));
		*hosts += slice_istarts(line, S("host:"));
	}
	return false;
}

static unsigned judge(struct slice line, bool *head, bool *needs_host)
{
	struct slice method = slice_cut(&line, ' '), target = slice_cut(&line, ' ');

	*needs_host = slice_eq(line, S("HTTP/1.1"));
	*head = slice_eq(method, S("HEAD"));
	if (!is_token(method) || !target.n || !is_text(target) || !slice_starts(line, S("HTTP/")))
		return 400;
	if (!*needs_host && !slice_eq(line, S("HTTP/1.0")))
		return 505;
	if (!slice_eq(path_of(target), S(METRICS_PATH)))
		return 404;
	return *head || slice_eq(method, S("GET")) ? 200 : 405;
}

bool request_parse(struct slice octets, struct request *r)
{
	struct slice rest = slice_head(octets, REQUEST_MOST), line = {0};
	unsigned hosts = 0;
	bool good = true, needs_host;

	*r = (struct request){.code = 431};
	/* RFC 9112 section 2.2: an empty line before it does no harm. */
	while (take_line(&rest, &line) && !line.n)
		;
	if (!line.n || !take_fields(&rest, &hosts, &good))
		return octets.n >= REQUEST_MOST;
	r->code = judge(line, &r->head, &needs_host);
	if (!good || hosts > 1 || (needs_host && !hosts))
		r->code = 400;
	return true;
}
