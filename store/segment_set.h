#ifndef STORE_SEGMENT_SET_H
#define STORE_SEGMENT_SET_H

#include "segment.h"
#include "volume.h"

#include <pthread.h>

/* The segments of a volume, for segment*.c alone. */
struct segments {
	int dir;
	struct volume *volume;

	pthread_mutex_t lock; /* for what follows, and for the members of each segment */
	struct segment *by_id;
	struct segment *large;  /* open ones, also busy ones */
	struct segment *unused; /* not pinned, oldest first; their files are kept open a while */
	unsigned large_count, unused_count;
	uint32_t next_n;

	/* The writer's own. */
	struct segment *small, *spare; /* the one that it appends to; the next one, made ahead */
	struct buf batch;              /* what belongs at small->tail */
	bool dirty;                    /* small has octets that are not synced */
	bool broken;                   /* a write or sync failed: nothing more goes to small */
	uint64_t *died;                /* segments whose rows this batch calls dead */
	size_t died_count, died_cap;

	_Atomic uint64_t reserved; /* octets of small bodies on their way in */
};

#define SEGMENT_IDLE_MAX   16  /* large ones kept open for the next body */
#define SEGMENT_UNUSED_MAX 256 /* files kept open for the next reader */

void segment_name(uint64_t id, char name[20]);
bool segment_is_name(const char *name, uint64_t *id);

/* A new file with its head, its directory synced; pinned once and open. Not under the lock. */
enum pk_status segment_make(struct segments *, struct segment **);
/* Under the lock: takes no more records. */
void segment_shut(struct segments *, struct segment *);
/* Under the lock: gives back a pin. */
void segment_drop(struct segments *, struct segment *);

/* At the start: seals what earlier epochs left open, removes what no row names. */
enum pk_status segments_recover(struct segments *);

#endif
