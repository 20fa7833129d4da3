#ifndef STORE_TRACE_ROW_H
#define STORE_TRACE_ROW_H

#include "keyring.h"

/*
 * A row of the tree `trace` (pk-store(5)): something that happened to a message or a login. In the
 * clear are its time, its tenant, and a tag for each of its names: 8 octets of a keyed hash, so
 * that a search passes over rows without opening them. All else is sealed, under the tenant's key,
 * or under the operator key where an event is no tenant's. No content of mail and no password is
 * ever in it. Slices of a decoded event point into the buffer it was opened into.
 */
enum trace_kind {
	TRACE_DELIVERED = 1, /* it is in a mailbox */
	TRACE_REFUSED = 2,   /* a recipient, or the message for it */
	TRACE_LOGIN = 3,     /* code says whether */
	TRACE_ACCEPTED = 4,  /* a recipient, for whom no message followed */
	TRACE_COPIED = 5,    /* the sender's own copy is in a mailbox */
	TRACE_SENDER = 6,    /* a user who may not send, or not as this address */
};

struct trace_event {
	uint8_t kind;
	uint16_t code;             /* enum pk_status */
	uint32_t tenant;           /* 0: the house's */
	uint32_t user, docid, uid; /* of what was delivered; 0 */
	uint64_t session, octets;
	struct slice service, peer;
	struct slice address; /* the recipient, or who logs in */
	struct slice owner;   /* whose mailbox that is, where it is another */
	struct slice from, message_id;
	struct slice mailbox;
	struct slice text; /* words, for people */
};

#define TRACE_KEY_OCTETS 12 /* time i64, number u32 */
struct trace_key {
	unsigned char p[TRACE_KEY_OCTETS];
};
struct trace_key trace_key(int64_t at_ms, uint32_t number);
struct slice trace_key_slice(const struct trace_key *);

/* Of the names: case and angle brackets do not count. */
struct trace_tags {
	unsigned char key[16];
};
enum pk_status trace_tags_open(struct trace_tags *, struct keyring *);
uint64_t trace_tag(const struct trace_tags *, struct slice name);

/* Appends the row. Texts are cut so that it has room. PK_ENOTFOUND: the tenant's key is gone. */
enum pk_status trace_encode(struct keyring *, const struct trace_tags *, const struct trace_event *,
                            const struct trace_key *, struct buf *row);
bool trace_has_tag(struct slice row, uint64_t tag);
uint32_t trace_tenant(struct slice row);
/* PK_EIO: no such row, or its seal is broken. */
enum pk_status trace_decode(struct keyring *, struct slice key, struct slice row, struct buf *plain,
                            struct trace_event *);

#endif
