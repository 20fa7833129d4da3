#ifndef SOCKETS_H
#define SOCKETS_H

#include "config.h"

/* The listening sockets of all services; close-on-exec, kept in the config. */

/*
 * Takes what was inherited, and opens all others. False: it was said on stderr which cannot be, and
 * why.
 */
struct inherited;
bool sockets_open(struct config *c, struct inherited *inherited);

/*
 * For another configuration of a running server: a socket that is open on a listener's address and
 * port, or path, is its socket too, the others are opened. Takes nothing away from the old one.
 * False: it was reported why not.
 */
bool sockets_renew(struct config *new, const struct config *old, struct conf_errors *errors);

/* The new configuration is in use: files of sockets get their rights, those of no listener go. */
void sockets_settle(const struct config *new, const struct config *old);

/* Closes them, so that clients are refused once the hosts have closed theirs; their files go. */
void sockets_close(struct config *c);

#endif
