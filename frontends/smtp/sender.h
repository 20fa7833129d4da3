#ifndef SMTP_SENDER_H
#define SMTP_SENDER_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * The addresses of a From field or its kin, for the check that they belong to who sends. Only what
 * every reader takes apart in the same way has any (RFC 5322 3.6.2): mailboxes between commas, with
 * or without a name; comments and quoted strings as they may stand in names. No group, no route, no
 * quoted local part, no address beside the one in <>.
 */

/* Appends a row of `name` each. PK_EINVAL: it is not clear, or there is none. */
enum pk_status sender_addresses(struct slice value, struct buf *rows);

#endif
