#ifndef MIME_POOL_H
#define MIME_POOL_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * The writing side of a summary's texts (format: summary.h). What has been put once, also as a
 * part of something longer, is found again: so the longest goes in first. Only the beginning of
 * the pool is searched, so that time stays linear.
 */
#define POOL_MAX       77824              /* octets */
#define POOL_TEXTS_MAX (POOL_MAX - 8192)  /* texts beyond are written as absent */
#define POOL_LISTS_MAX (POOL_MAX - 24576) /* for address lists: so that parts keep their types */
#define POOL_RESERVE   64                 /* for the blocks that stand for those without room */

struct pool {
	struct buf bytes;
	bool full; /* a text did not fit; whoever wants to know clears it before */
};

void pool_number(struct buf *block, uint64_t value);

/* Appends a text to a block. Absent if p is NULL; cut to MIME_TEXT_MAX. */
void pool_text(struct pool *p, struct buf *block, struct slice text);

/* Puts a block; returns its place, or SUMMARY_NONE if it would leave less than `reserve`. */
uint32_t pool_block(struct pool *p, struct slice block, size_t reserve);

#endif
