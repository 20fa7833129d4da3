#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include "server.h"

/* What leaves the vault by age, in small bulk writes; at most one under way a volume. Loop thread.
 */
void sweep_tick(struct server *);

#endif
