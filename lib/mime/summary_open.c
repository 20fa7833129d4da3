#include "summary.h"

#include "charset.h"
#include "scan.h"
#include "summary_format.h"
#include "summary_read.h"

#include "base/formats.h"

#define ZONE_LIMIT    5999 /* minutes, "+9959" */
#define DELIVERED_MAX 50

/* A part that may hold the next one. */
struct holder {
	uint32_t index, end_index;     /* what is inside: index + 1 .. end_index - 1 */
	uint64_t body, body_end, next; /* next: where the next part may begin */
	enum mime_kind kind;
};

struct check {
	struct summary *s;
	uint64_t body_bytes;
	uint32_t addresses;               /* so far */
	uint32_t content, content_octets; /* checked last, SUMMARY_NONE: none; its texts */
	uint32_t depth;
	struct holder holders[MIME_DEPTH_MAX];
};

/* Other than 0 if an octet of the word is this one (the carry may mark others beside it). */
static uint64_t octets_equal(uint64_t word, unsigned char octet)
{
	const uint64_t ones = UINT64_MAX / 255;

	word ^= ones * octet;
	return (word - ones) & ~word & ones << 7;
}

/* Every text is one clean line. Most are short: eight octets at a time, then what is left. */
static bool is_line(struct slice t)
{
	uint64_t word, found = 0;
	size_t i = 0;

	for (; i + 8 <= t.n; i += 8) {
		memcpy(&word, t.p + i, 8);
		found |=
			octets_equal(word, 0) | octets_equal(word, '\r') | octets_equal(word, '\n');
	}
	for (; i < t.n; i++)
		found |= !t.p[i] || t.p[i] == '\r' || t.p[i] == '\n';
	return !found && t.n <= MIME_TEXT_MAX;
}

static struct slice check_text(struct cursor *c)
{
	struct slice t = read_text(c);

	c->bad |= !is_line(t);
	return c->bad ? (struct slice){0} : t;
}

static struct slice check_utf8(struct cursor *c)
{
	struct slice t = check_text(c);

	c->bad |= !utf8_valid(t);
	return t;
}

static size_t chars(struct slice utf8)
{
	size_t n = 0;

	for (size_t i = 0; i < utf8.n; i++)
		n += ((unsigned char)utf8.p[i] & 0xC0) != 0x80;
	return n;
}

static bool check_head(struct slice b, struct summary *s)
{
	unsigned flags;

	if (b.n < AT_TEXTS || b.n > SUMMARY_MAX)
		return false;
	flags = (unsigned char)b.p[AT_FLAGS];
	s->bytes = b;
	s->received = (uint16_t)summary_le(b, AT_RECEIVED, 2);
	s->parts = (uint32_t)summary_le(b, AT_PARTS, 4);
	s->pool_at = (uint32_t)summary_le(b, AT_POOL, 4);
	s->date_ms = (int64_t)summary_le(b, AT_DATE, 8);
	s->zone_minutes = (int16_t)summary_le(b, AT_ZONE, 2);
	s->has_date = flags & FLAG_DATE;
	s->has_attachment = flags & FLAG_ATTACHMENT;
	s->reply_or_forward = flags & FLAG_REPLY;
	return !(flags & ~(unsigned)(FLAG_DATE | FLAG_ATTACHMENT | FLAG_REPLY)) &&
	       summary_le(b, AT_LENGTH, 4) == b.n && s->parts >= 1 && s->parts <= MIME_PARTS_MAX &&
	       s->pool_at >= AT_TEXTS && s->pool_at <= b.n && s->zone_minutes <= ZONE_LIMIT &&
	       s->zone_minutes >= -ZONE_LIMIT && (s->has_date || (!s->date_ms && !s->zone_minutes));
}

static bool check_texts(struct summary *s, struct cursor *c)
{
	s->message_id = check_text(c);
	s->in_reply_to = check_text(c);
	s->references = check_text(c);
	s->base_subject = check_utf8(c);
	s->sort_from = check_utf8(c);
	s->sort_to = check_utf8(c);
	s->sort_cc = check_utf8(c);
	s->preview = check_utf8(c);
	s->delivered_at = (uint32_t)c->at;
	for (uint64_t n = read_number(c, DELIVERED_MAX); n && !c->bad; n--)
		(void)check_text(c);
	return !c->bad &&
	       (s->preview.n <= MIME_PREVIEW_CHARS || chars(s->preview) <= MIME_PREVIEW_CHARS);
}

/* ---- a part's texts; their octets are counted ---- */

static uint64_t check_list(struct cursor *c, unsigned each, uint64_t max)
{
	uint64_t octets = 0;

	for (uint64_t n = read_number(c, max) * each; n && !c->bad; n--)
		octets += check_text(c).n;
	return octets;
}

static uint64_t check_content(struct check *k, uint32_t place, bool *bad)
{
	struct cursor c = pool_cursor(k->s, place);
	uint64_t octets = 0;

	if (k->content == place)
		return k->content_octets;
	for (int i = 0; i < 8; i++) {
		struct slice t = check_text(&c);

		c.bad |= i < 2 && !t.n; /* type and subtype are always there */
		octets += t.n;
	}
	octets += check_list(&c, 2, MIME_PARAMS_MAX);
	octets += check_list(&c, 2, MIME_PARAMS_MAX);
	octets += check_list(&c, 1, MIME_PARAMS_MAX);
	*bad |= c.bad;
	k->content = place;
	k->content_octets = (uint32_t)octets;
	return octets;
}

static uint64_t check_address(struct cursor *c)
{
	struct mime_address a;
	const struct slice *texts[] = {&a.name, &a.route, &a.mailbox, &a.host};
	uint64_t octets = 0;

	read_address(c, &a);
	for (size_t i = 0; i < 4 && !c->bad; i++) {
		struct slice t = *texts[i];

		c->bad |= !is_line(t);
		octets += t.n;
	}
	return octets;
}

static uint64_t check_envelope(struct check *k, uint32_t place, bool *bad)
{
	struct cursor c = pool_cursor(k->s, place);
	uint64_t octets = 0;

	for (int i = 0; i < 4; i++)
		octets += check_text(&c).n;
	for (int i = 0; i < 6 && !c.bad; i++) {
		uint64_t n = read_number(&c, MIME_ADDRESSES_MAX - k->addresses);

		k->addresses += (uint32_t)n;
		for (; n && !c.bad; n--)
			octets += check_address(&c);
	}
	*bad |= c.bad;
	return octets;
}

/* ---- the tree ---- */

static bool check_place(const struct check *k, const struct summary_part *p)
{
	return p->header_offset <= k->body_bytes &&
	       p->header_octets <= k->body_bytes - p->header_offset &&
	       p->body_octets <= k->body_bytes - p->body_offset;
}

/* That part i stands where its holder lets it. */
static bool check_tree(struct check *k, uint32_t i, const struct summary_part *p, bool last)
{
	uint64_t end = p->body_offset + p->body_octets;
	uint32_t end_index = i + 1 + p->descendants;
	struct holder *h;

	while (k->depth && k->holders[k->depth - 1].end_index <= i)
		k->depth--;
	if (!i)
		return last && p->root && end_index == k->s->parts && !p->header_offset &&
		       end == k->body_bytes;
	if (!k->depth)
		return false;
	h = &k->holders[k->depth - 1];
	if (p->parent != h->index || end_index > h->end_index ||
	    last != (end_index == h->end_index) || p->root != (h->kind == MIME_MESSAGE) ||
	    p->header_offset < h->next || end > h->body_end)
		return false;
	if (h->kind == MIME_MESSAGE && (!last || p->header_offset != h->body || end != h->body_end))
		return false;
	h->next = end;
	return true;
}

static bool hold(struct check *k, uint32_t i, const struct summary_part *p)
{
	if (p->kind == MIME_LEAF)
		return true;
	if (p->opaque || (p->kind == MIME_MESSAGE && !p->descendants) ||
	    p->decoded_octets != p->body_octets)
		return false;
	if (k->depth >= MIME_DEPTH_MAX - 1)
		return false;
	if (!p->descendants)
		return true;
	k->holders[k->depth++] = (struct holder){.index = i,
	                                         .end_index = i + 1 + p->descendants,
	                                         .body = p->body_offset,
	                                         .body_end = p->body_offset + p->body_octets,
	                                         .next = p->body_offset,
	                                         .kind = p->kind};
	return true;
}

static bool check_record(struct check *k, struct cursor *c, uint32_t i)
{
	struct summary_places places;
	struct summary_part p;
	uint64_t octets;
	bool bad = false;

	read_record(c, i, &p, &places);
	if (c->bad || !check_place(k, &p) || !check_tree(k, i, &p, places.last) || !hold(k, i, &p))
		return false;
	octets = check_content(k, places.content, &bad);
	if (p.root)
		octets += check_envelope(k, places.envelope, &bad);
	return !bad && octets <= 3 * p.header_octets + 32;
}

static bool check_records(struct check *k, struct cursor *c)
{
	struct summary *s = k->s;
	uint32_t marks = (s->parts - 1) / MARK_EVERY;

	s->marks_at = (uint32_t)c->at;
	s->records_at = s->marks_at + 4 * marks;
	if (s->records_at > s->pool_at)
		return false;
	c->at = s->records_at;
	for (uint32_t i = 0; i < s->parts; i++) {
		if (i && i % MARK_EVERY == 0 &&
		    summary_le(s->bytes, s->marks_at + (i / MARK_EVERY - 1) * 4UL, 4) != c->at)
			return false;
		if (!check_record(k, c, i))
			return false;
	}
	return c->at == s->pool_at;
}

enum pk_status summary_open(struct slice bytes, uint64_t body_bytes, struct summary *out)
{
	char why[FORMAT_WORDS];
	struct check k;
	struct cursor c;

	*out = (struct summary){0};
	if (bytes.n && format_fault((unsigned char)bytes.p[AT_FORMAT], FORMAT_SUMMARY, why))
		return PK_ENOTSUP;
	if (body_bytes > INT64_MAX / 8 || !check_head(bytes, out))
		return PK_EPROTO;
	k.s = out;
	k.body_bytes = body_bytes;
	k.addresses = k.depth = 0;
	k.content = SUMMARY_NONE;
	k.content_octets = 0;
	c = (struct cursor){.of = out, .at = AT_TEXTS, .end = out->pool_at};
	if (!check_texts(out, &c) || !check_records(&k, &c))
		return PK_EPROTO;
	return PK_OK;
}
