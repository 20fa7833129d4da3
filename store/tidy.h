#ifndef STORE_TIDY_H
#define STORE_TIDY_H

#include "server.h"

/*
 * Compactions of the server's volumes: by themselves, now and then, or because somebody asked. One
 * at a time a volume. Loop thread.
 */
struct tidy; /* one that is under way */

/* PK_EBUSY: the volume is being compacted. PK_EUNAVAILABLE: the store is ending. done() comes once.
 */
enum pk_status tidy_start(struct server *, struct volume *,
                          void (*done)(void *, enum pk_status, uint64_t freed), void *arg);
void tidy_tick(struct server *);
void tidy_stop(struct server *); /* before the pools and writers go: waits for the step under way */

#endif
