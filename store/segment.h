#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include "segment_head.h"
#include "txn.h"

#include <uthash.h>

/*
 * Append-only files of sealed bodies, data/volumes/NN/segments/EPOCH-N, opened with their volume,
 * closed with it. A segment's id is epoch << 32 | n; those of earlier epochs are never appended
 * to. Small bodies go to the writer's own segment; large ones and what compaction copies to large
 * segments, which one body owns while it is written. See blob.h.
 */
struct segments;

/* Before anything is opened: PK_ENOTSUP, said in the log, if a file's format is not opened here. */
enum pk_status segments_check(const char *dir);

enum pk_status segments_open(struct volume *);
void segments_close(struct volume *);

/* Writer thread: everything that the batch appended is on the disk after this. */
enum pk_status segments_sync(struct volume *);
/* Writer thread: the batch was aborted; what it appended is dead, the next append follows it. */
void segments_abort(struct volume *);
/* Writer thread, after the commit: the batch's rows are durable. */
void segments_committed(struct volume *);

struct record_place {
	uint64_t segment, offset; /* of a record */
};

/* Writer thread: gathers a whole record for the batch's sync. A failure is the transaction's. */
enum pk_status segments_append(struct txn *, struct slice record, struct record_place *);

/*
 * A segment in use: pinned, so that its file stays and is open. Only segment*.c change its members;
 * id, fd and name are constant and may be read.
 */
struct segment {
	uint64_t id;
	int fd;
	char name[20];
	unsigned pins;               /* readers, owners, and one while it is open */
	unsigned pending;            /* records written or being written whose fate is open */
	bool open;                   /* takes more records */
	bool busy;                   /* a body owns it */
	bool dead;                   /* its row says so: the file goes with the last pin */
	uint64_t tail;               /* where the next record begins; of those made in this epoch */
	struct segment *prev, *next; /* of the large ones that are open, or of the unused */
	UT_hash_handle hh;
};

/* Any thread. PK_ENOTFOUND: there is no such file any more; look the body up again. */
enum pk_status segment_pin(struct volume *, uint64_t id, struct segment **);
void segment_unpin(struct volume *, struct segment *);

/*
 * Any thread but the writer's: a large segment that is the caller's alone, with `room` octets from
 * *offset on; `whole`: a file of its own. Then segment_give ends the writing, at end; then, when
 * it is known whether a row names the record (or may name it), segment_settle, once.
 */
enum pk_status segment_take(struct volume *, uint64_t room, bool whole, struct segment **,
                            uint64_t *offset);
void segment_give(struct volume *, struct segment *, uint64_t end);
void segment_settle(struct volume *, struct segment *, uint64_t offset, uint64_t end, bool named);

/* Whether records may still be added, so that its row says SEG_OPEN. Any thread. */
bool segment_growing(struct volume *, uint64_t id);

/* Writer thread: counts a record into, or out of, its segment's row. */
enum pk_status segment_row_add(struct txn *, struct record_place, uint64_t octets, bool large);
enum pk_status segment_row_dead(struct txn *, uint64_t id, uint64_t octets);
struct segment_row;
enum pk_status segment_row_load(struct txn *, uint64_t id, struct segment_row *);
/* Writer thread: a row of this batch says SEG_DEAD: the file goes after the commit. */
void segment_row_died(struct volume *, uint64_t id);

/* fdatasync of its file, unless the volume does without. Any thread. */
enum pk_status segment_sync(const struct volume *, const struct segment *);

/* Calls each(arg, head, offset) for the records of a segment in their order, until it says false;
 * steps over what is not a record. Any thread; pinned by the caller. */
enum pk_status segment_scan(struct segment *,
                            bool (*each)(void *, const struct record_head *, uint64_t offset),
                            void *arg);

/*
 * Memory of small bodies on their way in, for all of the volume, to the octet. Any thread. Up to 64
 * MiB any; beyond that, up to 256 MiB, the first 64 KiB of each, which cannot go to disk before its
 * chunk is whole. False: there is no more.
 */
bool segments_reserve(struct volume *, uint64_t octets);
bool segments_reserve_first(struct volume *, uint64_t octets);
void segments_release(struct volume *, uint64_t octets);

#endif
