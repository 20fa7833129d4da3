#ifndef BASE_CFWS_H
#define BASE_CFWS_H

#include <postkeep/slice.h>

/* Moves s behind space, folds and comments (RFC 5322 3.2.2), nested as they may be. An unclosed
 * comment takes the rest. */
void cfws_skip(struct slice *s);

#endif
