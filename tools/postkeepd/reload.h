#ifndef RELOAD_H
#define RELOAD_H

#include "children.h"

/*
 * Reads the configuration again and makes the running server be what it says: new listeners,
 * options and certificates for new sessions, while those that run go on. With an error in it, or a
 * socket that cannot be opened, nothing changes. Everything is logged: errors with file and line,
 * settings that only a restart can change, each change, and the result.
 */
void reload(struct config *c, struct children *children);

#endif
