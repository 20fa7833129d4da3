#ifndef USERS_H
#define USERS_H

#include "ctl.h"

/*
 * Makes users from lines of JSON on stdin: {"address": "jane@example.org", "password": "..."},
 * or "hash" in the place of "password", or neither. Many go in one request. What fails is said on
 * stderr; EXIT_PARTLY then.
 */
int users_batch(struct ctl *, const struct buf *settings);

#endif
