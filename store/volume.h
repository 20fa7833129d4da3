#ifndef STORE_VOLUME_H
#define STORE_VOLUME_H

#include "txn.h"

#include <postkeep/buf.h>

struct keyring;
struct metrics;
struct segments;
struct writer;

/* What a volume is opened with; zero members take the defaults of pk-store(5). */
struct volume_options {
	uint64_t map_octets;     /* 16 TiB */
	uint64_t segment_octets; /* 128 MiB */
	uint64_t reserve_octets; /* 1 % of the disk, at least 512 MiB; 1 turns it off for tests */
	uint32_t readers;        /* LMDB reader slots: 512 */
	bool read_only;          /* after a failed sync, until resumed */
	bool no_sync;            /* tests on a memory disk only */
};

/*
 * One LMDB environment with its segment files: data/volumes/NN/. Opening raises the epoch, which
 * is part of the ids of segments and blobs, so that no id comes back after a crash.
 */
struct volume {
	uint16_t number;
	char *path; /* owned, without a slash at the end */
	struct MDB_env *env;
	unsigned dbi[TREE_COUNT];
	struct volume_options options;
	uint32_t epoch;
	uint32_t page_octets;       /* of the environment */
	struct keyring *keys;       /* shared by all volumes, not owned */
	struct segments *segments;  /* owned */
	struct writer *writer;      /* owned */
	_Atomic uint64_t next_blob; /* low 32 bits of the next blob id */
	bool trace_sweeping;        /* likewise of trace.c */
	struct metrics *metrics;    /* not owned; NULL: not counted */
	bool sweeping;              /* a piece of sweep.c is under way; loop thread */
};

/* Before it is opened: PK_ENOTSUP, said in the log, if a format in it is not opened here. */
enum pk_status volume_check(const char *path);
enum pk_status volume_create(const char *path); /* its directory; PK_EEXISTS */
enum pk_status volume_open(struct volume *, const char *path, uint16_t number,
                           const struct volume_options *, struct keyring *);
void volume_close(struct volume *); /* no reader may be left */

uint64_t volume_blob_id(struct volume *); /* epoch << 32 | n; any thread */
bool volume_short_of_disk(
	struct volume *); /* below the reserve: no new mail, everything else goes on */

#endif
