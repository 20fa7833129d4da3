#include "trace_row.h"

#include "base/formats.h"

#include <sodium.h>

#define TEXTS    7
#define TEXT_MAX 200 /* octets kept of a text: all of them are a row */
#define HEAD     2   /* version, how many tags */
#define TAG      8

static const size_t texts[TEXTS] = {
	offsetof(struct trace_event, service), offsetof(struct trace_event, peer),
	offsetof(struct trace_event, address), offsetof(struct trace_event, owner),
	offsetof(struct trace_event, from),    offsetof(struct trace_event, message_id),
	offsetof(struct trace_event, text),
};

static struct slice *text_of(const struct trace_event *e, size_t i)
{
	return (struct slice *)(uintptr_t)((const char *)e + texts[i]);
}

static void put_number(struct buf *b, uint64_t v, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++)
		buf_byte(b, (char)(v >> (8 * i)));
}

static uint64_t number_at(struct slice s, size_t at, unsigned octets)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < octets; i++)
		v |= (uint64_t)(unsigned char)s.p[at + i] << (8 * i);
	return v;
}

struct trace_key trace_key(int64_t at_ms, uint32_t number)
{
	struct trace_key k;

	for (unsigned i = 0; i < 8; i++)
		k.p[i] = (unsigned char)((uint64_t)at_ms >> (56 - 8 * i));
	for (unsigned i = 0; i < 4; i++)
		k.p[8 + i] = (unsigned char)(number >> (24 - 8 * i));
	return k;
}

enum pk_status trace_tags_open(struct trace_tags *t, struct keyring *keys)
{
	unsigned char key[KEY_BYTES];
	enum pk_status st = keyring_house_key(keys, "trace", key);

	memcpy(t->key, key, sizeof(t->key));
	sodium_memzero(key, sizeof(key));
	return st;
}

uint64_t trace_tag(const struct trace_tags *t, struct slice name)
{
	unsigned char out[crypto_shorthash_BYTES], folded[2 * TEXT_MAX];
	size_t n = 0;

	if (slice_starts(name, S("<")) && slice_ends(name, S(">")))
		name = slice_head(slice_skip(name, 1), name.n - 2);
	for (; n < name.n && n < sizeof(folded); n++) {
		unsigned char c = (unsigned char)name.p[n];

		folded[n] = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
	}
	crypto_shorthash(out, folded, n, t->key);
	return number_at((struct slice){(char *)out, sizeof(out)}, 0, TAG);
}

static void put_tags(const struct trace_tags *t, const struct trace_event *e, struct buf *row)
{
	const struct slice names[] = {e->address, e->owner, e->from, e->message_id};
	char digits[24];
	uint8_t count = 0;
	size_t at = row->n;

	buf_byte(row, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].n) {
			put_number(row, trace_tag(t, names[i]), TAG);
			count++;
		}
	if (e->session) {
		snprintf(digits, sizeof(digits), "%llu", (unsigned long long)e->session);
		put_number(row, trace_tag(t, slice_str(digits)), TAG);
		count++;
	}
	if (!row->failed)
		row->p[at] = (char)count;
}

static void put_plain(const struct trace_event *e, struct buf *b)
{
	buf_byte(b, (char)e->kind);
	put_number(b, e->code, 2);
	put_number(b, e->session, 8);
	put_number(b, e->octets, 8);
	for (size_t i = 0; i < TEXTS; i++) {
		struct slice s = slice_head(*text_of(e, i), TEXT_MAX);

		buf_byte(b, (char)s.n);
		buf_put(b, s);
	}
}

/* A row is sealed to its key. */
static void put_context(struct buf *b, struct slice key)
{
	buf_put(b, S("trace"));
	buf_put(b, key);
}

enum pk_status trace_encode(struct keyring *keys, const struct trace_tags *tags,
                            const struct trace_event *e, const struct trace_key *key,
                            struct buf *row)
{
	struct buf plain = {0}, context = {0};
	enum pk_status st = PK_ENOMEM;

	buf_byte(row, FORMAT_ROW);
	put_tags(tags, e, row);
	put_plain(e, &plain);
	put_context(&context, (struct slice){(const char *)key->p, TRACE_KEY_OCTETS});
	if (!plain.failed && !context.failed)
		st = keyring_wrap(keys, buf_slice(&context), buf_slice(&plain), row);
	buf_free(&plain);
	buf_free(&context);
	return st == PK_OK && row->failed ? PK_ENOMEM : st;
}

static size_t tags_end(struct slice row)
{
	size_t count = row.n >= HEAD ? (unsigned char)row.p[1] : 0;

	return row.n >= HEAD + count * TAG ? HEAD + count * TAG : 0;
}

bool trace_has_tag(struct slice row, uint64_t tag)
{
	size_t end = tags_end(row);

	for (size_t at = HEAD; at < end; at += TAG)
		if (number_at(row, at, TAG) == tag)
			return true;
	return false;
}

static enum pk_status take_plain(struct slice s, struct trace_event *e)
{
	if (s.n < 19)
		return PK_EIO;
	*e = (struct trace_event){.kind = (uint8_t)s.p[0],
	                          .code = (uint16_t)number_at(s, 1, 2),
	                          .session = number_at(s, 3, 8),
	                          .octets = number_at(s, 11, 8)};
	s = slice_skip(s, 19);
	for (size_t i = 0; i < TEXTS; i++) {
		size_t n = s.n ? (unsigned char)s.p[0] : 0;

		if (s.n < 1 + n)
			return PK_EIO;
		*text_of(e, i) = slice_head(slice_skip(s, 1), n);
		s = slice_skip(s, 1 + n);
	}
	return PK_OK;
}

enum pk_status trace_decode(struct keyring *keys, struct slice key, struct slice row,
                            struct buf *plain, struct trace_event *e)
{
	size_t end = tags_end(row);
	struct buf context = {0};
	enum pk_status st = PK_EIO;

	put_context(&context, key);
	if (end && row.p[0] == FORMAT_ROW && !context.failed)
		st = keyring_unwrap(keys, buf_slice(&context), slice_skip(row, end), plain);
	buf_free(&context);
	return st == PK_OK ? take_plain(buf_slice(plain), e) : st;
}
