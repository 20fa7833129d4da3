#ifndef IMAP_FOREST_H
#define IMAP_FOREST_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Trees of nodes 0 to n - 1 that are linked and cut in any order, and asked for the root of a node:
 * each in O(log n), amortised, however deep they are. A link-cut tree (Sleator and Tarjan 1983): a
 * path from a root downwards is a splay tree by depth, whose `up` leads to the path above it.
 */
struct forest {
	uint32_t *up, *left, *right; /* node + 1; 0: none */
};

bool forest_begin(struct forest *f, uint32_t n); /* n nodes, each a tree; false: out of memory */
void forest_free(struct forest *f);

uint32_t forest_root(struct forest *f, uint32_t node);
void forest_link(struct forest *f, uint32_t root, uint32_t parent); /* of another tree */
void forest_cut(struct forest *f, uint32_t node);                   /* from its parent */

#endif
