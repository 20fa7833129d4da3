#include "mailbox_listed.h"
#include "mailbox_parts.h"
#include "mailbox_scan.h"
#include "tenant_admin.h"

/* mailbox_list, mailbox_show: mailboxes of any user, for administrators. */

struct showing {
	struct target at; /* first */
	struct key after; /* list: where the next step goes on; empty: from the start */
};

static struct showing *begin(struct call *c, struct slice account)
{
	struct showing *s = arena_alloc(&c->arena, sizeof(*s));

	c->state = s;
	if (!s)
		call_done(c, PK_ENOMEM);
	return s && admin_user(c, account, &s->at) ? s : NULL;
}

static enum pk_status put_count(struct call *c, struct account *a, struct cursor *at)
{
	struct name_row row;
	struct mailbox m;
	enum pk_status st = name_decode(at->value, &row);

	if (st != PK_OK || !row.mbox)
		return st;
	st = mailbox_load(a, row.mbox, 0, &m);
	if (st == PK_OK)
		mailbox_put_count(&m, &c->rows);
	mailbox_drop(&m);
	return st;
}

static enum pk_status list_rows(struct call *c, struct account *a)
{
	struct showing *s = c->state;
	struct key prefix = key_acct(a->acct, 0, KIND_NAME);
	struct cursor at;
	enum pk_status st = cursor_open(a->txn, TREE_ACCT, &at);

	if (st == PK_OK)
		st = cursor_seek(&at, s->after.n ? key_slice(&s->after) : key_slice(&prefix));
	while (st == PK_OK && slice_starts(at.key, key_slice(&prefix))) {
		if (c->rows.n >= CALL_ROWS_OCTETS) {
			memcpy(s->after.p, at.key.p, at.key.n);
			s->after.n = at.key.n;
			c->again = true;
			break;
		}
		st = put_count(c, a, &at);
		if (st == PK_OK)
			st = cursor_next(&at);
	}
	cursor_close(&at);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct showing *s = c->state;
	struct pk_mailbox_list_rep rep;
	struct account a;
	enum pk_status st = target_ids(c, t, &s->at);

	buf_clear(&c->rows);
	if (st == PK_OK)
		st = account_load(t, s->at.acct, &a);
	if (st == PK_OK)
		st = list_rows(c, &a);
	rep.mailboxes = PK_ROWS(&c->rows);
	pk_put_mailbox_list_rep(&c->out, &rep);
	return st;
}

void op_mailbox_list(struct call *c, const struct pk_mailbox_list_req *q)
{
	struct showing *s = begin(c, q->account);

	if (s)
		call_read(c, s->at.volume, list_step);
}

static enum pk_status show_step(struct call *c, struct txn *t)
{
	const struct pk_mailbox_show_req *q = c->q;
	struct showing *s = c->state;
	struct pk_mailbox_show_rep rep;
	struct account a;
	struct mailbox m = {0};
	enum pk_status st = target_ids(c, t, &s->at);

	if (st == PK_OK)
		st = account_load(t, s->at.acct, &a);
	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	if (st == PK_ENOTFOUND && !*c->error)
		st = call_error(c, st, "there is no mailbox %.*s", WORDS(q->mailbox));
	if (st == PK_OK)
		st = scan_keywords(&m, &c->rows);
	rep = (struct pk_mailbox_show_rep){
		.id = mailbox_public_id(s->at.acct, m.id),
		.uidvalidity = m.row.uidvalidity,
		.uidnext = m.row.uidnext,
		.exists = m.row.exists,
		.unseen = m.row.unseen,
		.deleted = m.row.deleted,
		.octets = m.row.octets,
		.modseq = m.row.modseq,
		.keywords = PK_ROWS(&c->rows),
	};
	mailbox_drop(&m);
	pk_put_mailbox_show_rep(&c->out, &rep);
	return st;
}

void op_mailbox_show(struct call *c, const struct pk_mailbox_show_req *q)
{
	struct showing *s = begin(c, q->account);

	if (s)
		call_point(c, s->at.volume, show_step);
}
