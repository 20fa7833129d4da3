#include "drop.h"

#include "mailbox_parts.h"

/* What was fetched goes when it has been left for long enough; where "from now on" begins. */

#define HOUR_MS (INT64_C(3600) * 1000)

/* The first message from uid on that was fetched before a time. PK_ENOTFOUND */
static enum pk_status fetched_before(struct mailbox *m, uint32_t uid, int64_t before_ms,
                                     uint32_t *found)
{
	struct key prefix = key_acct(m->account->acct, m->id, KIND_POP),
		   from = key_acct_u32(m->account->acct, m->id, KIND_POP, uid);
	struct cursor c;
	enum pk_status st = m->row.pop_rows ? cursor_open(m->txn, TREE_ACCT, &c) : PK_ENOTFOUND;

	if (!m->row.pop_rows)
		return st;
	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&from));
	while (st == PK_OK) {
		struct pop_row row;

		st = slice_starts(c.key, key_slice(&prefix)) ? pop_decode(c.value, &row)
		                                             : PK_ENOTFOUND;
		*found = key_u32_at(c.key, KEY_ACCT_OCTETS);
		if (st == PK_OK && row.fetched_ms && row.fetched_ms <= before_ms)
			break;
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st;
}

static int64_t due_before(const struct mailbox *m, const struct drop_rules *r)
{
	return m->txn->now_ms - drop_leave_ms(r);
}

enum pk_status drop_alarm(struct account *a, int64_t at_ms)
{
	struct key key = key_sched(SCHED_POP, (at_ms / HOUR_MS + 1) * HOUR_MS, a->acct);
	struct buf row = {0};

	empty_encode(&row);
	return put_row(a->txn, TREE_SCHED, &key, &row);
}

static enum pk_status expire(struct dropping *d, size_t rows, size_t *done)
{
	int64_t before = due_before(d->m, &d->rules);
	uint32_t uid = 1;
	enum pk_status st = d->rules.leave_days ? PK_OK : PK_ENOTFOUND;

	while (st == PK_OK && *done < rows) {
		st = fetched_before(d->m, uid, before, &uid);
		if (st == PK_OK)
			st = drop_remove(d, uid, BY_RETENTION);
		*done += st == PK_OK;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

bool drop_wants_write(struct mailbox *m, const struct drop_rules *r, int64_t now_ms)
{
	uint32_t uid;

	if (r->access == DROP_FROM_NOW && !m->row.pop_from)
		return true;
	return r->leave_days && fetched_before(m, 1, now_ms - drop_leave_ms(r), &uid) == PK_OK;
}

enum pk_status drop_prepare(struct mailbox *m, const struct drop_rules *r)
{
	struct dropping d = {.rules = *r, .m = m};
	size_t done = 0;
	enum pk_status st;

	if (r->access == DROP_FROM_NOW && !m->row.pop_from) {
		m->row.pop_from = m->row.uidnext;
		m->changed = true;
	}
	st = expire(&d, ONE_TRANSACTION, &done);
	if (st == PK_OK)
		st = dropping_save(&d);
	dropping_free(&d);
	return st;
}

/* All mailboxes of an account, by their names; fn may write. */
static enum pk_status each_mailbox(struct account *a,
                                   enum pk_status (*fn)(struct mailbox *, void *), void *arg)
{
	struct key prefix = key_acct(a->acct, 0, KIND_NAME), at = prefix;
	struct slice key, value;
	enum pk_status st = PK_OK;

	for (;;) {
		struct name_row row;
		struct mailbox m;

		st = txn_first(a->txn, TREE_ACCT, key_slice(&prefix), key_slice(&at), &key, &value);
		if (st != PK_OK)
			return st == PK_ENOTFOUND ? PK_OK : st;
		memcpy(at.p, key.p, key.n);
		at.p[key.n] = '\0'; /* the smallest key behind it */
		at.n = key.n + 1;
		st = name_decode(value, &row);
		if (st == PK_OK && row.mbox) {
			st = mailbox_load(a, row.mbox, 0, &m);
			if (st == PK_OK)
				st = fn(&m, arg);
			mailbox_drop(&m);
		}
		if (st != PK_OK)
			return st;
	}
}

static enum pk_status restart(struct mailbox *m, void *arg)
{
	(void)arg;
	m->row.pop_from = m->row.uidnext;
	m->changed = true;
	return mailbox_save(m);
}

enum pk_status drop_restart(struct account *a)
{
	return each_mailbox(a, restart, NULL);
}

struct sweeping {
	struct drop_rules rules;
	size_t rows, done;
	int64_t next_ms; /* when the next one is due */
};

/* Of those that stay: when the first one goes. */
static enum pk_status look_ahead(struct mailbox *m, struct sweeping *s)
{
	struct pop_row row;
	uint32_t uid = 1;
	enum pk_status st = PK_OK;

	while ((st = fetched_before(m, uid, INT64_MAX, &uid)) == PK_OK) {
		st = drop_row(m, uid, &row);
		if (st != PK_OK)
			return st;
		if (row.fetched_ms < s->next_ms)
			s->next_ms = row.fetched_ms;
		if (uid++ == UINT32_MAX)
			break;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status sweep_one(struct mailbox *m, void *arg)
{
	struct sweeping *s = arg;
	struct dropping d = {.rules = s->rules, .m = m};
	enum pk_status st = PK_OK;

	if (!m->row.pop_rows)
		return PK_OK;
	st = expire(&d, s->rows, &s->done);
	if (st == PK_OK)
		st = dropping_save(&d);
	if (st == PK_OK && s->done < s->rows)
		st = look_ahead(m, s);
	dropping_free(&d);
	return st;
}

enum pk_status drop_sweep(struct account *a, size_t rows, size_t *done)
{
	struct sweeping s = {.rows = rows, .next_ms = INT64_MAX};
	enum pk_status st = drop_rules_load(a, &s.rules);

	if (st == PK_OK && s.rules.leave_days)
		st = each_mailbox(a, sweep_one, &s);
	if (st == PK_OK && s.done < rows && s.next_ms != INT64_MAX)
		st = drop_alarm(a, s.next_ms + drop_leave_ms(&s.rules));
	*done = s.done;
	return st;
}
