#ifndef TELL_H
#define TELL_H

#include "config.h"

#include "ipc/control.h"

/* What a host is told over its control socket, made from the configuration. False: it could not be
 * sent. */
bool tell_certificate(int control, const struct certificate *c);
/* fd: its socket, or -1: the host has it already. */
bool tell_listener(int control, const struct service *s, const struct listener *l, int fd);
/* CONTROL_UNLISTEN, CONTROL_FORGET */
bool tell_gone(int control, enum control_kind kind, const char *name);
/* The log goes to this descriptor. */
bool tell_log(int control, int fd);
bool tell_drain(int control, unsigned seconds);

#endif
