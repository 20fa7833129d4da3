#ifndef STORE_UNFINISHED_H
#define STORE_UNFINISHED_H

#include "server.h"

/*
 * Deletions that a crash cut short: what is marked as being deleted when the store starts is erased
 * to its end, in the same steps and the same small bulk writes as the request that began it
 * (tenant_edit.h). It is looked for in short reads beside all other work; finding nothing costs one
 * pass over the tenants, domains and users of each volume. Loop thread.
 */
void unfinished_start(struct server *);

#endif
