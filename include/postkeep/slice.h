#ifndef PK_SLICE_H
#define PK_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Borrowed bytes: where they start and how many there are. Not terminated, never freed through
 * the slice; valid as long as what it points into. The empty slice may have any pointer, also
 * NULL.
 */
struct slice {
	const char *p;
	size_t n; /* bytes */
};

/* A slice of a string literal, usable in constant initialisers. */
#define S(literal) ((struct slice){"" literal, sizeof(literal) - 1})

struct slice slice_str(const char *terminated); /* of a C string; NULL gives the empty slice */

bool slice_eq(struct slice a, struct slice b);
bool slice_ieq(struct slice a, struct slice b); /* ASCII letters compare without case */
int slice_cmp(struct slice a, struct slice b);  /* bytewise; a prefix sorts first */

bool slice_starts(struct slice s, struct slice prefix);
bool slice_istarts(struct slice s, struct slice prefix); /* ASCII letters without case */
bool slice_ends(struct slice s, struct slice suffix);
bool slice_has(struct slice s, char c);

struct slice slice_skip(struct slice s, size_t n); /* without its first n bytes (at most all) */
struct slice slice_head(struct slice s, size_t n); /* its first n bytes (at most all) */
struct slice slice_trim(struct slice s);           /* without spaces and tabs at both ends */

/* Returns what stands before the first c and leaves in *s what stands after it; without a c, all
 * and nothing. */
struct slice slice_cut(struct slice *s, char c);

/* Decimal digits and nothing else, not above max. False leaves *out alone. */
bool slice_number(struct slice s, uint64_t max, uint64_t *out);

#endif
