#ifndef STORE_MAILBOX_PARTS_H
#define STORE_MAILBOX_PARTS_H

#include "mailbox.h"

/* What the files behind mailbox.h share. */

/* Notes that something of it changed, with the modseq of the transaction, which it returns. */
uint64_t mailbox_change(struct mailbox *);

/*
 * The log of expunged UIDs: kept for clients that were away (RFC 7162 3.2.5.2). It has at most
 * EXPUNGED_ROWS rows; what is older is forgotten and vanished_floor tells up to where.
 */
#define EXPUNGED_ROWS 1000
enum pk_status expunged_add(struct mailbox *, uint32_t uid);
enum pk_status expunged_write(struct mailbox *);
void expunged_free(struct mailbox *);

enum pk_status keywords_load(struct mailbox *);
struct slice keyword_name(const struct mailbox *, uint8_t bit); /* after keywords_load; may be "" */

/* The message is no longer anywhere: its docid and its blobs go. */
enum pk_status message_destroy(struct account *, const struct message_row *);

/* Deletes all rows whose key begins with prefix, at most *left; PK_OK with *left 0: there may be
 * more. */
enum pk_status rows_delete(struct txn *, struct slice prefix, size_t *left);

/* What mailbox_create says before it makes anything. */
enum pk_status mailbox_may_create(struct account *, struct slice name, uint32_t uses);

/* Names: rows of the tree, without the rules of mailbox_create. */
enum pk_status name_find(struct account *, struct slice name, struct name_row *); /* PK_ENOTFOUND */
/* The first one with one of the uses (enum pk_attribute). PK_ENOTFOUND */
enum pk_status name_of_use(struct account *, uint32_t uses, struct name_row *);
enum pk_status name_put(struct account *, struct slice name, const struct name_row *);
enum pk_status name_children(struct account *, struct slice name, bool *has);
enum pk_status name_parents_make(struct account *, struct slice name);
enum pk_status name_parents_prune(struct account *, struct slice name);

#endif
