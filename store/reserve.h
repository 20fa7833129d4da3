#ifndef STORE_RESERVE_H
#define STORE_RESERVE_H

#include "call.h"

/*
 * Room promised to recipients between RCPT and the commit, in memory, per session (DESIGN 2).
 * The first accepted recipient sets session->volume and session->body_tenant. Loop thread.
 */
void reserve_drop(struct session *); /* all of the session's: reset, bye, link loss */
void reserve_tick(struct server *);  /* those older than 10 minutes go */
void reserve_free(struct server *);  /* the tables */

#endif
