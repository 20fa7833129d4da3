#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "crypt.h"
#include "keyring.h"
#include "segment_head.h"

/*
 * How a body is packed and sealed in its record. It is cut into chunks of CHUNK_OCTETS; each is
 * one zstd frame, or itself where that is not smaller, sealed alone under the record's key, which
 * is HKDF-SHA-256 of the tenant's key with the record's random salt. An empty body has one empty
 * chunk. The nonce is the chunk's number with a bit for the last one; associated data are format,
 * key version, dictionary, tenant and salt, and for the last chunk and the table also the raw
 * length: cutting, swapping or replaying a chunk does not open.
 */
#define CHUNK_OCTETS ((size_t)65536)
#define BODY_AAD_MAX 64

struct body_key {
	unsigned char key[KEY_BYTES];
	uint32_t tenant;
	uint8_t version, dictionary;
	uint8_t salt[SALT_OCTETS];
};

uint64_t chunk_count(uint64_t raw);                /* how many; at least 1 */
uint64_t chunk_table_octets(uint64_t chunks);      /* as stored; 0 for one chunk */
uint64_t chunk_room(uint64_t raw);                 /* the most that a record can take */
size_t chunk_octets(uint64_t raw, uint64_t chunk); /* raw octets of a chunk */

/* A key with a new salt. PK_EIO: the tenant has no key. */
enum pk_status body_key_new(struct keyring *, struct crypt *, uint32_t tenant, struct body_key *);
/* The key of a record that is there: the other members are set. PK_EIO: it is gone. */
enum pk_status body_key_derive(struct keyring *, struct crypt *, struct body_key *);

struct chunk {
	uint64_t number;
	uint64_t raw_total; /* of the whole body, where this is its last chunk */
	bool last;
	size_t octets; /* raw; for chunk_open */
};
/* Appends the chunk as stored. */
enum pk_status chunk_seal(struct crypt *, const struct body_key *, const struct chunk *,
                          struct slice raw, struct buf *out);
/* Appends chunk->octets; PK_EIO when the seal is broken. */
enum pk_status chunk_open(struct crypt *, const struct body_key *, const struct chunk *,
                          struct slice stored, struct buf *out);

/* The table: stored length u32 of each chunk. */
enum pk_status table_seal(struct crypt *, const struct body_key *, uint64_t raw_total,
                          struct slice lengths, struct buf *out);
enum pk_status table_open(struct crypt *, const struct body_key *, uint64_t raw_total,
                          struct slice stored, struct buf *lengths);

/*
 * A whole record in memory: room for its head, chunks, table. record_finish writes the head once
 * the blob's id is known.
 */
enum pk_status record_seal(struct crypt *, const struct body_key *, struct slice raw,
                           struct buf *record);
void record_finish(char *record, size_t octets, const struct body_key *, uint64_t raw,
                   uint64_t blob);

#endif
