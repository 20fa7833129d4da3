#ifndef BROKER_H
#define BROKER_H

#include "child.h"

/*
 * Where supervisors of services that run apart (remote.h) get links to the store of this one: a
 * unix socket for each service, RUN/links/SERVICE. Who connects must be this user or root; what a
 * link may do is said by the service's name alone, as for hosts of this supervisor, whatever the
 * peer asks for. The peers say which certificates their hosts show; the store is told of all. A
 * connection ends with the store whose links it gave.
 */
struct broker {
	struct door *first; /* one for each service, and the connections that came through it */
	int poll;           /* readable: broker_hear has something to do; -1: no broker */
	int board;          /* what who connects is given first (os/board.h); -1: none */
};

#define BROKER_PATH_MAX 256

void broker_path(const struct config *c, const char *service, char path[BROKER_PATH_MAX]);

/* Opens a door for each service of the configuration, and closes those of others. False: logged. */
bool broker_open(struct broker *b, const struct config *c);

/* While the store serves: takes connections and gives the links that are asked for. */
void broker_hear(struct broker *b, const struct config *c, struct child *store);

void broker_hang_up(struct broker *b); /* the store ended */
void broker_close(struct broker *b);

#endif
