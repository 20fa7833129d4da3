#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include "chunk.h"
#include "pool.h"
#include "segment.h"
#include "txn.h"

#include <postkeep/buf.h>

/*
 * Bodies: compressed and sealed chunk by chunk, appended to segments, named by the blob tree.
 * Only this module and segment.c know where bytes live. Reading and writing of bodies is
 * asynchronous: callbacks come on the loop thread.
 */

/*
 * A body on its way in. Loop thread. Up to 256 KiB it is kept in memory until its request
 * commits; beyond, or after 5 s or when memory is short, its chunks are sealed by workers into a
 * large segment of its own while it streams.
 */
struct ingest;

#define INGEST_SMALL ((size_t)256 * 1024)

/* Neither may free the ingest from within. */
struct ingest_owner {
	void (*room)(void *arg,
	             size_t octets); /* so many octets have been taken: grant new credit */
	void (*failed)(void *arg,
	               enum pk_status why); /* once; it takes and drops what still comes */
	void *arg;
};

struct ingest_want {
	uint32_t tenant;   /* whose key seals it */
	uint64_t expected; /* octets, 0 when not known */
	uint64_t max;      /* more is PK_ETOOBIG */
};
struct ingest *ingest_new(struct volume *, struct pool *, const struct ingest_want *,
                          const struct ingest_owner *);
void ingest_feed(struct ingest *,
                 struct slice bytes); /* never more than the credit that was granted */
/*
 * The body is whole. ready(arg, status) is called once it is hashed, sealed and, when large,
 * synced; then blob_commit may be called by a write. tenants: all whose mailboxes get it; each
 * gets a blob of its own under its own key.
 */
void ingest_end(struct ingest *, const uint32_t *tenants, size_t count,
                void (*ready)(void *, enum pk_status), void *arg);
uint64_t ingest_octets(const struct ingest *); /* raw octets so far */
bool ingest_small(const struct ingest *);      /* its commit needs the batch's segment sync */
/* No more calls of room and failed; a failure is told by ready() of ingest_end. */
void ingest_disown(struct ingest *);
void ingest_free(struct ingest *); /* at any time on the loop thread; waits for nothing */

/*
 * In the writer: names the body for a tenant, with `refs` rows that point at it; deduplicated
 * (bodies of 32 KB and more) within the tenant. Small bodies are appended to the batch's segment
 * here. May run again for the same ingest after an aborted batch.
 */
enum pk_status blob_commit(struct txn *, struct ingest *, uint32_t tenant, uint32_t refs,
                           uint64_t *blob);

/* A small derived body (a long summary): sealed here, appended to the batch. */
enum pk_status blob_put(struct txn *, uint32_t tenant, struct slice bytes, uint64_t *blob);

/* by: how many rows more (or, below 0, fewer) point at it. At 0 the row and its bytes go. */
enum pk_status blob_ref(struct txn *, uint64_t blob, int64_t by);

/*
 * A body being read: pins its record, so that compaction and expunge leave it until blob_close.
 * blob_open looks it up (any thread, inside a read transaction); blob_read may then be called
 * without one, from one thread at a time.
 */
struct blob {
	struct volume *volume;
	struct segment *pinned;
	struct record_place place;
	uint64_t id;
	uint64_t octets;        /* raw */
	uint64_t record_octets; /* head, chunks, table */
	struct body_key key;
	struct buf table;  /* where each chunk begins in the record, u64, when there are several */
	struct buf chunk;  /* the chunk read last, raw */
	struct buf stored; /* and as it was stored */
	uint64_t chunk_no; /* UINT64_MAX: none */
};

/* PK_ENOTFOUND: no such blob. PK_EIO: its key is gone, or its file. */
enum pk_status blob_open(struct txn *, uint64_t id, struct blob *);
/* Appends up to `octets` raw octets from `offset` to out (fewer at the end). PK_EIO: a seal is
 * broken. */
enum pk_status blob_read(struct blob *, uint64_t offset, uint64_t octets, struct buf *out);
void blob_rest(struct blob *); /* stays open; what was read ahead is read anew */
void blob_close(struct blob *);

/*
 * Compaction: copies live records out of segments that are half dead, or hold dead octets for
 * longer than a month, and frees these. One run copies at most 64 MiB, so that who starts it sets
 * the rate; its writes are bulk writes. done() comes once, on the loop thread, with the octets of
 * the files that were freed; then the compaction is gone. NULL: the pool is full, or out of memory.
 */
struct compaction;
struct compaction *compaction_start(struct volume *, struct pool *,
                                    void (*done)(void *, enum pk_status, uint64_t freed),
                                    void *arg);
void compaction_stop(struct compaction *); /* done() comes after the step under way */

#endif
