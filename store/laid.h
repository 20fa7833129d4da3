#ifndef STORE_LAID_H
#define STORE_LAID_H

#include "blob.h"
#include "record.h"

/*
 * Bodies laid down ahead of the write that names them: whole records of large segments, synced,
 * which no row names yet. So they take no memory but these structs, however many there are. Until
 * laid_settle the segments are not compacted; a crash before the write leaves dead octets.
 */
struct laid { /* a record */
	struct record_place place;
	uint64_t blob, octets, record_octets;
	uint8_t key_version, dictionary;
	uint8_t salt[SALT_OCTETS];
	bool has_mac;
	unsigned char mac[CRYPT_MAC];
};

struct laid_run { /* octets of a segment */
	struct segment *segment;
	uint64_t start, end;
	struct laid_run *next; /* written before */
};

/* Pool thread: lays down bodies of one tenant. Zeroed but for the first two members. */
struct laying {
	struct volume *volume;
	uint32_t tenant;
	struct laid_run *runs; /* the newest first; the caller's, also after a failure */
	struct laid_run *open; /* the one that is being filled */
	struct buf octets;     /* what it gets */
};

/* A body that ingest_end has made ready; it may be freed then. */
enum pk_status lay_body(struct laying *, struct ingest *, struct laid *);
/* A derived body (a long summary). */
enum pk_status lay_octets(struct laying *, struct slice octets, struct laid *);
/* Once, also after a failure: what was laid down is on the disk. Frees all but the runs. */
enum pk_status lay_end(struct laying *);

/* In the writer: names it, with one row that points at it; deduplicated like blob_commit. May run
 * again after an aborted batch. */
enum pk_status laid_commit(struct txn *, const struct laid *, uint32_t tenant, uint64_t *blob);

/* Frees the runs. named: rows may point into them. Any thread. */
void laid_settle(struct volume *, struct laid_run *, bool named);

#endif
