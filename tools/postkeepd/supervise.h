#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "config.h"

/* What the service manager is asked to keep while the server is started anew: SUCCESSES_OCTETS of
 * memory (ipc/control.h). */
#define KEPT_SUCCESSES "postkeep-successes"

/*
 * Starts the store and the hosts and keeps them running until SIGTERM or SIGINT, which end all of
 * them in order; SIGHUP reads the configuration again (reload.h). Writes `postkeepd ready` and a
 * newline to ready_fd once all serve. successes: as it was kept, -1: nothing was. Returns the exit
 * status: 0 after a clean stop, 70 when a child ended before all had served.
 */
int supervise(struct config *c, int ready_fd, int successes);

#endif
