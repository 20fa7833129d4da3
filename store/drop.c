#include "drop.h"

#include "settings.h"

static struct key pop_key(const struct mailbox *m, uint32_t uid)
{
	return key_acct_u32(m->account->acct, m->id, KIND_POP, uid);
}

enum pk_status drop_rules_load(struct account *a, struct drop_rules *r)
{
	uint64_t value[5];
	static const char *const names[] = {"pop3.access", "pop3.after", "pop3.delete",
	                                    "pop3.leave_days", "pop3.login_delay"};
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < sizeof(names) / sizeof(*names); i++)
		st = setting_number(a->txn, a->acct, a->row.domain, names[i], &value[i]);
	if (st == PK_OK)
		*r = (struct drop_rules){.access = (enum drop_access)value[0],
		                         .after = (enum drop_after)value[1],
		                         .delete = (enum drop_delete)value[2],
		                         .leave_days = (uint32_t)value[3],
		                         .login_delay_s = (uint32_t)value[4]};
	return st;
}

uint32_t drop_expire_days(const struct drop_rules *r)
{
	if (r->after == AFTER_ARCHIVE || r->after == AFTER_TRASH)
		return 0;
	return r->leave_days ? r->leave_days : DROP_NEVER;
}

bool drop_wants_retrieved(const struct drop_rules *r)
{
	return r->after != AFTER_KEEP || r->leave_days;
}

struct drop_view drop_view(const struct mailbox *m, const struct drop_rules *r, bool recent,
                           int64_t now_ms)
{
	struct drop_view v = {0};

	if (recent) {
		v.since_ms = now_ms > DROP_RECENT_MS ? now_ms - DROP_RECENT_MS : 1;
		return v;
	}
	v.hides = m->row.pop_rows;
	if (r->access == DROP_FROM_NOW)
		v.from = m->row.pop_from;
	return v;
}

enum pk_status drop_row(struct mailbox *m, uint32_t uid, struct pop_row *row)
{
	struct key key = pop_key(m, uid);
	struct slice value;
	enum pk_status st = PK_ENOTFOUND;

	*row = (struct pop_row){0};
	if (m->row.pop_rows)
		st = txn_get(m->txn, TREE_ACCT, key_slice(&key), &value);
	return st == PK_OK ? pop_decode(value, row) : st;
}

enum pk_status drop_shows(struct mailbox *m, const struct drop_view *v, uint32_t uid, bool *shows)
{
	struct message_row message;
	struct pop_row row = {0};
	enum pk_status st = PK_OK;

	*shows = uid >= v->from;
	if (*shows && v->hides) {
		st = drop_row(m, uid, &row);
		*shows = !row.hidden;
		if (st == PK_ENOTFOUND)
			st = PK_OK;
	}
	if (st == PK_OK && *shows && v->since_ms) {
		st = mailbox_message(m, uid, &message);
		*shows = st == PK_OK && message.born_ms >= v->since_ms;
	}
	return st;
}

enum pk_status drop_row_put(struct mailbox *m, uint32_t uid, const struct pop_row *row, bool fresh)
{
	struct key key = pop_key(m, uid);
	struct buf b = {0};

	m->row.pop_rows += fresh;
	m->changed = true;
	pop_encode(&b, row);
	return put_row(m->txn, TREE_ACCT, &key, &b);
}

enum pk_status drop_forget(struct mailbox *m, uint32_t uid)
{
	struct key key = pop_key(m, uid);
	enum pk_status st;

	if (!m->row.pop_rows)
		return PK_OK;
	st = txn_del(m->txn, TREE_ACCT, key_slice(&key));
	if (st == PK_OK)
		m->row.pop_rows--;
	return st == PK_ENOTFOUND ? PK_OK : st;
}
