#ifndef HOST_CONN_H
#define HOST_CONN_H

#include "listener.h"

/*
 * One client's connection: the socket, TLS and compression around a session. The session's owner
 * (session.h).
 */
struct conn;

/* Who talks to whom: the socket's ends, or those that a proxy told (proxied.h). */
struct client_ends {
	struct sockaddr_storage from, to;
	struct sockaddr_storage via; /* the proxy; AF_UNSPEC: there is none */
};

/* Takes the descriptor. */
void conn_open(struct front *f, struct listener_conf *conf, int fd, const struct client_ends *ends,
               struct address *address);
/* Hooks of the service (service.h). Settling sends, changes layers, closes. */
enum settled conn_settle(void *arg, struct session *s);
void conn_bindings(void *arg, struct session *s, struct bindings *b);
void conn_log(void *arg, struct session *s, int level, struct slice line);
void conns_tick(struct front *f); /* closes those that have lingered long enough */
void conns_stop(struct front *f, enum pk_stop why);
void conns_dismiss(struct front *f); /* ends those that wait for no answer of the store */
void conns_close(struct front *f);

#endif
