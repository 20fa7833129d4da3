#ifndef PEM_H
#define PEM_H

#include "os/end_point.h"

/*
 * Whether a chain and a private key, both PEM text, belong together. NULL: they do, *e is the first
 * certificate's, and in Unix time that is when it expires; else what is wrong, in words.
 */
const char *pem_check_pair(const char *chain, const char *key, struct end_point *e,
                           int64_t *expires);

#endif
