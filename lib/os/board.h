#ifndef OS_BOARD_H
#define OS_BOARD_H

#include <postkeep/status.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A page of counters that one store writes and all hosts read, so that a session sees without a
 * request that nothing has changed. A watched mailbox has a place on it, whose count goes up when
 * it changes: after the commit, before anybody is told of it. Who learns of a change by another
 * way and looks then sees a count that is not the one of his last look.
 *
 * The supervisor makes it, once; a store that is started anew goes on with the same one.
 */
#define BOARD_PLACES  262144u
#define BOARD_NOWHERE UINT32_MAX /* all places were taken */

struct board {
	_Atomic uint64_t count[BOARD_PLACES];
};

/* One descriptor to write through and one that can only be read; both close-on-exec. -1: none could
 * be made, and sessions ask. PK_EUNAVAILABLE */
enum pk_status board_make(int *writer, int *reader);

/* NULL: it cannot be had. The descriptor is not taken. */
struct board *board_map(int fd, bool writes);
void board_unmap(const struct board *b); /* accepts NULL */

/* NULL, and places that are none, count nothing: 0. */
static inline uint64_t board_count(const struct board *b, uint32_t place)
{
	if (!b || place >= BOARD_PLACES)
		return 0;
	return atomic_load_explicit(&b->count[place], memory_order_acquire);
}
static inline void board_bump(struct board *b, uint32_t place)
{
	if (b && place < BOARD_PLACES)
		atomic_fetch_add_explicit(&b->count[place], 1, memory_order_release);
}

#endif
