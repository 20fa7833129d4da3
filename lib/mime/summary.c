#include "summary.h"

#include "scan.h"

#include "summary_format.h"
#include "summary_read.h"
#include "summary_words.h"

uint64_t summary_le(struct slice bytes, size_t at, size_t octets)
{
	uint64_t v = 0;

	for (size_t i = 0; i < octets; i++)
		v |= (uint64_t)(unsigned char)bytes.p[at + i] << (8 * i);
	return v;
}

uint64_t read_long_number(struct cursor *c, uint64_t max)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && c->at < c->end && !c->bad; shift += 7) {
		unsigned char octet = (unsigned char)c->of->bytes.p[c->at++];

		if (shift == 63 && octet > 1)
			break;
		v |= (uint64_t)(octet & 127) << shift;
		if (octet > 127)
			continue;
		if (v > max)
			break;
		return v;
	}
	c->bad = true;
	return 0;
}

static uint8_t read_octet(struct cursor *c)
{
	if (c->bad || c->at >= c->end) {
		c->bad = true;
		return 0;
	}
	return (uint8_t)c->of->bytes.p[c->at++];
}

struct slice read_text(struct cursor *c)
{
	uint64_t n = read_number(c, SUMMARY_MAX), at;
	const char *base = summary_words;
	size_t size = SUMMARY_WORDS;

	if (!n)
		return (struct slice){0};
	if (!--n)
		return S("");
	at = read_number(c, SUMMARY_MAX + SUMMARY_WORDS);
	if (at >= SUMMARY_WORDS) {
		at -= SUMMARY_WORDS;
		base = c->of->bytes.p + c->of->pool_at;
		size = c->of->bytes.n - c->of->pool_at;
	}
	if (c->bad || at > size || n > size - at) {
		c->bad = true;
		return (struct slice){0};
	}
	return (struct slice){base + at, (size_t)n};
}

void read_record(struct cursor *c, uint32_t index, struct summary_part *part,
                 struct summary_places *places)
{
	uint8_t bits = read_octet(c);

	part->kind = (enum mime_kind)(bits & RECORD_KIND);
	c->bad |= part->kind > MIME_MESSAGE;
	part->opaque = bits & RECORD_OPAQUE;
	part->defaulted = bits & RECORD_DEFAULTED;
	part->damaged = bits & RECORD_DAMAGED;
	part->root = bits & RECORD_ROOT;
	places->last = bits & RECORD_LAST;
	part->parent = index - (uint32_t)read_number(c, index);
	part->header_offset = read_number(c, INT64_MAX);
	part->header_octets = read_number(c, INT64_MAX);
	part->body_octets = read_number(c, INT64_MAX);
	part->body_offset = part->header_offset + part->header_octets;
	part->body_lines = read_number(c, part->body_octets);
	part->decoded_octets =
		bits & RECORD_DECODED ? read_number(c, part->body_octets) : part->body_octets;
	part->descendants =
		part->kind == MIME_LEAF ? 0 : (uint32_t)read_number(c, c->of->parts - 1 - index);
	places->content = (uint32_t)read_number(c, SUMMARY_MAX);
	places->envelope = part->root ? (uint32_t)read_number(c, SUMMARY_MAX) : 0;
}

/* An address takes 3 octets of the pool or more, so this is below each of the limits that leave
 * something out: MIME_ADDRESSES_MAX, POOL_LISTS_MAX. */
#define POOL_WHOLE 16384

bool summary_is_cut(const struct summary *s)
{
	struct summary_part p;

	return s->bytes.n - s->pool_at > POOL_WHOLE || !summary_part(s, 0, &p) ||
	       p.header_octets >= MIME_HEADER_MAX;
}

struct cursor pool_cursor(const struct summary *s, uint32_t place)
{
	size_t size = s->bytes.n - s->pool_at;

	return (struct cursor){
		.of = s, .at = s->pool_at + (size_t)place, .end = s->bytes.n, .bad = place > size};
}

void read_address(struct cursor *c, struct mime_address *a)
{
	uint8_t kind = read_octet(c);

	*a = (struct mime_address){0};
	c->bad |= kind > MIME_GROUP_END;
	a->kind = (enum mime_address_kind)(c->bad ? 0 : kind);
	if (a->kind == MIME_GROUP_END)
		return;
	if (a->kind == MIME_ADDRESS) {
		a->name = read_text(c);
		a->route = read_text(c);
	}
	a->mailbox = read_text(c);
	if (!a->mailbox.p)
		a->mailbox = S("");
	if (a->kind == MIME_GROUP_START)
		return;
	a->host = read_text(c);
	if (!a->host.p)
		a->host = S("");
}

static struct cursor record_cursor(const struct summary *s, uint32_t group)
{
	struct cursor c = {.of = s, .at = s->records_at, .end = s->pool_at};

	if (group)
		c.at = (size_t)summary_le(s->bytes, s->marks_at + (group - 1) * 4UL, 4);
	return c;
}

static bool find_record(const struct summary *s, uint32_t i, struct summary_part *part,
                        struct summary_places *places)
{
	struct cursor c;

	if (i >= s->parts)
		return false;
	c = record_cursor(s, i / MARK_EVERY);
	for (uint32_t k = i / MARK_EVERY * MARK_EVERY; k <= i; k++)
		read_record(&c, k, part, places);
	return !c.bad;
}

static struct summary_list list_here(struct cursor *c)
{
	uint32_t n = (uint32_t)read_number(c, SUMMARY_MAX);

	return (struct summary_list){.of = c->of, .at = (uint32_t)c->at, .left = c->bad ? 0 : n};
}

static struct summary_list skip_texts(struct cursor *c, unsigned each)
{
	struct summary_list l = list_here(c);

	for (uint32_t i = 0; i < l.left * each && !c->bad; i++)
		(void)read_text(c);
	return l;
}

bool summary_part(const struct summary *s, uint32_t i, struct summary_part *out)
{
	struct summary_places places = {0};
	struct cursor c;

	*out = (struct summary_part){0};
	if (!find_record(s, i, out, &places))
		return false;
	if (!i)
		out->parent = SUMMARY_NONE;
	out->first_child = out->descendants ? i + 1 : SUMMARY_NONE;
	out->next_sibling = places.last ? SUMMARY_NONE : i + 1 + out->descendants;
	c = pool_cursor(s, places.content);
	out->type = read_text(&c);
	out->subtype = read_text(&c);
	out->encoding = read_text(&c);
	out->id = read_text(&c);
	out->description = read_text(&c);
	out->md5 = read_text(&c);
	out->location = read_text(&c);
	out->disposition = read_text(&c);
	out->params = skip_texts(&c, 2);
	out->disposition_params = skip_texts(&c, 2);
	out->languages = list_here(&c);
	return !c.bad;
}

static struct summary_list skip_addresses(struct cursor *c)
{
	struct summary_list l = list_here(c);
	struct mime_address a;

	for (uint32_t i = 0; i < l.left && !c->bad; i++)
		read_address(c, &a);
	return l;
}

bool summary_envelope(const struct summary *s, uint32_t root, struct summary_envelope *out)
{
	struct summary_places places = {0};
	struct summary_part part = {0};
	struct cursor c;

	*out = (struct summary_envelope){0};
	if (!find_record(s, root, &part, &places) || !part.root)
		return false;
	c = pool_cursor(s, places.envelope);
	out->date = read_text(&c);
	out->subject = read_text(&c);
	out->in_reply_to = read_text(&c);
	out->message_id = read_text(&c);
	out->from = skip_addresses(&c);
	out->sender = skip_addresses(&c);
	out->reply_to = skip_addresses(&c);
	out->to = skip_addresses(&c);
	out->cc = skip_addresses(&c);
	out->bcc = skip_addresses(&c);
	return !c.bad;
}

static bool next(struct summary_list *l, struct cursor *c)
{
	if (!l->left)
		return false;
	l->left--;
	*c = (struct cursor){.of = l->of, .at = l->at, .end = l->of->bytes.n};
	return true;
}

static bool moved(struct summary_list *l, const struct cursor *c)
{
	l->at = (uint32_t)c->at;
	if (c->bad)
		l->left = 0;
	return !c->bad;
}

bool summary_param_next(struct summary_list *l, struct slice *name, struct slice *value)
{
	struct cursor c;

	if (!next(l, &c))
		return false;
	*name = read_text(&c);
	*value = read_text(&c);
	return moved(l, &c);
}

bool summary_text_next(struct summary_list *l, struct slice *text)
{
	struct cursor c;

	if (!next(l, &c))
		return false;
	*text = read_text(&c);
	return moved(l, &c);
}

bool summary_address_next(struct summary_list *l, struct mime_address *out)
{
	struct cursor c;

	if (!next(l, &c))
		return false;
	read_address(&c, out);
	return moved(l, &c);
}

struct summary_list summary_delivered_to(const struct summary *s)
{
	struct cursor c = {.of = s, .at = s->delivered_at, .end = s->pool_at};

	return list_here(&c);
}

bool summary_reference_next(struct slice *rest, struct slice *id)
{
	while (rest->n) {
		*id = slice_cut(rest, ' ');
		if (id->n < 3 || id->p[0] != '<')
			continue;
		*id = slice_skip(slice_head(*id, id->n - 1), 1);
		return true;
	}
	return false;
}
