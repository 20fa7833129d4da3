#include "scan_private.h"

static void end_headers(struct mime_scan *s)
{
	while (s->state == IN_HEADER && !s->failed)
		scan_end_header(s);
}

/* Octets that mean nothing to the scanner go by; `lines` LFs are among them. */
static void pass(struct mime_scan *s, struct slice octets, uint64_t lines)
{
	if (s->state == IN_HEADER) {
		size_t room = MIME_HEADER_MAX - s->header.n;

		buf_put(&s->header, slice_head(octets, room));
		s->failed |= s->header.failed;
	} else if (record_of(s, innermost(s))->kind == MIME_LEAF) {
		scan_leaf_octets(s, octets);
	}
	s->offset += octets.n;
	s->lines += lines;
	s->last[0] = (char)(octets.n > 1 ? octets.p[octets.n - 2] : s->last[1]);
	s->last[1] = octets.p[octets.n - 1];
	s->line_start = s->last[1] == '\n';
}

/* To the end of the line, or of the piece. */
static size_t pass_line(struct mime_scan *s, struct slice piece)
{
	const char *lf = memchr(piece.p, '\n', piece.n);
	size_t n = lf ? (size_t)(lf - piece.p) + 1 : piece.n;

	pass(s, slice_head(piece, n), lf != NULL);
	return n;
}

static void pass_all(struct mime_scan *s, struct slice piece)
{
	const char *p = piece.p, *end = p + piece.n;
	uint64_t lines = 0;

	for (; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
		lines++;
		if (p + 1 == end)
			break;
	}
	pass(s, piece, lines);
}

/* Whole lines that by their first octet can be neither empty line nor boundary. */
static size_t pass_plain_lines(struct mime_scan *s, struct slice piece)
{
	const char *p = piece.p, *end = p + piece.n, *lf;
	bool header = s->state == IN_HEADER;
	uint64_t lines = 0;

	while (p < end && *p != '-' && !(header && (*p == '\r' || *p == '\n'))) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (!lf)
			break;
		lines++;
		p = lf + 1;
	}
	if (lines)
		pass(s, slice_head(piece, (size_t)(p - piece.p)), lines);
	return (size_t)(p - piece.p);
}

static struct slice boundary_of(const struct mime_scan *s, const struct open_part *o)
{
	return (struct slice){s->boundaries.p + o->boundary_at, o->boundary_n};
}

/* The innermost multipart whose boundary this line is. *closing: with "--" behind it. */
static struct open_part *find_boundary(struct mime_scan *s, struct slice line, bool *closing)
{
	struct slice text = slice_skip(line, 2), open;
	uint32_t hash, open_hash;

	if (slice_ends(text, S("\n")))
		text.n -= slice_ends(text, S("\r\n")) ? 2 : 1;
	while (slice_ends(text, S(" ")) || slice_ends(text, S("\t")))
		text.n--;
	if (text.n > MIME_BOUNDARY_MAX + 2)
		return NULL;
	open = slice_head(text, slice_ends(text, S("--")) ? text.n - 2 : 0);
	open_hash = scan_hash(SCAN_HASH, open);
	hash = scan_hash(open_hash, slice_skip(text, open.n));
	for (uint32_t i = s->depth; i-- > 0;) {
		struct open_part *o = &s->open[i];
		bool whole = o->hash == hash && o->boundary_n == text.n;

		if (!o->boundary_n || (!whole && (o->hash != open_hash || o->boundary_n != open.n)))
			continue;
		if (!slice_eq(boundary_of(s, o), whole ? text : open))
			continue;
		*closing = !whole;
		return o;
	}
	return NULL;
}

static void boundary_line(struct mime_scan *s, struct slice line, struct open_part *of,
                          bool closing)
{
	unsigned eol = s->last[1] != '\n' ? 0 : s->last[0] == '\r' ? 2 : 1;
	uint32_t keep = (uint32_t)(of - s->open) + 1;

	end_headers(s);
	while (s->depth > keep)
		eol = scan_end_part(s, eol);
	pass(s, line, slice_ends(line, S("\n")));
	if (closing)
		scan_forget_boundary(s, of);
	else if (scan_parts_left(s))
		scan_begin_part(s);
	else
		scan_take_rest(s);
}

/* A line begins. Returns the octets used; 0: what it is does not show yet. */
static size_t begin_line(struct mime_scan *s, struct slice piece, bool all)
{
	bool dashes = piece.p[0] == '-' && s->boundaries_open;
	bool empty = s->state == IN_HEADER && (piece.p[0] == '\r' || piece.p[0] == '\n');

	if (piece.n == 1 && !all && piece.p[0] != '\n' && (dashes || empty))
		return 0;
	if (empty && (piece.p[0] == '\n' || slice_starts(piece, S("\r\n")))) {
		size_t n = pass_line(s, piece);

		scan_end_header(s);
		return n;
	}
	if (dashes && slice_starts(piece, S("--"))) {
		const char *lf = memchr(piece.p, '\n', piece.n < PEEK_MAX ? piece.n : PEEK_MAX);
		struct slice line = lf ? slice_head(piece, (size_t)(lf - piece.p) + 1) : piece;
		struct open_part *of = NULL;
		bool closing;

		if (!lf && piece.n < PEEK_MAX && !all)
			return 0;
		if (lf || piece.n < PEEK_MAX)
			of = find_boundary(s, line, &closing);
		if (of) {
			boundary_line(s, line, of, closing);
			return line.n;
		}
	}
	return pass_line(s, piece);
}

/* The line that was begun before goes on with `piece`. */
static size_t go_on_line(struct mime_scan *s, struct slice piece)
{
	const char *lf = memchr(piece.p, '\n', piece.n);
	size_t n = lf ? (size_t)(lf - piece.p) + 1 : piece.n, peeked;

	if (n > PEEK_MAX - s->peek_n)
		n = PEEK_MAX - s->peek_n;
	memcpy(s->peek + s->peek_n, piece.p, n);
	peeked = s->peek_n + n;
	s->peek_n = 0;
	if (!begin_line(s, (struct slice){s->peek, peeked}, false))
		s->peek_n = peeked;
	return n;
}

static size_t step(struct mime_scan *s, struct slice piece)
{
	size_t n;

	if (s->peek_n)
		return go_on_line(s, piece);
	if (s->state == IN_BODY && !s->boundaries_open) {
		pass_all(s, piece);
		return piece.n;
	}
	if (!s->line_start)
		return pass_line(s, piece);
	n = pass_plain_lines(s, piece);
	if (!n)
		n = begin_line(s, piece, false);
	if (n)
		return n;
	memcpy(s->peek, piece.p, piece.n);
	s->peek_n = piece.n;
	return piece.n;
}

void mime_scan_feed(struct mime_scan *s, struct slice piece)
{
	while (piece.n && !s->failed)
		piece = slice_skip(piece, step(s, piece));
}

struct mime_scan *mime_scan_new(void)
{
	struct mime_scan *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->line_start = true;
	scan_begin_part(s);
	if (s->failed) {
		mime_scan_free(s);
		return NULL;
	}
	return s;
}

static void end_message(struct mime_scan *s)
{
	if (s->peek_n) {
		size_t n = s->peek_n;

		s->peek_n = 0;
		(void)begin_line(s, (struct slice){s->peek, n}, true);
	}
	end_headers(s);
	if (s->failed)
		return;
	if (record_of(s, innermost(s))->kind == MIME_LEAF)
		scan_release_held(s);
	while (s->depth)
		scan_end_part(s, 0);
}

enum pk_status mime_scan_end(struct mime_scan *s, struct buf *summary)
{
	struct summary_source source = {.top = &s->top, .pool = &s->reader.pool};

	if (!s->failed)
		end_message(s);
	source.records = s->parts;
	source.parts = s->parts_n;
	source.has_attachment = s->attachment;
	source.preview = buf_slice(&s->preview_text);
	if (!s->failed)
		summary_write(summary, &source);
	if (s->failed || summary->failed || s->preview_text.failed || s->record.failed ||
	    entity_reader_failed(&s->reader) || entity_top_failed(&s->top))
		return PK_ENOMEM;
	return PK_OK;
}

void mime_scan_free(struct mime_scan *s)
{
	if (!s)
		return;
	buf_free(&s->header);
	buf_free(&s->boundaries);
	buf_free(&s->preview_text);
	buf_free(&s->record);
	preview_free(&s->preview);
	entity_reader_free(&s->reader);
	entity_top_free(&s->top);
	free(s->parts);
	free(s);
}
