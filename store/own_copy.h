#ifndef STORE_OWN_COPY_H
#define STORE_OWN_COPY_H

#include "delivery.h"
#include "sent_copy.h"
#include "mailbox_use.h"

/*
 * What a user sends, in the own mailbox for sent mail, where the setting submit.copy is on: with
 * \Seen, and with the Bcc that no recipient sees. It is made in the transaction of the delivery,
 * and never in its way: without room for it the message goes out, and it is told that no copy was
 * kept.
 */
struct own_copy {
	struct slice message_id;
	struct sent_id id;
	struct use_place place;
	uint8_t copied;                /* enum pk_copied */
	uint8_t scope;                 /* whose quota is full; 0: there may be no more mailboxes */
	char address[ADDRESS_MAX + 1]; /* of the sender, for log and trace */
};

/* After delivery_check, which goes first. */
enum pk_status own_copy_check(struct call *, struct txn *, struct own_copy *);
/* After delivery_store. */
enum pk_status own_copy_note(struct call *, struct txn *, struct own_copy *);
/* In the log, where none was kept. Loop thread. */
void own_copy_log(const struct call *, const struct own_copy *);

#endif
