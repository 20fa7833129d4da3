#ifndef REMOTE_H
#define REMOTE_H

#include "children.h"

/*
 * The store of another supervisor (postkeepd --only store), seen from one that runs a service
 * apart: a child that is reached instead of started. It is told which certificates there are, is
 * asked for links, which come as CONTROL_LINK, and gives them as long as it serves (broker.h).
 */

/* False: it is not there, or none of ours; when to try again is set. */
bool remote_reach(struct child *store, const struct config *c);

/* What came: a link goes to its host, which may serve then if it waited for it; a board, which is
 * kept, to all. The descriptor is taken. */
void remote_pass(const struct children *all, const struct control *m, int *board);

/* It ended, or closed the connection: the next one is tried. */
void remote_lost(struct child *store);

#endif
