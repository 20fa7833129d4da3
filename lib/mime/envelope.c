#include "entity_private.h"

#include "address.h"
#include "charset.h"
#include "words.h"

#include "base/date.h"

#define REFERENCES_MAX   100
#define REFERENCE_OCTETS 4096

/* RFC 5957: the name as it is shown, or the address. */
static void display(struct entity_reader *r, const struct mime_address *a, struct buf *out)
{
	buf_clear(&r->word);
	if (a->name.n)
		words_decode(a->name, &r->word);
	if (!slice_trim(buf_slice(&r->word)).n) {
		buf_clear(&r->word);
		(void)charset_to_utf8(S("utf-8"), a->mailbox, &r->word);
		buf_byte(&r->word, '@');
		(void)charset_to_utf8(S("utf-8"), a->host, &r->word);
	}
	words_casemap(slice_trim(buf_slice(&r->word)), out);
}

static struct buf *sort_key(struct entity_top *top, unsigned list)
{
	struct buf *key = list == LIST_FROM ? &top->sort[0]
	                  : list == LIST_TO ? &top->sort[1]
	                  : list == LIST_CC ? &top->sort[2]
	                                    : NULL;

	return key && !key->n ? key : NULL;
}

static void encode_address(struct entity_reader *r, struct buf *b, const struct mime_address *a)
{
	buf_byte(b, (char)a->kind);
	if (a->kind == MIME_ADDRESS) {
		pool_text(&r->pool, b, a->name);
		pool_text(&r->pool, b, a->route);
	}
	if (a->kind != MIME_GROUP_END)
		pool_text(&r->pool, b, a->mailbox);
	if (a->kind == MIME_ADDRESS)
		pool_text(&r->pool, b, a->host);
}

static size_t lists_octets(const struct entity_reader *r)
{
	size_t n = r->pool.bytes.n;

	for (size_t i = 0; i < LISTS; i++)
		n += r->list[i].bytes.n;
	return n;
}

/* False: there is no room for it and what may follow. A group's end always has some. */
static bool put_address(struct entity_reader *r, unsigned list, const struct mime_address *a)
{
	struct buf *b = &r->list[list].bytes;
	size_t before = b->n, pool_before = r->pool.bytes.n;

	encode_address(r, b, a);
	if (a->kind != MIME_GROUP_END &&
	    (r->addresses >= MIME_ADDRESSES_MAX - VALUES_MAX || lists_octets(r) > POOL_LISTS_MAX)) {
		b->n = before;
		r->pool.bytes.n = pool_before;
		return false;
	}
	r->list[list].n++;
	r->addresses++;
	return true;
}

static void read_list(struct entity_reader *r, unsigned list, struct slice value,
                      struct entity_top *top)
{
	struct address_parser p;
	struct mime_address a;

	address_start(&p, value);
	while (address_next(&p, &a)) {
		struct buf *key = top && a.kind == MIME_ADDRESS ? sort_key(top, list) : NULL;

		if (key)
			display(r, &a, key);
		if (!put_address(r, list, &a)) {
			if (p.in_group && a.kind != MIME_GROUP_START)
				(void)put_address(r, list,
				                  &(struct mime_address){.kind = MIME_GROUP_END});
			break;
		}
	}
	r->word.failed |= p.text.failed || p.comment.failed;
	address_free(&p);
}

static uint32_t fallback_envelope(struct entity_reader *r)
{
	if (r->fallback_envelope)
		return r->fallback_envelope - 1;
	buf_clear(&r->block);
	for (int i = 0; i < 4 + LISTS; i++) /* all absent or empty */
		pool_number(&r->block, 0);
	r->fallback_envelope = pool_block(&r->pool, buf_slice(&r->block), 0) + 1;
	return r->fallback_envelope - 1;
}

void entity_read_envelope(struct entity_reader *r, const struct values *v, struct entity_top *top,
                          struct entity *out)
{
	static const enum field texts[] = {F_DATE, F_SUBJECT, F_IN_REPLY_TO, F_MESSAGE_ID};

	for (size_t i = 0; i < LISTS; i++) {
		buf_clear(&r->list[i].bytes);
		r->list[i].n = 0;
	}
	buf_clear(&r->block);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		entity_put_once(r, v, texts[i]);
	for (size_t i = 0; i < v->many_n; i++)
		read_list(r, v->list[i], v->many[i], top);
	for (size_t i = 0; i < LISTS; i++) {
		pool_number(&r->block, r->list[i].n);
		buf_put(&r->block, buf_slice(&r->list[i].bytes));
	}
	out->envelope = pool_block(&r->pool, buf_slice(&r->block), POOL_RESERVE);
	if (out->envelope == SUMMARY_NONE)
		out->envelope = fallback_envelope(r);
}

static void first_id(struct entity_reader *r, struct slice value, struct buf *out)
{
	struct slice rest = entity_unfolded(r, value);

	if (!header_message_id(&rest, out))
		buf_clear(out);
}

/* All ids as "<a> <b>", then without as many behind the first as are too much. */
static void read_references(struct entity_reader *r, struct slice value, struct buf *out)
{
	struct slice rest = entity_unfolded(r, value), all, first;
	size_t n = 0;

	while (header_message_id(&rest, &r->word)) {
		if (n++)
			buf_byte(out, ' ');
		buf_byte(out, '<');
		buf_put(out, buf_slice(&r->word));
		buf_byte(out, '>');
	}
	all = buf_slice(out);
	if (n <= REFERENCES_MAX && all.n <= REFERENCE_OCTETS)
		return;
	first = slice_cut(&all, ' ');
	while (all.n && (n > REFERENCES_MAX || first.n + 1 + all.n > REFERENCE_OCTETS)) {
		slice_cut(&all, ' ');
		n--;
	}
	if (all.n)
		memmove(out->p + first.n + 1, all.p, all.n);
	out->n = first.n + (all.n ? all.n + 1 : 0);
}

void entity_read_delivered(struct entity_reader *r, const struct values *v, struct entity_top *top)
{
	struct address_parser p;
	struct mime_address a;

	for (size_t i = 0; i < v->delivered_n; i++) {
		address_start(&p, v->delivered[i]);
		if (address_next(&p, &a) && a.kind == MIME_ADDRESS && a.mailbox.n) {
			buf_clear(&r->word);
			buf_put(&r->word, a.mailbox);
			if (a.host.n) {
				buf_byte(&r->word, '@');
				buf_put(&r->word, a.host);
			}
			pool_text(&r->pool, &top->delivered_to, buf_slice(&r->word));
			top->delivered++;
		}
		r->word.failed |= p.text.failed;
		address_free(&p);
	}
}

void entity_read_top(struct entity_reader *r, const struct values *v, struct entity_top *top)
{
	first_id(r, v->once[F_MESSAGE_ID], &top->message_id);
	first_id(r, v->once[F_IN_REPLY_TO], &top->in_reply_to);
	read_references(r, v->once[F_REFERENCES], &top->references);
	if (top->references.n) {
		/* First into the pool: ids and addresses are often part of it. */
		buf_clear(&r->block);
		pool_text(&r->pool, &r->block, buf_slice(&top->references));
	}
	words_base_subject(entity_unfolded(r, v->once[F_SUBJECT]), &top->base_subject,
	                   &top->reply_or_forward);
	top->has_date = date_parse(v->once[F_DATE], &top->date_ms, &top->zone_minutes);
	top->received = v->received < UINT16_MAX ? (uint16_t)v->received : UINT16_MAX;
}
