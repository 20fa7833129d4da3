#ifndef IMAP_GLOB_H
#define IMAP_GLOB_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * Patterns of LIST and LSUB (RFC 3501 section 6.3.8): "*" matches anything, "%" anything but the
 * separator "/". The pattern becomes a set of states that advance together, 64 to a word, so that a
 * match costs the name's length times a few words whatever the pattern is.
 */
struct glob;

/* `pattern` is UTF-8; its first level INBOX matches in any case. PK_ELIMIT: longer than any name
 * could need. Freed with free(). */
enum pk_status glob_new(struct slice pattern, struct glob **out);
bool glob_match(const struct glob *g, struct slice name);

#endif
