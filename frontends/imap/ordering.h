#ifndef IMAP_ORDERING_H
#define IMAP_ORDERING_H

#include <postkeep/slice.h>

/*
 * Sorting in turns: a merge sort, stable, of numbers that stand for something. n log n whatever the
 * order, and no longer than it is told to take at once.
 */
struct ordering {
	uint32_t *at, *spare; /* n each; `at` is sorted when it is done */
	uint32_t n;
	uint32_t run;             /* length of what is sorted already */
	uint32_t left, right, to; /* of the two runs being merged, and where the next one goes */
	/* Below 0: a comes before b. 0: they stay as they were. */
	int (*compare)(const void *own, uint32_t a, uint32_t b);
	const void *own;
};

/* Puts n numbers from 0 on in their order as they are. False: out of memory. */
bool ordering_begin(struct ordering *o, uint32_t n,
                    int (*compare)(const void *own, uint32_t a, uint32_t b), const void *own);
bool ordering_turn(struct ordering *o, uint32_t steps); /* true: sorted */
void ordering_free(struct ordering *o);

#endif
