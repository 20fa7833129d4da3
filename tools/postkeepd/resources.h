#ifndef RESOURCES_H
#define RESOURCES_H

#include "config.h"

/*
 * Opens what only the supervisor may open: the lock of the run directory, the log, the operator
 * key, the admin socket, every listening socket. All close-on-exec, kept in the config. False: it
 * was said on stderr why not.
 */
struct inherited;
bool resources_open(struct config *c, struct inherited *inherited);

/* To another configuration of the same server. */
void resources_pass(struct config *from, struct config *to); /* all but the listening sockets */

/* Takes the admin socket's file away. */
void resources_close(struct config *c);

#endif
