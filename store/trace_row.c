#include "trace_row.h"

#include "seal.h"

#include "base/formats.h"
#include "ipc/wire.h"

#include <sodium.h>

#define TEXTS     8
#define TEXT_MAX  200 /* octets kept of a text: all of them are a row */
#define ROW_USUAL 384 /* octets: room made at once */
#define HEAD      6   /* version, tenant, how many tags */
#define TAG       8

static const size_t texts[TEXTS] = {
	offsetof(struct trace_event, service), offsetof(struct trace_event, peer),
	offsetof(struct trace_event, address), offsetof(struct trace_event, owner),
	offsetof(struct trace_event, from),    offsetof(struct trace_event, message_id),
	offsetof(struct trace_event, mailbox), offsetof(struct trace_event, text),
};

static struct slice *text_of(const struct trace_event *e, size_t i)
{
	return (struct slice *)(uintptr_t)((const char *)e + texts[i]);
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

struct slice trace_key_slice(const struct trace_key *k)
{
	return (struct slice){(const char *)k->p, TRACE_KEY_OCTETS};
}

enum pk_status trace_tags_open(struct trace_tags *t, struct keyring *keys)
{
	unsigned char key[KEY_BYTES];
	enum pk_status st = keyring_house_key(keys, "trace", key);

	if (st == PK_OK)
		memcpy(t->key, key, sizeof(t->key));
	sodium_memzero(key, sizeof(key));
	return st;
}

uint64_t trace_tag(const struct trace_tags *t, struct slice name)
{
	unsigned char out[crypto_shorthash_BYTES], folded[2 * TEXT_MAX];
	struct wire w = {
		{(char *)out, sizeof(out)},
                false
        };
	size_t n = 0;

	if (slice_starts(name, S("<")) && slice_ends(name, S(">")))
		name = slice_head(slice_skip(name, 1), name.n - 2);
	for (; n < name.n && n < sizeof(folded); n++) {
		unsigned char c = (unsigned char)name.p[n];

		folded[n] = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
	}
	crypto_shorthash(out, folded, n, t->key);
	return wire_get(&w, TAG);
}

static void put_head(const struct trace_tags *t, const struct trace_event *e, struct buf *row)
{
	struct slice names[] = {e->address, e->owner, e->from, e->message_id, {0}};
	char digits[24];
	uint8_t count = 0;
	size_t at;

	if (e->session) {
		snprintf(digits, sizeof(digits), "%llu", (unsigned long long)e->session);
		names[4] = slice_str(digits);
	}
	wire_put(row, FORMAT_ROW, 1);
	wire_put(row, e->tenant, 4);
	at = row->n;
	wire_put(row, 0, 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].n) {
			wire_put(row, trace_tag(t, names[i]), TAG);
			count++;
		}
	if (!row->failed)
		row->p[at] = (char)count;
}

static void put_plain(const struct trace_event *e, struct buf *b)
{
	wire_put(b, e->kind, 1);
	wire_put(b, e->code, 2);
	wire_put(b, e->user, 4);
	wire_put(b, e->docid, 4);
	wire_put(b, e->uid, 4);
	wire_put(b, e->session, 8);
	wire_put(b, e->octets, 8);
	for (size_t i = 0; i < TEXTS; i++) {
		struct slice s = slice_head(*text_of(e, i), TEXT_MAX);

		wire_put(b, s.n, 1);
		buf_put(b, s);
	}
}

/* A row is sealed to its key, which stands where other sealed rows have a guid. */
#define CONTEXT_WORD "trce"
_Static_assert(TRACE_KEY_OCTETS + sizeof(CONTEXT_WORD) - 1 == GUID_BYTES, "the context is a guid");

static void context_of(struct slice key, uint8_t out[GUID_BYTES])
{
	memset(out, 0, GUID_BYTES);
	memcpy(out, key.p, key.n < TRACE_KEY_OCTETS ? key.n : TRACE_KEY_OCTETS);
	memcpy(out + TRACE_KEY_OCTETS, CONTEXT_WORD, sizeof(CONTEXT_WORD) - 1);
}

enum pk_status trace_encode(struct keyring *keys, const struct trace_tags *tags,
                            const struct trace_event *e, const struct trace_key *key,
                            struct buf *row)
{
	uint8_t context[GUID_BYTES];
	struct buf plain = {0};
	enum pk_status st = PK_ENOMEM;

	context_of(trace_key_slice(key), context);
	if (buf_room(row, ROW_USUAL) && buf_room(&plain, ROW_USUAL))
		put_head(tags, e, row);
	put_plain(e, &plain);
	if (plain.failed)
		st = PK_ENOMEM;
	else if (e->tenant)
		st = seal_row(keys, e->tenant, context, buf_slice(&plain), row);
	else
		st = keyring_wrap(keys, (struct slice){(char *)context, GUID_BYTES},
		                  buf_slice(&plain), row);
	buf_free(&plain);
	return st == PK_OK && row->failed ? PK_ENOMEM : st;
}

static size_t tags_end(struct slice row)
{
	size_t count = row.n >= HEAD ? (unsigned char)row.p[HEAD - 1] : 0;

	return row.n >= HEAD + count * TAG ? HEAD + count * TAG : 0;
}

bool trace_has_tag(struct slice row, uint64_t tag)
{
	size_t end = tags_end(row);

	for (size_t at = HEAD; at < end; at += TAG) {
		struct wire w = {slice_skip(row, at), false};

		if (wire_get(&w, TAG) == tag)
			return true;
	}
	return false;
}

uint32_t trace_tenant(struct slice row)
{
	struct wire w = {slice_skip(row, 1), false};

	return row.n >= HEAD ? (uint32_t)wire_get(&w, 4) : 0;
}

static enum pk_status take_plain(struct slice s, struct trace_event *e)
{
	struct wire w = {s, false};

	e->kind = (uint8_t)wire_get(&w, 1);
	e->code = (uint16_t)wire_get(&w, 2);
	e->user = (uint32_t)wire_get(&w, 4);
	e->docid = (uint32_t)wire_get(&w, 4);
	e->uid = (uint32_t)wire_get(&w, 4);
	e->session = wire_get(&w, 8);
	e->octets = wire_get(&w, 8);
	for (size_t i = 0; i < TEXTS; i++)
		*text_of(e, i) = wire_take(&w, wire_get(&w, 1));
	return w.bad ? PK_EIO : PK_OK;
}

enum pk_status trace_decode(struct keyring *keys, struct slice key, struct slice row,
                            struct buf *plain, struct trace_event *e)
{
	size_t end = tags_end(row), before = plain->n;
	struct slice sealed = slice_skip(row, end);
	uint8_t context[GUID_BYTES];
	enum pk_status st;

	if (!end || row.p[0] != FORMAT_ROW)
		return PK_EIO;
	*e = (struct trace_event){.tenant = trace_tenant(row)};
	context_of(key, context);
	if (e->tenant)
		st = seal_open(keys, e->tenant, context, sealed, plain);
	else
		st = keyring_unwrap(keys, (struct slice){(char *)context, GUID_BYTES}, sealed,
		                    plain);
	return st == PK_OK ? take_plain(slice_skip(buf_slice(plain), before), e) : st;
}
