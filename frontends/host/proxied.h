#ifndef HOST_PROXIED_H
#define HOST_PROXIED_H

#include "conn.h"

/*
 * Connections of trusted proxies that have not said yet whose they are. No session exists for
 * them, and nothing of what stands behind the header is read.
 */
struct proxied;

/*
 * Takes the descriptor. Once the header is there the client is admitted (listener.h) under the
 * addresses in it; without one, or when it takes too long, the connection is closed.
 */
void proxied_wait(struct front *f, struct listener_conf *conf, int fd,
                  const struct client_ends *ends);
void proxied_tick(struct front *f); /* closes those whose time is over */
void proxied_close(struct front *f);

#endif
