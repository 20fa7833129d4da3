#ifndef STORE_MAILBOX_H
#define STORE_MAILBOX_H

#include "record.h"
#include "txn.h"

/*
 * The rules of a mailbox: UIDs ascend for ever, every change has a modseq, counters are exact
 * because they change in the same transaction.
 *
 * An account and its mailboxes inside one transaction: load the account once, load the mailboxes
 * on it, change them, save each mailbox, save the account last. Usage is gathered in the mailbox
 * and reaches account, domain and tenant in mailbox_save.
 */
struct account {
	struct txn *txn;
	uint64_t acct;
	struct account_row row;
	uint64_t modseq; /* of this transaction's changes; 0: none drawn yet */
};

struct mailbox {
	struct account *account;
	struct txn *txn;
	uint32_t id;
	struct mailbox_row row; /* row.name points into name */
	char name[481];
	struct flag_page page; /* the page at hand */
	uint32_t page_no;
	bool page_loaded, page_dirty, changed;
	int64_t octets_delta, messages_delta; /* not yet counted outside of row */
	struct gone *gone;                    /* expunged in this transaction; for the log */
};

enum pk_status account_load(struct txn *, uint64_t acct, struct account *); /* PK_ENOTFOUND */
enum pk_status account_save(struct account *);

/* By id; PK_ESTALE when it is gone or has another uidvalidity (0: any). */
enum pk_status mailbox_load(struct account *, uint32_t id, uint32_t uidvalidity, struct mailbox *);
/* By name (INBOX in any case); PK_ENOTFOUND. */
enum pk_status mailbox_find(struct account *, struct slice name, struct mailbox *);
/* Writes page, expunge log, counters, usage at all scopes; touches the watchers. */
enum pk_status mailbox_save(struct mailbox *);
void mailbox_drop(struct mailbox *); /* gives memory back, also after a save */

/* UTF-8 in NFC, <= 480 octets, no controls, no empty level, at most 32 levels, INBOX folded.
 * PK_EINVAL. */
enum pk_status mailbox_name(struct slice in, char out[481], struct slice *name);

enum pk_status mailbox_create(struct txn *, uint64_t acct, struct slice name, uint32_t attributes,
                              struct mailbox *);
enum pk_status mailbox_delete(struct account *, struct slice name);
enum pk_status mailbox_rename(struct account *, struct slice name, struct slice to);

/* Draws the modseq of this transaction for the account: one step, however many changes. */
uint64_t account_modseq(struct account *);

/* What a new message is made of; quota has been checked by the caller, blob refs are counted by it.
 */
struct message_new {
	struct message_row row; /* docid is given here */
	uint64_t flags;         /* keyword bits already of this mailbox */
};
enum pk_status mailbox_add(struct mailbox *, const struct message_new *, uint32_t *uid);

enum pk_status mailbox_message(struct mailbox *, uint32_t uid,
                               struct message_row *); /* PK_EEXPUNGED */
enum pk_status mailbox_flags(struct mailbox *, uint32_t uid,
                             struct flag_entry *); /* PK_EEXPUNGED */
enum pk_status mailbox_set_flags(struct mailbox *, uint32_t uid, uint64_t flags);

/* The one way out of a mailbox. */
enum destination { TO_VAULT, TO_DESTROY, TO_MAILBOX /* the row moved on: MOVE */ };
enum pk_status mailbox_remove(struct mailbox *, uint32_t uid, enum destination, enum vault_by);

/* The bit of a keyword; makes it when `create`. PK_ENOTFOUND, PK_ELIMIT when 56 are taken. */
enum pk_status mailbox_keyword(struct mailbox *, struct slice name, bool create, uint8_t *bit);

/* Calls fn for each present uid in [first, last], ascending, until it returns other than PK_OK. */
enum pk_status mailbox_each(struct mailbox *, uint32_t first, uint32_t last,
                            enum pk_status (*fn)(void *, uint32_t uid, const struct flag_entry *),
                            void *arg);

#endif
