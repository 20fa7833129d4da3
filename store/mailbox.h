#ifndef STORE_MAILBOX_H
#define STORE_MAILBOX_H

#include "record.h"
#include "txn.h"

#include <postkeep/messages.h>

/*
 * The rules of a mailbox: UIDs ascend for ever, every change has a modseq, counters are exact
 * because they change in the same transaction.
 *
 * An account and its mailboxes inside one transaction: load the account once, load the mailboxes
 * on it, change them, save each mailbox, save the account last. Usage is gathered in the mailbox
 * and reaches account, domain and tenant in mailbox_save. What was not changed is not written. In
 * a read transaction the same functions load and look; nothing is saved then.
 */
struct account {
	struct txn *txn;
	uint64_t acct;
	struct account_row row;
	struct account_row loaded; /* as it is on the disk */
	uint64_t modseq;           /* of this transaction's changes; 0: none drawn yet */
	struct vault_counters vault;
	bool vault_loaded, vault_changed;
	int64_t vault_keep_ms;  /* how long the vault keeps; -1: not asked yet */
	int64_t vault_alarm_ms; /* the sweep is already asked to come then */
};

struct gone;     /* expunged in this transaction: expunge.c */
struct keywords; /* their names, once they were asked for: keyword.c */

struct mailbox {
	struct account *account;
	struct txn *txn;
	uint32_t id;
	struct mailbox_row row; /* row.name points into name */
	char name[NAME_MAX_OCTETS + 1];
	struct flag_page page; /* the page at hand */
	uint32_t page_no;
	bool page_loaded, page_dirty, changed;
	int64_t octets_delta, messages_delta; /* not yet counted outside of row */
	struct gone *gone;
	struct keywords *keywords;
};

#define MAILBOXES_MAX     10000  /* of an account */
#define MAILBOX_LEVELS    32     /* of a name */
#define SUBSCRIPTIONS_MAX 10000  /* of an account */
#define ONE_TRANSACTION   100000 /* messages that COPY, DELETE and the like may move at once */

/* The mailboxes that a new account has beside INBOX; the names are different. */
#define FIRST_MAILBOXES 5
struct first_mailboxes {
	size_t n;
	struct first_mailbox {
		char name[NAME_MAX_OCTETS + 1];
		uint32_t uses; /* enum pk_attribute */
	} of[FIRST_MAILBOXES];
};

/* A new account: its header, INBOX and those, all subscribed. The user's row exists already.
 * PK_EEXISTS. */
enum pk_status account_create(struct txn *, uint64_t acct, uint32_t domain,
                              const struct first_mailboxes *);
/*
 * Removes an account's rows, and gives back its blobs and its usage: up to `rows` of them; call it
 * in one transaction after the other until *done. Do it while the user's row still exists.
 */
enum pk_status account_destroy(struct txn *, uint64_t acct, size_t rows, bool *done);

enum pk_status account_load(struct txn *, uint64_t acct, struct account *); /* PK_ENOTFOUND */
enum pk_status account_save(struct account *);
/* Draws the modseq of this transaction for the account: one step, however many changes. */
uint64_t account_modseq(struct account *);

/* By id; PK_ESTALE when it is gone or has another uidvalidity (0: any). */
enum pk_status mailbox_load(struct account *, uint32_t id, uint32_t uidvalidity, struct mailbox *);
/* By name (INBOX in any case); PK_ENOTFOUND; PK_EINVAL, PK_ELIMIT: no such name can be. */
enum pk_status mailbox_find(struct account *, struct slice name, struct mailbox *);
/* Writes page, expunge log, counters, usage at all scopes; touches the watchers. */
enum pk_status mailbox_save(struct mailbox *);
/* Gives memory back: after a save, and after a load that is not saved. */
void mailbox_drop(struct mailbox *);

/* What clients know a mailbox by: unique within a tenant, never reused. */
static inline uint64_t mailbox_public_id(uint64_t acct, uint32_t mbox)
{
	return (uint64_t)ACCT_USER(acct) << 32 | mbox;
}

/* UTF-8 in NFC, <= 480 octets, no controls, no empty level, at most 32 levels, INBOX folded.
 * PK_EINVAL; PK_ELIMIT: too long, or too many levels. */
enum pk_status mailbox_name(struct slice in, char out[NAME_MAX_OCTETS + 1], struct slice *name);

/*
 * Changes of the tree of names. Parents that do not exist become names without a mailbox; such a
 * name goes with its last child, and creating it makes it a mailbox. All of them save what they
 * changed but the account and, for mailbox_create, the new mailbox.
 *
 * create: PK_EEXISTS, PK_EQUOTA, PK_ELIMIT, PK_ENOTSUP: no such use, or another mailbox has it:
 *   clients look for one place of each (RFC 6154 3). It must be saved.
 * delete: its messages go to the vault. One with children stays as a name without a mailbox.
 *   PK_EPERM for INBOX, PK_EEXISTS: a bare name that has children (RFC 3501 6.3.4), PK_ELIMIT:
 *   more than ONE_TRANSACTION messages.
 * rename: with all below it; of INBOX: its messages move to a new mailbox (RFC 3501 6.3.5).
 *   PK_EEXISTS, PK_EINVAL: below itself, PK_ELIMIT: a name below it gets too long.
 */
enum pk_status mailbox_create(struct account *, struct slice name, uint32_t attributes,
                              struct mailbox *);
enum pk_status mailbox_delete(struct account *, struct slice name);
enum pk_status mailbox_rename(struct account *, struct slice name, struct slice to);
/* Any possible name may be subscribed; both ways it is no error when it is so already. PK_ELIMIT */
enum pk_status mailbox_subscribe(struct account *, struct slice name, bool on);

/*
 * What a new message is made of; quota has been checked by the caller, blob refs are counted by it.
 * row.docid 0: a new one is given; other: it moves here with the message.
 */
struct message_new {
	struct message_row row;
	uint64_t flags; /* keyword bits already of this mailbox */
};
enum pk_status mailbox_add(struct mailbox *, const struct message_new *, uint32_t *uid);

/* The row's slices are valid until the next write. PK_EEXPUNGED */
enum pk_status mailbox_message(struct mailbox *, uint32_t uid, struct message_row *);
enum pk_status mailbox_flags(struct mailbox *, uint32_t uid,
                             struct flag_entry *); /* PK_EEXPUNGED */
/* Flags that are so already cause no change. PK_EEXPUNGED */
enum pk_status mailbox_set_flags(struct mailbox *, uint32_t uid, uint64_t flags);

/* The one way out of a mailbox. PK_EEXPUNGED */
enum destination { TO_VAULT, TO_DESTROY, TO_MAILBOX /* the row moved on: MOVE */ };
enum pk_status mailbox_remove(struct mailbox *, uint32_t uid, enum destination, enum vault_by);

/*
 * The bit of a keyword; makes it when `create`. Names compare without case (RFC 9051 2.3.2); a new
 * one is an atom of at most KEYWORD_MAX octets. PK_ENOTFOUND, PK_EINVAL, PK_ELIMIT when it has
 * more or 56 are taken.
 */
#define KEYWORD_MAX 100
enum pk_status mailbox_keyword(struct mailbox *, struct slice name, bool create, uint8_t *bit);
/* The bits of names between spaces. */
enum pk_status mailbox_keywords(struct mailbox *, struct slice names, bool create, uint64_t *bits);

/* Calls fn for each present uid in [first, last], ascending, until it returns other than PK_OK. fn
 * may change the mailbox. */
enum pk_status mailbox_each(struct mailbox *, uint32_t first, uint32_t last,
                            enum pk_status (*fn)(void *, uint32_t uid, const struct flag_entry *),
                            void *arg);

#endif
