#ifndef IMAP_MESSAGES_H
#define IMAP_MESSAGES_H

#include "imap.h"
#include "view.h"

/* What commands on messages of the selected mailbox share. */

/* " set" of the command, as UIDs; a new bitmap. False: *wants has the answer. */
bool messages_arg(struct imap *s, struct parser *p, roaring_bitmap_t **uids, uint32_t *wants);

/* OK; or NO [EXPUNGEISSUED] if message numbers stood for messages that are gone by now. */
uint32_t messages_done(struct imap *s, const roaring_bitmap_t *uids);

/* "1:3,5", in the order of the rows, behind what is there already: RFC 4315 section 3. */
void put_uid_set(struct buf *out, struct pk_rows ranges);

#endif
