#include "mailbox_handle.h"
#include "mailbox_parts.h"
#include "notify.h"

/* list, counts: rows for all mailboxes of the account. */

/* The key after which a later step goes on. */
struct listing {
	struct key after;
	bool started;
	uint64_t modseq; /* counts: of the first step */
	uint8_t kind;
};

static struct listing *begin(struct call *c, uint8_t kind)
{
	struct listing *l = arena_alloc(&c->arena, sizeof(*l));

	if (!l) {
		call_done(c, PK_ENOMEM);
		return NULL;
	}
	l->kind = kind;
	c->state = l;
	return l;
}

/* Calls row() for each key of the kind until there are enough rows for a frame. */
static enum pk_status walk(struct call *c, struct txn *t,
                           enum pk_status (*row)(struct call *, struct account *, struct cursor *))
{
	struct listing *l = c->state;
	struct key prefix = key_acct(c->session->acct, 0, l->kind);
	struct account a;
	struct cursor at;
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = cursor_open(t, TREE_ACCT, &at);
	if (st != PK_OK)
		return st;
	if (!l->started)
		l->modseq = a.row.modseq;
	st = cursor_seek(&at, l->started ? key_slice(&l->after) : key_slice(&prefix));
	l->started = true;
	while (st == PK_OK && slice_starts(at.key, key_slice(&prefix)) && !c->again) {
		memcpy(l->after.p, at.key.p, at.key.n);
		l->after.n = at.key.n;
		if (c->rows.n >= CALL_ROWS_OCTETS)
			c->again = true;
		else
			st = row(c, &a, &at);
		if (st == PK_OK && !c->again)
			st = cursor_next(&at);
	}
	cursor_close(&at);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static bool exists(struct account *a, uint8_t kind, struct slice name)
{
	struct key key = key_name(a->acct, kind, name);
	struct slice value;

	return txn_get(a->txn, TREE_ACCT, key_slice(&key), &value) == PK_OK;
}

static enum pk_status put_mailbox(struct call *c, struct account *a, struct slice name,
                                  const struct name_row *row, bool subscribed)
{
	struct pk_mailbox m = {
		.name = name, .attributes = row->attributes, .subscribed = subscribed, .exists = 1};
	bool children;
	enum pk_status st = name_children(a, name, &children);

	m.attributes |= children ? PK_MB_CHILDREN : 0;
	m.attributes |= row->mbox ? 0 : PK_MB_NOSELECT;
	m.id = row->mbox ? mailbox_public_id(a->acct, row->mbox) : 0;
	pk_put_mailbox_row(&c->rows, &m);
	return st;
}

static enum pk_status list_row(struct call *c, struct account *a, struct cursor *at)
{
	char space[NAME_MAX_OCTETS + 1];
	struct slice name = name_of_key(at->key, space);
	struct name_row row;
	enum pk_status st = name_decode(at->value, &row);

	return st == PK_OK ? put_mailbox(c, a, name, &row, exists(a, KIND_SUBSCRIPTION, name)) : st;
}

static enum pk_status subscription_row(struct call *c, struct account *a, struct cursor *at)
{
	char space[NAME_MAX_OCTETS + 1];
	struct slice name = name_of_key(at->key, space);
	struct name_row row;
	enum pk_status st = name_find(a, name, &row);

	if (st != PK_ENOTFOUND)
		return st == PK_OK ? put_mailbox(c, a, name, &row, true) : st;
	pk_put_mailbox_row(&c->rows, &(struct pk_mailbox){.name = name, .subscribed = 1});
	return PK_OK;
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct listing *l = c->state;
	struct pk_list_rep rep;
	enum pk_status st;

	buf_clear(&c->rows);
	st = walk(c, t, l->kind == KIND_NAME ? list_row : subscription_row);
	rep.mailboxes = PK_ROWS(&c->rows);
	pk_put_list_rep(&c->out, &rep);
	return st;
}

void op_list(struct call *c, const struct pk_list_req *q)
{
	if (begin(c, q->subscribed_only ? KIND_SUBSCRIPTION : KIND_NAME))
		call_read(c, c->session->volume, list_step);
}

static enum pk_status count_row(struct call *c, struct account *a, struct cursor *at)
{
	const struct pk_counts_req *q = c->q;
	struct name_row row;
	struct mailbox m;
	enum pk_status st = name_decode(at->value, &row);

	if (st != PK_OK || !row.mbox)
		return st;
	st = mailbox_load(a, row.mbox, 0, &m);
	if (st == PK_OK && m.row.modseq > q->since)
		pk_put_count_row(&c->rows, &(struct pk_count){
						   .id = mailbox_public_id(a->acct, m.id),
						   .name = m.row.name,
						   .uidvalidity = m.row.uidvalidity,
						   .uidnext = m.row.uidnext,
						   .exists = m.row.exists,
						   .unseen = m.row.unseen,
						   .modseq = m.row.modseq,
					   });
	mailbox_drop(&m);
	return st;
}

/* Those that were deleted since; who asks for the first time knows none of them. */
static enum pk_status gone_row(struct call *c, struct account *a, struct cursor *at)
{
	const struct pk_counts_req *q = c->q;
	uint64_t modseq = key_u64_at(at->key, KEY_ACCT_OCTETS);
	uint32_t mbox = key_u32_at(at->key, KEY_ACCT_OCTETS + 8);

	if (q->since && modseq > q->since)
		pk_put_count_row(&c->rows,
		                 &(struct pk_count){.id = mailbox_public_id(a->acct, mbox),
		                                    .modseq = modseq});
	return PK_OK;
}

static enum pk_status counts_step(struct call *c, struct txn *t)
{
	struct listing *l = c->state;
	struct pk_counts_rep rep;
	enum pk_status st = PK_OK;

	buf_clear(&c->rows);
	if (l->kind == KIND_NAME) {
		st = walk(c, t, count_row);
		if (st == PK_OK && !c->again) {
			uint64_t modseq = l->modseq;

			*l = (struct listing){.kind = KIND_GONE, .modseq = modseq};
		}
	}
	if (st == PK_OK && l->kind == KIND_GONE) {
		uint64_t modseq = l->modseq;

		st = walk(c, t, gone_row);
		l->modseq = modseq;
	}
	rep = (struct pk_counts_rep){l->modseq, PK_ROWS(&c->rows)};
	pk_put_counts_rep(&c->out, &rep);
	return st;
}

void op_counts(struct call *c, const struct pk_counts_req *q)
{
	(void)q;
	watch_answered(c->session);
	if (begin(c, KIND_NAME))
		call_read(c, c->session->volume, counts_step);
}
