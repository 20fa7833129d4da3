#ifndef STORE_MAILBOX_LISTED_H
#define STORE_MAILBOX_LISTED_H

#include "mailbox.h"

/*
 * What a name is to who lists it. With `row`, its row in the tree of names, else it is looked for;
 * a name that is not there is told with exists 0. The counters are not looked at.
 */
enum pk_status mailbox_listed(struct account *, struct slice name, const struct name_row *row,
                              struct pk_mailbox *out);

/* The counters of a mailbox; want: enum pk_count_want. */
enum pk_status mailbox_counted(struct mailbox *, uint32_t want, struct pk_status_rep *out);
/* One row of REC(count). */
void mailbox_put_count(const struct mailbox *, struct buf *rows);

#endif
