#ifndef STORE_DROP_H
#define STORE_DROP_H

#include "mailbox.h"

/*
 * What POP3 shows of a mailbox and what becomes of it, as the settings pop3.* of the user say. What
 * has to be remembered of a message is a row of its own, KIND_POP, which leaves with the message
 * and stays behind when it is moved or copied; mailboxes count them, so that where no policy needs
 * any, none is looked for.
 */
enum drop_access { DROP_ALL, DROP_FROM_NOW, DROP_DISABLED };
enum drop_after { AFTER_KEEP, AFTER_READ, AFTER_ARCHIVE, AFTER_TRASH };
enum drop_delete { DELETE_EXPUNGE, DELETE_TRASH, DELETE_HIDE };

struct drop_rules {
	enum drop_access access;
	enum drop_after after;   /* of what was retrieved */
	enum drop_delete delete; /* of what was deleted */
	uint32_t leave_days;     /* what was fetched so long ago goes; 0: never */
	uint32_t login_delay_s;
};
enum pk_status drop_rules_load(struct account *, struct drop_rules *);

/* The days for which POP keeps what it shows (RFC 2449 6.7): 0 when it leaves at the end of the
 * session in which it was retrieved. */
#define DROP_NEVER UINT32_MAX
uint32_t drop_expire_days(const struct drop_rules *);

/* Whether anything becomes of what was retrieved. */
bool drop_wants_retrieved(const struct drop_rules *);

/* What a session sees; zeroed: all. */
struct drop_view {
	uint32_t from;    /* UIDs from here on */
	bool hides;       /* messages may be hidden */
	int64_t since_ms; /* those that were first stored from then on; 0: any */
};
#define DROP_RECENT_MS (INT64_C(30) * 24 * 3600 * 1000) /* that `recent:user` shows */
struct drop_view drop_view(const struct mailbox *, const struct drop_rules *, bool recent,
                           int64_t now_ms);
enum pk_status drop_shows(struct mailbox *, const struct drop_view *, uint32_t uid, bool *shows);

/*
 * Before a session: whether something must be written, and writes it: where "from now on" begins,
 * and what has been left for long enough goes.
 */
bool drop_wants_write(struct mailbox *, const struct drop_rules *, int64_t now_ms);
enum pk_status drop_prepare(struct mailbox *, const struct drop_rules *);
/* "From now on" begins now, in all mailboxes of the account. */
enum pk_status drop_restart(struct account *);

/* At the end of a session: what becomes of messages that were deleted, or retrieved. Where to they
 * leave is looked for once. Zeroed but for the rules and the mailbox. */
struct dropping {
	struct drop_rules rules;
	struct mailbox *m;
	struct drop_target {
		uint32_t use; /* 0: not asked for yet */
		bool there;
		struct mailbox m;
	} targets[2];     /* of what was deleted, of what was retrieved */
	uint32_t removed; /* messages that left the mailbox, or POP's sight */
};
enum pk_status drop_deleted(struct dropping *, uint32_t uid);
enum pk_status drop_retrieved(struct dropping *, uint32_t uid);
/* As if it were deleted, but never only hidden. */
enum pk_status drop_remove(struct dropping *, uint32_t uid, enum vault_by);
enum pk_status dropping_save(struct dropping *); /* the mailbox and the target */
void dropping_free(struct dropping *);

/* What is remembered of a message. PK_ENOTFOUND: nothing. */
enum pk_status drop_row(struct mailbox *, uint32_t uid, struct pop_row *);
enum pk_status drop_row_put(struct mailbox *, uint32_t uid, const struct pop_row *, bool fresh);
/* In the one way out of a mailbox: the row that POP may have. */
enum pk_status drop_forget(struct mailbox *, uint32_t uid);

static inline int64_t drop_leave_ms(const struct drop_rules *r)
{
	return r->leave_days * (INT64_C(24) * 3600 * 1000);
}
/* Asks the sweep to come when this is due. */
enum pk_status drop_alarm(struct account *, int64_t at_ms);
/* An alarm of SCHED_POP: what is due in the account's mailboxes, up to `rows`. */
enum pk_status drop_sweep(struct account *, size_t rows, size_t *done);

#endif
