#ifndef STORE_TRACE_ROW_H
#define STORE_TRACE_ROW_H

#include "keyring.h"

/*
 * A row of the tree `trace` (pk-store(5)): something that happened to a message or a login. In the
 * clear are its time, and a tag for each of its names: 8 octets of a keyed hash, so that a search
 * passes over rows without opening them. All else is sealed under the operator key, as many events
 * belong to no tenant. Slices of a decoded event point into the buffer it was opened into.
 */
enum trace_kind { TRACE_DELIVERED = 1, TRACE_REFUSED = 2, TRACE_LOGIN = 3 };

struct trace_event {
	uint8_t kind;
	uint16_t code; /* enum pk_status */
	uint64_t session, octets;
	struct slice service, peer;
	struct slice address; /* the recipient, or who logs in */
	struct slice owner;   /* whose mailbox that is, where it is another */
	struct slice from, message_id;
	struct slice text; /* words, for people */
};

#define TRACE_KEY_OCTETS 12 /* time i64, number u32 */
struct trace_key {
	unsigned char p[TRACE_KEY_OCTETS];
};
struct trace_key trace_key(int64_t at_ms, uint32_t number);

/* Of the names: case and angle brackets do not count. */
struct trace_tags {
	unsigned char key[16];
};
enum pk_status trace_tags_open(struct trace_tags *, struct keyring *);
uint64_t trace_tag(const struct trace_tags *, struct slice name);

/* Appends the row. Texts are cut so that it has room. */
enum pk_status trace_encode(struct keyring *, const struct trace_tags *, const struct trace_event *,
                            const struct trace_key *, struct buf *row);
bool trace_has_tag(struct slice row, uint64_t tag);
/* PK_EIO: no such row, or its seal is broken. */
enum pk_status trace_decode(struct keyring *, struct slice key, struct slice row, struct buf *plain,
                            struct trace_event *);

#endif
