#ifndef STORE_MESSAGE_TELL_H
#define STORE_MESSAGE_TELL_H

#include "mailbox.h"

#include <postkeep/messages.h>

/* Messages as sessions are told of them: REC(message) with what is wanted of it. */
struct message_teller {
	struct mailbox *m;
	uint32_t want; /* enum pk_message_want */
	struct buf plain, summary;
	char uidl[24];
};

/* *out points into the row and the teller, until the next one. */
enum pk_status message_tell(struct message_teller *, uint32_t uid, const struct flag_entry *,
                            const struct message_row *, struct pk_message *out);
void message_teller_drop(struct message_teller *);

/* The row itself is needed for it. */
static inline bool message_tells_row(const struct message_teller *t)
{
	return t->want & ~(uint32_t)PK_WANT_FLAGS;
}

#endif
