#include "mailbox_uidl.h"

#include "message_new.h"

static bool is_unique_id(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return s.n <= UIDL_MAX;
}

/* What a message without one of its own is called: it must stay free for it. */
static bool is_made(const struct mailbox *m, struct slice s, uint32_t uid)
{
	struct slice rest = s, first = slice_cut(&rest, '.');
	uint64_t validity, of;

	return slice_number(first, UINT32_MAX, &validity) && validity == m->row.uidvalidity &&
	       slice_number(rest, UINT32_MAX, &of) && of != uid;
}

struct search {
	struct mailbox *m;
	struct slice uidl;
	uint32_t uid;
};

static enum pk_status differs(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct search *s = arg;
	struct message_row row;
	enum pk_status st = mailbox_message(s->m, uid, &row);

	(void)e;
	if (st == PK_OK && uid != s->uid && slice_eq(row.uidl, s->uidl))
		return PK_EEXISTS;
	return st;
}

static enum pk_status is_free(struct mailbox *m, struct slice uidl, uint32_t uid)
{
	struct search s = {m, uidl, uid};

	if (!uidl.n)
		return PK_OK;
	return is_made(m, uidl, uid) ? PK_EEXISTS : mailbox_each(m, 1, UINT32_MAX, differs, &s);
}

enum pk_status mailbox_set_uidl(struct mailbox *m, uint32_t uid, struct slice uidl)
{
	struct key key = key_acct_u32(m->account->acct, m->id, KIND_MESSAGE, uid);
	struct message_row row;
	struct buf b = {0};
	enum pk_status st = is_unique_id(uidl) ? mailbox_message(m, uid, &row) : PK_EINVAL;

	if (st == PK_OK)
		st = is_free(m, uidl, uid);
	if (st == PK_OK) /* the walk may have moved on */
		st = mailbox_message(m, uid, &row);
	if (st != PK_OK)
		return st;
	row.uidl = uidl;
	message_encode(&b, &row);
	return put_row(m->txn, TREE_ACCT, &key, &b);
}
