#ifndef STORE_LINKS_H
#define STORE_LINKS_H

#include "server.h"

#include <uv.h>

/*
 * The sockets behind the server's peers, on one libuv loop. What a peer has to say is gathered
 * during a turn of the loop and leaves in one write at its end.
 */
struct links {
	uv_loop_t *loop;
	struct server *server;
	uv_prepare_t flush;
	struct link *all, *dirty;
	bool paused;       /* not now: there were no descriptors */
	uv_poll_t *admin;  /* listening */
	gid_t admin_group; /* who may use it beside root and this uid; -1: nobody */
	gid_t view_group;  /* who may only look; -1: nobody */
};

enum pk_status links_open(struct links *, uv_loop_t *, struct server *);
/* Takes the connected socket; closes it on failure. who is for logs. */
enum pk_status links_add(struct links *, int fd, uint32_t roles, const char *service,
                         const char *who);
/* Takes the listening unix socket of the admin tools. The groups are set before. */
enum pk_status links_listen(struct links *, int fd);
void links_tick(struct links *);  /* about once a second */
void links_close(struct links *); /* before server_close */

#endif
