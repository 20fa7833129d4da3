#include "drop.h"

#include "mailbox_copy.h"
#include "mailbox_use.h"

/* What becomes of messages at the end of a session. */

/* Where messages of this use go; PK_ENOTFOUND: nowhere, since there is no such mailbox, there may
 * not be one more, or it is the very one. */
static enum pk_status find_target(struct dropping *d, uint32_t use, struct drop_target **out)
{
	struct drop_target *t = &d->targets[d->targets[0].use && d->targets[0].use != use];
	enum pk_status st = PK_OK;

	*out = t;
	if (!t->use)
		st = mailbox_of_use(d->m->account, use, &t->m);
	if (st == PK_EQUOTA || st == PK_ELIMIT)
		st = PK_ENOTFOUND;
	if (!t->use)
		t->there = st == PK_OK && t->m.id != d->m->id;
	t->use = use;
	return st == PK_OK && !t->there ? PK_ENOTFOUND : st;
}

/* PK_ENOTFOUND: it stays. */
static enum pk_status move_to(struct dropping *d, uint32_t uid, uint32_t use)
{
	struct drop_target *t;
	enum pk_status st = find_target(d, use, &t);
	struct copying c = {.from = d->m, .to = &t->m, .move = true};
	uint64_t next = uid;
	size_t most = 1;

	return st == PK_OK ? copy_range(&c, &next, uid, &most, NULL) : st;
}

enum pk_status drop_remove(struct dropping *d, uint32_t uid, enum vault_by by)
{
	enum pk_status st = PK_ENOTFOUND;

	if (d->rules.delete == DELETE_TRASH)
		st = move_to(d, uid, PK_MB_TRASH);
	return st == PK_ENOTFOUND ? mailbox_remove(d->m, uid, TO_VAULT, by) : st;
}

enum pk_status drop_deleted(struct dropping *d, uint32_t uid)
{
	struct pop_row row;
	enum pk_status st;

	d->removed++;
	if (d->rules.delete != DELETE_HIDE)
		return drop_remove(d, uid, BY_CLIENT);
	st = drop_row(d->m, uid, &row);
	if (st != PK_OK && st != PK_ENOTFOUND)
		return st;
	row.hidden = 1;
	return drop_row_put(d->m, uid, &row, st == PK_ENOTFOUND);
}

static enum pk_status set_seen(struct mailbox *m, uint32_t uid)
{
	struct flag_entry e;
	enum pk_status st = mailbox_flags(m, uid, &e);

	return st == PK_OK ? mailbox_set_flags(m, uid, e.flags | PK_SEEN) : st;
}

/* It was fetched now, unless it was before. */
static enum pk_status note_fetched(struct dropping *d, uint32_t uid)
{
	int64_t now = d->m->txn->now_ms;
	struct pop_row row;
	bool fresh;
	enum pk_status st = drop_row(d->m, uid, &row);

	fresh = st == PK_ENOTFOUND;
	if ((st != PK_OK && !fresh) || row.fetched_ms)
		return st;
	row.fetched_ms = now;
	st = drop_row_put(d->m, uid, &row, fresh);
	return st == PK_OK ? drop_alarm(d->m->account, now + drop_leave_ms(&d->rules)) : st;
}

enum pk_status drop_retrieved(struct dropping *d, uint32_t uid)
{
	static const uint32_t uses[] = {
		[AFTER_ARCHIVE] = PK_MB_ARCHIVE, [AFTER_TRASH] = PK_MB_TRASH};
	enum pk_status st = PK_ENOTFOUND;

	if (d->rules.after == AFTER_READ)
		st = set_seen(d->m, uid);
	else if (d->rules.after != AFTER_KEEP)
		st = move_to(d, uid, uses[d->rules.after]);
	if (st == PK_OK && d->rules.after != AFTER_READ) {
		d->removed++;
		return PK_OK;
	}
	if (st != PK_OK && st != PK_ENOTFOUND)
		return st;
	return d->rules.leave_days ? note_fetched(d, uid) : PK_OK;
}

enum pk_status dropping_save(struct dropping *d)
{
	enum pk_status st = mailbox_save(d->m);

	for (size_t i = 0; st == PK_OK && i < 2; i++)
		if (d->targets[i].there)
			st = mailbox_save(&d->targets[i].m);
	return st;
}

void dropping_free(struct dropping *d)
{
	for (size_t i = 0; i < 2; i++)
		mailbox_drop(&d->targets[i].m);
}
