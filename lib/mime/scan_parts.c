#include "scan_private.h"

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

bool scan_parts_left(const struct mime_scan *s)
{
	uint64_t octets = s->record_octets + (s->depth + 2) * (uint64_t)SUMMARY_RECORD_MAX;

	return s->parts_n < MIME_PARTS_MAX - 1 && octets < SUMMARY_RECORDS_MAX;
}

void scan_begin_part(struct mime_scan *s)
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

void scan_release_held(struct mime_scan *s)
{
	struct slice held = {s->held, s->held_n};

	s->held_n = 0;
	if (held.n)
		feed_leaf(s, held);
}

void scan_leaf_octets(struct mime_scan *s, struct slice octets)
{
	size_t hold;

	if (!encoded(s) && !s->previewing)
		return;
	if (s->held_n == 1 && s->held[0] == '\r' && slice_eq(octets, S("\n"))) {
		s->held[s->held_n++] = '\n';
		return;
	}
	scan_release_held(s);
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

void scan_forget_boundary(struct mime_scan *s, struct open_part *o)
{
	if (o->boundary_n)
		s->boundaries_open--;
	o->boundary_n = 0;
}

unsigned scan_end_part(struct mime_scan *s, unsigned eol)
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
	scan_forget_boundary(s, o);
	s->boundaries.n = o->boundary_at;
	s->depth--;
	return eol;
}

uint32_t scan_hash(uint32_t hash, struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		hash = (hash ^ (unsigned char)text.p[i]) * 16777619U;
	return hash;
}

static void use_entity(struct mime_scan *s, const struct entity *e)
{
	struct open_part *o = innermost(s);
	struct summary_record *r = record_of(s, o);
	struct slice boundary = {e->boundary, e->boundary_n};
	bool holder = e->kind != MIME_LEAF;

	holder &= s->depth < MIME_DEPTH_MAX && (e->kind == MIME_MULTIPART || scan_parts_left(s));
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
		o->hash = scan_hash(SCAN_HASH, boundary);
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

void scan_end_header(struct mime_scan *s)
{
	struct open_part *o = innermost(s), *parent = s->depth > 1 ? o - 1 : NULL;
	struct summary_record *r = record_of(s, o);
	struct entity_place place;
	struct entity e;

	r->header_octets = s->offset - r->header_offset;
	r->root = !parent || record_of(s, parent)->kind == MIME_MESSAGE;
	place = (struct entity_place){.root = r->root,
	                              .in_digest = parent && parent->digest,
	                              .top = parent ? NULL : &s->top};
	entity_read(&s->reader, buf_slice(&s->header), &place, &e);
	s->state = IN_BODY;
	use_entity(s, &e);
	if (r->kind == MIME_MESSAGE)
		scan_begin_part(s);
}

void scan_take_rest(struct mime_scan *s)
{
	struct summary_record *r;
	struct entity e;

	for (uint32_t i = 0; i < s->depth; i++)
		scan_forget_boundary(s, &s->open[i]);
	scan_begin_part(s);
	if (s->failed)
		return;
	r = record_of(s, innermost(s));
	entity_opaque(&s->reader, &e);
	s->state = IN_BODY;
	use_entity(s, &e);
	r->root = false;
}
