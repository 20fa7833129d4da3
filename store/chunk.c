#include "chunk.h"

#include "dictionary.h"

#include "base/formats.h"
#include "base/log.h"
#include "ipc/wire.h"

#include <assert.h>

#include <sodium.h>

enum kind { CHUNK = 0, TABLE = 1 };

uint64_t chunk_count(uint64_t raw)
{
	return raw ? (raw - 1) / CHUNK_OCTETS + 1 : 1;
}

uint64_t chunk_table_octets(uint64_t chunks)
{
	return chunks > 1 ? 4 * chunks + CRYPT_TAG : 0;
}

uint64_t chunk_room(uint64_t raw)
{
	uint64_t chunks = chunk_count(raw);

	return RECORD_HEAD_OCTETS + raw + chunks * CRYPT_TAG + chunk_table_octets(chunks);
}

size_t chunk_octets(uint64_t raw, uint64_t chunk)
{
	uint64_t from = chunk * CHUNK_OCTETS;

	assert(chunk < chunk_count(raw));
	return raw - from < CHUNK_OCTETS ? (size_t)(raw - from) : CHUNK_OCTETS;
}

/* *version is what the record says, or 0 for the newest. */
static enum pk_status derive(struct keyring *ring, struct crypt *c, struct body_key *k)
{
	unsigned char tenant_key[KEY_BYTES];
	enum pk_status st;
	uint8_t version;

	st = keyring_get(ring, k->tenant, tenant_key, &version);
	if (st == PK_OK && !k->version)
		k->version = version;
	if (st == PK_ENOTFOUND || (st == PK_OK && k->version != version)) {
		LOG(PK_LOG_ERROR, "seal", LOG_NUMBER("tenant", k->tenant),
		    LOG_CSTR("reason", "the key of a body is gone"));
		st = PK_EIO;
	}
	if (st == PK_OK &&
	    !crypt_derive(c, (struct slice){(char *)tenant_key, KEY_BYTES},
	                  (struct slice){(char *)k->salt, SALT_OCTETS}, S("postkeep body"), k->key))
		st = PK_ENOMEM;
	sodium_memzero(tenant_key, sizeof tenant_key);
	return st;
}

enum pk_status body_key_new(struct keyring *ring, struct crypt *c, uint32_t tenant,
                            struct body_key *k)
{
	*k = (struct body_key){.tenant = tenant, .dictionary = DICTIONARY_NEWEST};
	crypt_random(c, k->salt, SALT_OCTETS);
	return derive(ring, c, k);
}

enum pk_status body_key_derive(struct keyring *ring, struct crypt *c, struct body_key *k)
{
	return k->version ? derive(ring, c, k) : PK_EIO;
}

/* Nonce and associated data of a chunk or the table. */
struct sealing {
	unsigned char nonce[CRYPT_NONCE];
	struct buf aad;
	char aad_bytes[BODY_AAD_MAX];
	struct gcm gcm;
};

static void sealing_init(struct sealing *s, const struct body_key *k, enum kind kind,
                         const struct chunk *chunk)
{
	s->aad = (struct buf){.p = s->aad_bytes, .cap = sizeof s->aad_bytes}; /* never grows */
	memset(s->nonce, 0, sizeof s->nonce);
	s->nonce[0] = (unsigned char)kind;
	s->nonce[1] = chunk->last;
	for (unsigned i = 0; i < 8; i++)
		s->nonce[4 + i] = (unsigned char)(chunk->number >> (8 * (7 - i)));
	wire_put(&s->aad, FORMAT_SEGMENT, 1);
	wire_put(&s->aad, k->version, 1);
	wire_put(&s->aad, k->dictionary, 1);
	wire_put(&s->aad, k->tenant, 4);
	buf_put(&s->aad, (struct slice){(const char *)k->salt, SALT_OCTETS});
	if (chunk->last || kind == TABLE)
		wire_put(&s->aad, chunk->raw_total, 8);
	s->gcm = (struct gcm){.key = k->key, .nonce = s->nonce, .aad = buf_slice(&s->aad)};
}

enum pk_status chunk_seal(struct crypt *c, const struct body_key *k, const struct chunk *chunk,
                          struct slice raw, struct buf *out)
{
	size_t from = out->n;
	struct sealing s;

	assert(raw.n <= CHUNK_OCTETS);
	if (!crypt_pack(c, k->dictionary, raw, out))
		buf_put(out, raw);
	sealing_init(&s, k, CHUNK, chunk);
	return !out->failed && crypt_seal(c, &s.gcm, out, from) ? PK_OK : PK_ENOMEM;
}

static enum pk_status broken(const struct body_key *k, const struct buf *out, const char *what)
{
	if (out->failed)
		return PK_ENOMEM;
	LOG(PK_LOG_ERROR, "seal", LOG_NUMBER("tenant", k->tenant), LOG_CSTR("reason", what));
	return PK_EIO;
}

enum pk_status chunk_open(struct crypt *c, const struct body_key *k, const struct chunk *chunk,
                          struct slice stored, struct buf *out)
{
	bool packed = stored.n != chunk->octets + CRYPT_TAG;
	struct buf *plain = packed ? crypt_scratch(c) : out;
	struct sealing s;

	sealing_init(&s, k, CHUNK, chunk);
	if (!crypt_open(c, &s.gcm, stored, plain))
		return broken(k, plain, "a chunk does not open");
	if (packed && !crypt_unpack(c, k->dictionary, buf_slice(plain), chunk->octets, out))
		return broken(k, out, "a chunk does not unpack");
	return PK_OK;
}

enum pk_status table_seal(struct crypt *c, const struct body_key *k, uint64_t raw_total,
                          struct slice lengths, struct buf *out)
{
	size_t from = out->n;
	struct sealing s;

	buf_put(out, lengths);
	sealing_init(&s, k, TABLE, &(struct chunk){.raw_total = raw_total});
	return !out->failed && crypt_seal(c, &s.gcm, out, from) ? PK_OK : PK_ENOMEM;
}

enum pk_status table_open(struct crypt *c, const struct body_key *k, uint64_t raw_total,
                          struct slice stored, struct buf *lengths)
{
	struct sealing s;

	sealing_init(&s, k, TABLE, &(struct chunk){.raw_total = raw_total});
	return crypt_open(c, &s.gcm, stored, lengths)
	               ? PK_OK
	               : broken(k, lengths, "a chunk table does not open");
}

enum pk_status record_seal(struct crypt *c, const struct body_key *k, struct slice raw,
                           struct buf *record)
{
	uint64_t chunks = chunk_count(raw.n);
	struct buf table = {0};
	enum pk_status st = PK_OK;

	assert(!record->n);
	if (!buf_room(record, RECORD_HEAD_OCTETS + raw.n / 2 + CRYPT_TAG))
		return PK_ENOMEM;
	record->n = RECORD_HEAD_OCTETS;
	for (uint64_t i = 0; i < chunks && st == PK_OK; i++) {
		struct chunk chunk = {.number = i, .last = i == chunks - 1, .raw_total = raw.n};
		size_t before = record->n;

		st = chunk_seal(c, k, &chunk,
		                slice_head(slice_skip(raw, i * CHUNK_OCTETS), CHUNK_OCTETS),
		                record);
		wire_put(&table, record->n - before, 4);
	}
	if (st == PK_OK && chunks > 1)
		st = table.failed ? PK_ENOMEM : table_seal(c, k, raw.n, buf_slice(&table), record);
	buf_free(&table);
	return st;
}

void record_finish(char *record, size_t octets, const struct body_key *k, uint64_t raw,
                   uint64_t blob)
{
	struct record_head head = {
		.key_version = k->version,
		.dictionary = k->dictionary,
		.tenant = k->tenant,
		.blob = blob,
		.stored = octets - RECORD_HEAD_OCTETS,
		.raw = raw,
	};

	memcpy(head.salt, k->salt, SALT_OCTETS);
	record_head_put((unsigned char *)record, &head);
}
