#include "summary_write.h"

#include "summary_format.h"

#include "base/formats.h"

static void put_le(struct buf *out, uint64_t value, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		buf_byte(out, (char)(value >> (8 * i)));
}

static void set_le32(struct buf *out, size_t at, uint64_t value)
{
	for (size_t i = 0; !out->failed && i < 4; i++)
		out->p[at + i] = (char)(value >> (8 * i));
}

void summary_write_record(struct buf *out, uint32_t index, const struct summary_record *r)
{
	bool decoded = r->decoded_octets != r->body_octets;

	buf_byte(out, (char)((unsigned)r->kind | (r->opaque ? RECORD_OPAQUE : 0) |
	                     (r->last ? RECORD_LAST : 0) | (r->defaulted ? RECORD_DEFAULTED : 0) |
	                     (decoded ? RECORD_DECODED : 0) | (r->root ? RECORD_ROOT : 0) |
	                     (r->damaged ? RECORD_DAMAGED : 0)));
	pool_number(out, index ? index - r->parent : 0);
	pool_number(out, r->header_offset);
	pool_number(out, r->header_octets);
	pool_number(out, r->body_octets);
	pool_number(out, r->body_lines);
	if (decoded)
		pool_number(out, r->decoded_octets);
	if (r->kind != MIME_LEAF)
		pool_number(out, r->descendants);
	pool_number(out, r->content);
	if (r->root)
		pool_number(out, r->envelope);
}

/* An empty buffer is an absent text. */
static void put_text(struct buf *out, const struct summary_source *s, const struct buf *text)
{
	struct slice t = buf_slice(text);

	pool_text(s->pool, out, t.n ? t : (struct slice){0});
}

static void put_head(struct buf *out, const struct summary_source *s)
{
	const struct entity_top *t = s->top;

	put_le(out, FORMAT_SUMMARY, 1);
	put_le(out,
	       (t->has_date ? FLAG_DATE : 0) | (s->has_attachment ? FLAG_ATTACHMENT : 0) |
	               (t->reply_or_forward ? FLAG_REPLY : 0),
	       1);
	put_le(out, t->received, 2);
	put_le(out, 0, 4); /* the length, later */
	put_le(out, s->parts, 4);
	put_le(out, 0, 4); /* the pool's place, later */
	put_le(out, (uint64_t)(t->has_date ? t->date_ms : 0), 8);
	put_le(out, (uint16_t)(t->has_date ? t->zone_minutes : 0), 2);
}

static void put_texts(struct buf *out, const struct summary_source *s)
{
	const struct entity_top *t = s->top;

	put_text(out, s, &t->message_id);
	put_text(out, s, &t->in_reply_to);
	put_text(out, s, &t->references);
	put_text(out, s, &t->base_subject);
	for (size_t i = 0; i < 3; i++)
		put_text(out, s, &t->sort[i]);
	pool_text(s->pool, out, s->preview.n ? s->preview : (struct slice){0});
	pool_number(out, t->delivered);
	buf_put(out, buf_slice(&t->delivered_to));
}

void summary_write(struct buf *out, const struct summary_source *s)
{
	size_t from = out->n, marks;

	put_head(out, s);
	put_texts(out, s);
	marks = out->n;
	for (uint32_t i = MARK_EVERY; i < s->parts; i += MARK_EVERY)
		put_le(out, 0, 4);
	for (uint32_t i = 0; i < s->parts; i++) {
		if (i && i % MARK_EVERY == 0)
			set_le32(out, marks + (i / MARK_EVERY - 1) * 4UL, out->n - from);
		summary_write_record(out, i, &s->records[i]);
	}
	set_le32(out, from + AT_POOL, out->n - from);
	buf_put(out, buf_slice(&s->pool->bytes));
	set_le32(out, from + AT_LENGTH, out->n - from);
}
