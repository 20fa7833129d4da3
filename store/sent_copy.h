#ifndef STORE_SENT_COPY_H
#define STORE_SENT_COPY_H

#include "keyring.h"
#include "mailbox.h"
#include "quota.h"

/*
 * One copy of what a user sends, whoever makes it. `submit` puts one into the mailbox for sent
 * mail; many clients append one themselves, mostly afterwards, some before. Both are known by the
 * Message-ID. An append takes the place of the copy that submit made: the message that the client
 * wrote stays. Where a client's copy is there already, submit makes none. What a client appends
 * twice is there twice.
 */
struct sent_id {
	unsigned char p[SENT_ID_OCTETS]; /* a keyed hash of the Message-ID */
	bool known;                      /* false: it has none */
	/* From sent_give_way: */
	bool here;      /* the mailbox is one for sent mail */
	bool replaced;  /* a message made way */
	uint64_t flags; /* its flags; \Seen is the append's own */
};
/* Any thread. "": not known. */
enum pk_status sent_id_make(struct keyring *, uint32_t tenant, struct slice message_id,
                            struct sent_id *);

/* In a transaction. A message of this id is where it was put. */
enum pk_status sent_is_there(struct account *, const struct sent_id *, bool *there);
/* It was put there. Forgets some of those that are older than SENT_DAYS. */
#define SENT_DAYS 30
enum pk_status sent_note(struct account *, const struct sent_id *, const struct sent_row *);

/*
 * Of an append, before the message is stored: if the mailbox is one for sent mail
 * (mailbox_serves) the copy that submit made leaves, for good; *freed grows by what of it is still
 * counted as used. And after it: it is noted, unless it is from days ago: an import, which nobody
 * will submit any more.
 */
enum pk_status sent_give_way(struct mailbox *, bool sent, struct sent_id *,
                             struct quota_need *freed);
enum pk_status sent_appended(struct mailbox *, const struct sent_id *, uint32_t uid,
                             int64_t internaldate_ms);

#endif
