#ifndef SECRET_H
#define SECRET_H

#include "ctl.h"

/*
 * A password, without its line end: asked for twice on a terminal that does not echo, else the
 * first line of stdin. False: none was given, or the two differ; it was said. buf_wipe it.
 */
bool secret_read(struct buf *secret, const char *whose);

/* The one that came with the line of a batch; where there is no batch, as above. */
bool secret_take(struct ctl *, struct buf *secret, const char *whose);

#endif
