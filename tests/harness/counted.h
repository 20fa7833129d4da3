#ifndef COUNTED_H
#define COUNTED_H

#include <stdint.h>

/*
 * The messages of a selected mailbox as a client counts them: RFC 3501 7.4.1. What the server says
 * is taken, or there is a reason why it cannot be: then words are returned, else NULL.
 */
#define COUNTED_MAX 2000

struct counted {
	uint32_t n;
	uint32_t uids[COUNTED_MAX]; /* by number from 0, ascending; 0: not known yet */
	uint32_t note[COUNTED_MAX]; /* the caller's, of the same messages; 0 at first */
};

const char *counted_exists(struct counted *k, uint32_t n);
const char *counted_uid(struct counted *k, uint32_t number, uint32_t uid); /* uid 0: not told */
/* *uid: which it was, 0 if that is not known. */
const char *counted_remove(struct counted *k, uint32_t number, uint32_t *uid);
/* The number of a UID, or of a message whose UID is not known and may be this one; 0: none. */
uint32_t counted_number(const struct counted *k, uint32_t uid);

#endif
