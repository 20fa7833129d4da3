#ifndef STORE_MESSAGE_NEW_H
#define STORE_MESSAGE_NEW_H

#include "mailbox.h"
#include "seal.h"

/*
 * A message on its way into a mailbox. message_draft seals it on any thread, before the writer;
 * message_store puts it into a mailbox inside a transaction and may run again.
 */
struct message_source {
	uint32_t tenant;
	uint8_t guid[GUID_BYTES]; /* random, a new one for each recipient's row */
	struct slice prefix;      /* at most PREFIX_MAX octets, in front of the body */
	struct slice summary;     /* as lib/mime encoded it; empty: absent */
	uint64_t body_octets;
	int64_t internaldate_ms, now_ms; /* now: savedate and born */
	int16_t zone_minutes;
};

#define PREFIX_MAX 768
#define UIDL_MAX   70 /* RFC 1939 7 */

/*
 * How long prefix and summary together may be to stand in the row: ROW_MAX less the key (17), the
 * fixed part (63), the heads of the optional fields (3 each), a blob number (8), the longest UIDL,
 * the seal and the prefix's length.
 */
#define MESSAGE_INLINE_MAX (ROW_MAX - 17 - 63 - 3 * 3 - 8 - UIDL_MAX - SEAL_EXTRA - 2)

struct message_draft {
	struct message_new message; /* its flags and uidl may be set until it is stored */
	struct buf sealed;          /* message.row.sealed points into it */
	struct buf summary;         /* not empty: too long for the row, gets a blob of its own */
};

/* PK_ETOOBIG: the prefix. */
enum pk_status message_draft(struct keyring *, const struct message_source *,
                             struct message_draft *);
void message_draft_free(struct message_draft *);

/* Adds it with this body, whose reference the caller counts (blob_commit). */
enum pk_status message_store(struct mailbox *, const struct message_draft *, uint64_t blob,
                             uint32_t *uid);

/* Takes apart what a row's seal held. PK_EIO */
enum pk_status message_opened(struct slice plain, struct slice *prefix, struct slice *summary);

#endif
