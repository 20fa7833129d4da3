#ifndef IMAP_MODIFIERS_H
#define IMAP_MODIFIERS_H

#include "parse.h"

/*
 * Parameters of SELECT, modifiers of FETCH and STORE: RFC 4466 2.1, 2.4, 2.5. In any order, each at
 * most once, and none but the known ones.
 */
struct modifier {
	struct slice name;
	/* Takes what stands behind the name, with the space before it; out is the caller's. */
	bool (*value)(struct parser *p, void *out);
};

/* "(NAME value NAME)". n: at most 32. */
bool parse_modifiers(struct parser *p, const struct modifier *known, size_t n, void *out);

/* " 12345": RFC 7162 section 7, mod-sequence-valzer. 0 is taken also where the grammar says 1 or
 * more, since clients that know nothing yet send it. */
bool parse_modseq(struct parser *p, uint64_t *out);

#endif
