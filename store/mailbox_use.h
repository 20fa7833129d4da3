#ifndef STORE_MAILBOX_USE_H
#define STORE_MAILBOX_USE_H

#include "mailbox.h"

/* The mailbox of an account that has a use (RFC 6154). */

/* The row of the first name with one of the uses. PK_ENOTFOUND */
enum pk_status name_of_use(struct account *, uint32_t uses, struct name_row *);
/*
 * Loads it. Where there is none, the mailbox with the name that the setting mailbox.* gives it,
 * which is made when it is not there. PK_ENOTFOUND: the setting is "-"; PK_EQUOTA, PK_ELIMIT: there
 * may be no more mailboxes.
 */
enum pk_status mailbox_of_use(struct account *, uint32_t use, struct mailbox *);

#endif
