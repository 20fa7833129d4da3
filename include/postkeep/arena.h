#ifndef PK_ARENA_H
#define PK_ARENA_H

#include <postkeep/slice.h>

/*
 * Memory that is freed together. Zeroed memory is a valid empty arena. What it gave is valid
 * until arena_reset or arena_free.
 */
struct arena {
	struct arena_block *top; /* newest first */
	size_t used;             /* bytes given since the last reset */
	bool failed;             /* memory ran out since the last reset */
};

void *arena_alloc(struct arena *a,
                  size_t bytes); /* zeroed, aligned for anything; NULL sets `failed` */
struct slice arena_copy(struct arena *a, struct slice s);
void arena_reset(struct arena *a); /* keeps one block; poisoned under ASan */
void arena_free(struct arena *a);

#endif
