#ifndef TELL_H
#define TELL_H

#include "outbox.h"
#include "reload.h"

#include "os/metrics.h"

/* What children are told, made from the configuration. Descriptors are copied. */
/* fd: its socket, or -1: the host has it already. */
void tell_listener(struct outbox *, const struct service *s, const struct listener *l, int fd);
/* CONTROL_UNLISTEN, CONTROL_FORGET; CONTROL_LINK, to the supervisor of the store */
void tell_name(struct outbox *, enum control_kind kind, const char *name);
/* CONTROL_LOG, CONTROL_BOARD, CONTROL_SUCCESSES: a descriptor alone. */
void tell_descriptor(struct outbox *, enum control_kind kind, int fd);
/* A page that it counts in, or reads. */
void tell_metrics(struct outbox *, enum metrics_kind, const char *name, int fd);
void tell_drain(struct outbox *, unsigned seconds);
/* To the store, or its supervisor: which certificates there are. */
void tell_end_points(struct outbox *, const struct config *c);
void tell_reloaded(struct outbox *, const struct reloaded *);
/* All that it needs before it serves has been told. */
void tell_start(struct outbox *);

#endif
