#ifndef STORE_SENT_MAILBOX_H
#define STORE_SENT_MAILBOX_H

#include "mailbox.h"

/*
 * The mailbox for sent mail: that with the use \Sent (RFC 6154); where there is none, the one of
 * the name in the setting mailbox.sent.
 */
struct sent_place {
	uint32_t mbox;     /* 0: there is none */
	struct slice name; /* of the setting; "": none is wanted */
	char octets[NAME_MAX_OCTETS + 1];
};
enum pk_status sent_mailbox_find(struct account *, struct sent_place *);

/* Has it the use, or that name? */
enum pk_status sent_mailbox_is(struct mailbox *, bool *sent);

#endif
