#ifndef STORE_MAILBOX_USE_H
#define STORE_MAILBOX_USE_H

#include "mailbox.h"

/*
 * The mailbox of an account for a use (RFC 6154): the one that has it, whatever its name; where
 * there is none, the one of the name that the setting mailbox.* gives that use.
 */
struct use_place {
	uint32_t mbox;     /* 0: there is none */
	struct slice name; /* of the setting; "": none is wanted */
	char octets[NAME_MAX_OCTETS + 1];
};
enum pk_status mailbox_use_find(struct account *, uint32_t use, struct use_place *);

/* Loads it, and makes it where there is none. PK_ENOTFOUND: none is wanted; PK_EQUOTA, PK_ELIMIT:
 * there may be no more mailboxes. */
enum pk_status mailbox_of_use(struct account *, uint32_t use, struct mailbox *);

/* Has it the use, or that name? */
enum pk_status mailbox_serves(struct mailbox *, uint32_t use, bool *serves);

#endif
