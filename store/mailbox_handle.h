#ifndef STORE_MAILBOX_HANDLE_H
#define STORE_MAILBOX_HANDLE_H

#include "call.h"
#include "mailbox.h"

/* Mailboxes that a session has opened. Loop thread, but for opened_load. */

#define HANDLES_MAX 64 /* of a session */

/* What a handle names, copied: steps of a call run on other threads. */
struct opened {
	uint64_t acct;
	uint32_t mbox, uidvalidity;
	struct drop_view view; /* what of it is shown: all, unless it is a maildrop */
};

/* PK_EBUSY: another session has the maildrop (mode PK_OPEN_DROP), PK_ELIMIT. */
enum pk_status handle_open(struct session *, const struct opened *, uint8_t mode, struct handle **);
void handle_close(struct session *, struct handle *); /* with its watch and its lock */

/* What a request's handle names. False: the call has been answered, since there is no such
 * handle or it may not write. */
bool call_opened(struct call *, uint32_t handle, bool writes, struct opened *);

/* Any thread, inside a transaction. PK_ESTALE */
enum pk_status opened_load(struct txn *, const struct opened *, struct account *, struct mailbox *);

#endif
