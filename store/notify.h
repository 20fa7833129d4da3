#ifndef STORE_NOTIFY_H
#define STORE_NOTIFY_H

#include "call.h"

/*
 * Who watches what: the doorbell `changed` rings once for a session until it asks (`changes`,
 * `counts`). Loop thread.
 */
void watches_ring(struct server *, const struct touched *); /* after a commit */
enum pk_status watch_set(struct session *, struct handle *,
                         bool on);                 /* handle NULL: the whole account */
void watch_end(struct session *, struct handle *); /* the same with off, when they go */
/* Where the host sees that something has changed, and how often that was so far. Taken before what
 * has changed is read: what is committed meanwhile counts up behind it. */
uint32_t watch_place(const struct session *, const struct handle *);
uint64_t watch_count(const struct session *, const struct handle *);
void watch_answered(struct session *); /* it asked: the next change rings again */

/* Opened mailboxes: ends them all, with their watches and maildrop locks. */
void session_close_handles(struct session *);

void notify_free(struct server *); /* the table of watches */

#endif
