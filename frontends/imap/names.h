#ifndef IMAP_NAMES_H
#define IMAP_NAMES_H

#include <postkeep/buf.h>

/*
 * Texts become numbers, equal ones the same, from 0 on in the order they come. The hash has a key,
 * so that nobody who chooses texts can make it slow.
 */
#define NAMES_NONE UINT32_MAX

struct names {
	uint64_t key[2]; /* random */
	struct buf text;
	struct buf entries; /* where each text ends in `text`, as size_t */
	uint32_t *slots;    /* number + 1, or 0; by hash */
	uint32_t *hashes;   /* of each number */
	uint32_t mask;      /* slots less one */
	uint32_t n;
	bool failed; /* out of memory, once for all */
};

uint32_t names_add(struct names *m, struct slice text); /* NAMES_NONE: failed */
void names_free(struct names *m);

#endif
