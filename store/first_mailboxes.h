#ifndef STORE_FIRST_MAILBOXES_H
#define STORE_FIRST_MAILBOXES_H

#include "mailbox.h"

/* What the settings mailbox.* of a domain and its tenant say: the mailboxes of its new users, one
 * for each name; two settings of the same name make one mailbox with both uses. */
enum pk_status first_mailboxes_read(struct txn *, uint32_t tenant, uint32_t domain,
                                    struct first_mailboxes *);
/* The name that they give the mailbox with this use. PK_ENOTFOUND: none ("-"). */
enum pk_status first_mailbox_name(struct txn *, uint32_t tenant, uint32_t domain, uint32_t use,
                                  struct slice *name);

#endif
