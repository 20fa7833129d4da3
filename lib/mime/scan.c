#include "scan.h"

#include "decode.h"
#include "entity.h"
#include "preview.h"
#include "summary_write.h"

#define PEEK_MAX 512 /* octets of a line in which its kind must show; see scan.h */

enum state { IN_HEADER, IN_BODY };

/* A part that has not ended. */
struct open_part {
	uint32_t index, last_child; /* last_child: SUMMARY_NONE at first */
	uint64_t body_lines_from;   /* s->lines where the body began */
	size_t boundary_at;         /* in s->boundaries */
	uint32_t boundary_n, hash;  /* 0: none, or its closing has been seen */
	bool digest;
};

struct mime_scan {
	enum state state;
	bool line_start; /* the next octet begins a line */
	bool text_done;  /* the preview has been made */
	bool previewing; /* the open leaf gives text for it */
	bool attachment, failed;
	uint64_t offset, lines;  /* octets and LFs so far */
	char last[2];            /* the last two octets so far */
	char peek[PEEK_MAX + 2]; /* the beginning of a line whose kind does not show yet */
	size_t peek_n;
	char held[2]; /* a line end in the leaf's body that may belong to a boundary */
	size_t held_n;
	struct buf header, boundaries, preview_text, record;
	struct mime_decoder decoder;
	struct preview preview;
	struct entity_reader reader;
	struct entity_top top;
	struct summary_record *parts;
	uint32_t parts_n, parts_cap, depth;
	uint32_t boundaries_open; /* parts whose boundary counts */
	uint64_t record_octets;   /* of the parts that have ended */
	struct open_part open[MIME_DEPTH_MAX];
};

static struct open_part *innermost(struct mime_scan *s)
{
	return &s->open[s->depth - 1];
}

static struct summary_record *record_of(struct mime_scan *s, const struct open_part *o)
{
	return &s->parts[o->index];
}

/* ---- parts begin and end ---- */

static bool parts_room(struct mime_scan *s)
{
	uint32_t cap = s->parts_cap ? s->parts_cap * 2 : 4;
	struct summary_record *p;

	if (s->parts_n < s->parts_cap)
		return true;
	p = realloc(s->parts, cap * sizeof(*p));
	if (!p) {
		s->failed = true;
		return false;
	}
	s->parts = p;
	s->parts_cap = cap;
	return true;
}

/* False: no more parts after the next. */
static bool parts_left(const struct mime_scan *s)
{
	uint64_t octets = s->record_octets + (s->depth + 2) * (uint64_t)SUMMARY_RECORD_MAX;

	return s->parts_n < MIME_PARTS_MAX - 1 && octets < SUMMARY_RECORDS_MAX;
}

/* A new part begins here, inside the innermost open one; its header comes. */
static void begin_part(struct mime_scan *s)
{
	struct summary_record *r;
	struct open_part *parent = s->depth ? innermost(s) : NULL;

	if (!parts_room(s))
		return;
	r = &s->parts[s->parts_n];
	*r = (struct summary_record){.header_offset = s->offset, .last = true};
	if (parent) {
		r->parent = parent->index;
		if (parent->last_child != SUMMARY_NONE)
			s->parts[parent->last_child].last = false;
		parent->last_child = s->parts_n;
	}
	s->open[s->depth++] = (struct open_part){
		.index = s->parts_n++, .last_child = SUMMARY_NONE, .boundary_at = s->boundaries.n};
	buf_clear(&s->header);
	s->state = IN_HEADER;
}

static bool encoded(const struct mime_scan *s)
{
	return s->decoder.encoding == MIME_BASE64 || s->decoder.encoding == MIME_QUOTED_PRINTABLE;
}

static void end_preview(struct mime_scan *s)
{
	preview_end(&s->preview, &s->preview_text);
	s->text_done = s->preview_text.n > 0;
	s->previewing = false;
}

static void feed_leaf(struct mime_scan *s, struct slice octets)
{
	if (encoded(s))
		record_of(s, innermost(s))->decoded_octets +=
			mime_decode(&s->decoder, octets, NULL);
	if (s->previewing && !preview_feed(&s->preview, octets))
		end_preview(s);
}

static void release_held(struct mime_scan *s)
{
	struct slice held = {s->held, s->held_n};

	s->held_n = 0;
	if (held.n)
		feed_leaf(s, held);
}

/* The body of the innermost part goes on. A line end behind it is held back. */
static void leaf_octets(struct mime_scan *s, struct slice octets)
{
	size_t hold;

	if (!encoded(s) && !s->previewing)
		return;
	if (s->held_n == 1 && s->held[0] == '\r' && slice_eq(octets, S("\n"))) {
		s->held[s->held_n++] = '\n';
		return;
	}
	release_held(s);
	hold = slice_ends(octets, S("\r\n"))
	               ? 2
	               : slice_ends(octets, S("\n")) || slice_ends(octets, S("\r"));
	octets.n -= hold;
	feed_leaf(s, octets);
	memcpy(s->held, octets.p + octets.n, hold);
	s->held_n = hold;
}

static void end_leaf(struct mime_scan *s, struct summary_record *r)
{
	if (encoded(s))
		r->decoded_octets += mime_decode_end(&s->decoder, NULL);
	else
		r->decoded_octets = r->body_octets;
	r->damaged = s->decoder.damaged;
	s->held_n = 0;
	if (s->previewing)
		end_preview(s);
}

static void forget_boundary(struct mime_scan *s, struct open_part *o)
{
	if (o->boundary_n)
		s->boundaries_open--;
	o->boundary_n = 0;
}

/* The innermost part ends, but for the `eol` octets of a line end before the boundary here. Returns
 * how many of them its holder leaves out, too: none if they end this part's header. */
static unsigned end_part(struct mime_scan *s, unsigned eol)
{
	struct open_part *o = innermost(s);
	struct summary_record *r = record_of(s, o);
	uint64_t body = r->header_offset + r->header_octets;

	if (s->offset - body < eol)
		eol = 0;
	r->body_octets = s->offset - eol - body;
	r->body_lines = s->lines - o->body_lines_from - (eol > 0);
	r->descendants = s->parts_n - o->index - 1;
	if (r->kind == MIME_LEAF)
		end_leaf(s, r);
	else
		r->decoded_octets = r->body_octets;
	buf_clear(&s->record);
	summary_write_record(&s->record, o->index, r);
	s->record_octets += s->record.n;
	forget_boundary(s, o);
	s->boundaries.n = o->boundary_at;
	s->depth--;
	return eol;
}

/* ---- headers ---- */

static uint32_t hash_more(uint32_t hash, struct slice text) /* FNV-1a */
{
	for (size_t i = 0; i < text.n; i++)
		hash = (hash ^ (unsigned char)text.p[i]) * 16777619U;
	return hash;
}

#define HASH_START 2166136261U

static void use_entity(struct mime_scan *s, const struct entity *e)
{
	struct open_part *o = innermost(s);
	struct summary_record *r = record_of(s, o);
	struct slice boundary = {e->boundary, e->boundary_n};
	bool holder = e->kind != MIME_LEAF;

	holder &= s->depth < MIME_DEPTH_MAX && (e->kind == MIME_MULTIPART || parts_left(s));
	r->kind = holder ? e->kind : MIME_LEAF;
	r->opaque = e->opaque || (e->kind != MIME_LEAF && !holder);
	r->defaulted = e->defaulted;
	r->content = e->content;
	r->envelope = e->envelope;
	o->digest = e->digest;
	o->body_lines_from = s->lines;
	s->attachment |= e->attachment;
	s->decoder = (struct mime_decoder){.encoding = e->encoding};
	if (r->kind == MIME_MULTIPART) {
		o->boundary_n = (uint32_t)boundary.n;
		o->hash = hash_more(HASH_START, boundary);
		s->boundaries_open++;
		buf_put(&s->boundaries, boundary);
		s->failed |= s->boundaries.failed;
	}
	if (e->text && !s->text_done) {
		preview_start(&s->preview, e->encoding, e->html,
		              (struct slice){e->charset, e->charset_n});
		s->previewing = true;
	}
}

/* The header of the innermost part ends here. */
static void end_header(struct mime_scan *s)
{
	struct open_part *o = innermost(s), *parent = s->depth > 1 ? o - 1 : NULL;
	struct summary_record *r = record_of(s, o);
	struct entity e;

	r->header_octets = s->offset - r->header_offset;
	r->root = !parent || record_of(s, parent)->kind == MIME_MESSAGE;
	entity_read(&s->reader, buf_slice(&s->header), r->root, parent && parent->digest,
	            parent ? NULL : &s->top, &e);
	s->state = IN_BODY;
	use_entity(s, &e);
	if (r->kind == MIME_MESSAGE)
		begin_part(s);
}

static void end_headers(struct mime_scan *s)
{
	while (s->state == IN_HEADER && !s->failed)
		end_header(s);
}

/* ---- lines ---- */

/* Octets that mean nothing to the scanner go by; `lines` LFs are among them. */
static void pass(struct mime_scan *s, struct slice octets, uint64_t lines)
{
	if (s->state == IN_HEADER) {
		size_t room = MIME_HEADER_MAX - s->header.n;

		buf_put(&s->header, slice_head(octets, room));
		s->failed |= s->header.failed;
	} else if (record_of(s, innermost(s))->kind == MIME_LEAF) {
		leaf_octets(s, octets);
	}
	s->offset += octets.n;
	s->lines += lines;
	s->last[0] = octets.n > 1 ? octets.p[octets.n - 2] : s->last[1];
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
	open_hash = hash_more(HASH_START, open);
	hash = hash_more(open_hash, slice_skip(text, open.n));
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

/* No further part fits: this one takes all that is left. */
static void take_rest(struct mime_scan *s)
{
	struct summary_record *r;
	struct entity e;

	for (uint32_t i = 0; i < s->depth; i++)
		forget_boundary(s, &s->open[i]);
	begin_part(s);
	if (s->failed)
		return;
	r = record_of(s, innermost(s));
	entity_opaque(&s->reader, &e);
	s->state = IN_BODY;
	use_entity(s, &e);
	r->root = false;
}

static void boundary_line(struct mime_scan *s, struct slice line, struct open_part *of,
                          bool closing)
{
	unsigned eol = s->last[1] != '\n' ? 0 : s->last[0] == '\r' ? 2 : 1;
	uint32_t keep = (uint32_t)(of - s->open) + 1;

	end_headers(s);
	while (s->depth > keep)
		eol = end_part(s, eol);
	pass(s, line, slice_ends(line, S("\n")));
	if (closing)
		forget_boundary(s, of);
	else if (parts_left(s))
		begin_part(s);
	else
		take_rest(s);
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

		end_header(s);
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

/* ---- begin and end ---- */

struct mime_scan *mime_scan_new(void)
{
	struct mime_scan *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->line_start = true;
	begin_part(s);
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
		release_held(s);
	while (s->depth)
		end_part(s, 0);
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
