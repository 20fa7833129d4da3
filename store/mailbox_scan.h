#ifndef STORE_MAILBOX_SCAN_H
#define STORE_MAILBOX_SCAN_H

#include "mailbox_uids.h"

/*
 * Reads pages of flags in their order without writing: in read transactions, or where nothing of
 * the mailbox was changed yet.
 */

/* How many UIDs from `first` on are present. */
enum pk_status scan_count(struct mailbox *, uint32_t first, uint32_t *n);
/* All present UIDs, as rows of REC(range). */
enum pk_status scan_uids(struct mailbox *, struct range_rows *);
/* The first message without \Seen; 0: none. */
enum pk_status scan_first_unseen(struct mailbox *, uint32_t *uid);
/* How much the messages with \Deleted take. */
enum pk_status scan_deleted_octets(struct mailbox *, uint64_t *octets);

/*
 * Calls fn for the present UIDs of the set from *place on, in pages that have a modseq above
 * `since`, until fn returns other than PK_OK: PK_ERETRY stops the walk at that UID, which will be
 * the next one, and is returned. PK_OK: all were seen.
 */
struct flag_walk {
	const struct uid_set *set;
	struct uid_place *place;
	uint64_t since;
	enum pk_status (*fn)(void *arg, uint32_t uid, const struct flag_entry *);
	void *arg;
};
enum pk_status scan_flags(struct mailbox *, const struct flag_walk *);

/* Rows of REC(keyword). */
enum pk_status scan_keywords(struct mailbox *, struct buf *rows);

#endif
