#ifndef STORE_INGEST_PART_H
#define STORE_INGEST_PART_H

#include "blob.h"

/* For ingest*.c: a large record being written by pool threads, one call at a time. */
struct large {
	struct volume *volume;
	struct segment *segment; /* NULL: not begun */
	struct body_key key;
	uint64_t start, at; /* of the record, and where the next chunk goes */
	uint64_t chunks;    /* written */
	struct buf lengths; /* their table */
	struct buf out;     /* scratch */
	bool given;         /* the segment has been given back */
};

enum pk_status large_begin(struct large *, struct volume *, struct crypt *,
                           const struct ingest_want *);
/* raw_total: 0, or of the whole body with its last chunk. */
enum pk_status large_add(struct large *, struct crypt *, struct slice raw, bool last,
                         uint64_t raw_total);
/* Table and head are written, all is synced, the segment is free for the next body. */
enum pk_status large_end(struct large *, struct crypt *, uint64_t raw_total, uint64_t blob);
/* named: a row may point at it. */
void large_free(struct large *, bool named);

/* A body for one tenant: its record in memory (small) or in a large segment. */
struct part {
	uint32_t tenant;
	struct body_key key; /* of the small record; a large one has its own */
	struct buf record;
	struct large large;
	unsigned char mac[CRYPT_MAC];
	bool has_mac;
	bool whole; /* sealed, and synced when large */
	struct part *next;
	bool named;    /* a write has made a row for it, which may have been undone */
	uint64_t blob; /* large: its id; small: the one it had in the last write */
};

/* What is made of one body. */
struct ingest {
	struct volume *volume;
	struct pool *pool;
	struct ingest_owner owner;
	struct ingest_want want;
	uint64_t octets;
	int64_t started_ms; /* monotonic */
	struct part first;  /* the one that is streamed; those after it are made at the end */

	struct buf raw;    /* received, not yet with a job */
	size_t owed;       /* octets taken whose room is not granted yet */
	uint64_t reserved; /* of the volume's memory for small bodies */
	bool large;        /* chunks are written while it streams */
	bool ended, freed, told;
	enum pk_status status;

	/* While it is busy the members from here to `reader` are the job's. */
	struct job job; /* one at a time */
	bool busy;
	enum pk_status result; /* of the job */
	struct buf work;       /* the job's octets */
	struct mac *mac;       /* of a large body, for dedup */
	struct part *part;     /* being made */
	uint64_t read_octets;  /* of the first one, for it */
	struct blob *reader;   /* reads the first one back */

	void (*ready)(void *, enum pk_status);
	void *ready_arg;
};

/* The bodies of jobs: on a pool thread. They set result, which is PK_OK before. */
void ingest_run_stream(struct ingest *); /* the chunks in work, none of them the last */
void ingest_run_last(struct ingest *);   /* the last chunks of a large body */
void ingest_run_small(struct ingest *);  /* all parts of a small body */
void ingest_run_copy(struct ingest *);   /* a piece of a large body for another tenant */

#endif
