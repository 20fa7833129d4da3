#ifndef RESOURCES_H
#define RESOURCES_H

#include "config.h"

/*
 * Opens what only the supervisor may open: the lock of the run directory, the log, the operator
 * key, the admin socket, every listening socket. All close-on-exec, kept in the config. False: it
 * was said on stderr why not.
 */
bool resources_open(struct config *c);

/*
 * For another configuration of a running server: a socket that is open on a listener's address and
 * port is its socket too, the others are opened. Takes nothing away from the old one. False: it was
 * reported why not.
 */
bool resources_renew(struct config *new, const struct config *old, cfg_errfunc_t report);
void resources_pass(struct config *from, struct config *to); /* all but the listening sockets */

/* Closes the listening sockets, so that clients are refused once the hosts have closed theirs. */
void resources_unlisten(struct config *c);

/* Takes the admin socket's file away. */
void resources_close(struct config *c);

#endif
