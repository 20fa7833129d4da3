#ifndef STORE_BLOB_ROW_H
#define STORE_BLOB_ROW_H

#include "chunk.h"
#include "record.h"
#include "segment.h"

/* Rows of the blob and dedup trees, for blob*.c, ingest*.c and compact*.c. */
#define DEDUP_OCTETS 32768 /* smaller bodies are not compared */

enum pk_status blob_load(struct txn *, uint64_t id, struct blob_row *); /* PK_ENOTFOUND */
enum pk_status blob_save(struct txn *, uint64_t id, const struct blob_row *);

/* A record that a new blob is in. mac: NULL for none. */
struct blob_new {
	uint64_t id;
	struct record_place place;
	uint64_t record_octets, octets;
	const struct body_key *key;
	const unsigned char *mac;
	uint64_t refs;
	bool large;
};
enum pk_status blob_insert(struct txn *, const struct blob_new *);

/* The blob of the tenant with this mac. PK_ENOTFOUND. */
enum pk_status blob_same(struct txn *, uint32_t tenant, const unsigned char mac[CRYPT_MAC],
                         uint64_t *id);

#endif
