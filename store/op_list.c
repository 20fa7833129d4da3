#include "mailbox_handle.h"
#include "mailbox_listed.h"
#include "mailbox_parts.h"
#include "notify.h"

/* list, counts: rows for all mailboxes of the account. */

/* Where a later step goes on. */
struct listing {
	struct key next;
	bool started;
	uint64_t modseq; /* counts: of the first step */
	uint8_t kind;
	struct slice prefix; /* list: of the names */
	char before[NAME_MAX_OCTETS + 1];
	size_t before_n; /* PK_LIST_LEVELS: the name before */
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
	struct key prefix = key_name(c->session->acct, l->kind, l->prefix);
	struct account a;
	struct cursor at;
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = cursor_open(t, TREE_ACCT, &at);
	if (st != PK_OK)
		return st;
	if (!l->started)
		l->modseq = a.row.modseq;
	st = cursor_seek(&at, l->started ? key_slice(&l->next) : key_slice(&prefix));
	l->started = true;
	while (st == PK_OK && slice_starts(at.key, key_slice(&prefix)) && !c->again) {
		memcpy(l->next.p, at.key.p, at.key.n);
		l->next.n = at.key.n;
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

static enum pk_status add_counters(struct call *c, struct account *a, uint32_t mbox,
                                   struct pk_mailbox *row)
{
	const struct pk_list_req *q = c->q;
	struct pk_status_rep r;
	struct mailbox m;
	enum pk_status st = mailbox_load(a, mbox, 0, &m);

	if (st == PK_OK)
		st = mailbox_counted(&m, q->want, &r);
	mailbox_drop(&m);
	if (st != PK_OK)
		return st;
	row->uidvalidity = r.uidvalidity;
	row->uidnext = r.uidnext;
	row->messages = r.exists;
	row->unseen = r.unseen;
	row->deleted = r.deleted;
	row->recent = r.recent;
	row->octets = r.octets;
	row->modseq = r.modseq;
	row->deleted_octets = r.deleted_octets;
	return PK_OK;
}

/* row: of the name, where it is at hand. */
static enum pk_status put_name(struct call *c, struct account *a, struct slice name,
                               const struct name_row *row)
{
	const struct pk_list_req *q = c->q;
	struct pk_mailbox m;
	enum pk_status st = mailbox_listed(a, name, row, &m);

	if (st == PK_OK && q->want && m.id)
		st = add_counters(c, a, (uint32_t)m.id, &m);
	if (st == PK_OK)
		pk_put_mailbox_row(&c->rows, &m);
	return st;
}

static enum pk_status list_row(struct call *c, struct account *a, struct cursor *at)
{
	char space[NAME_MAX_OCTETS + 1];
	struct name_row row;
	enum pk_status st = name_decode(at->value, &row);

	return st == PK_OK ? put_name(c, a, name_of_key(at->key, space), &row) : st;
}

/* Is `name` the name before, or above it? */
static bool was_put(const struct listing *l, struct slice name)
{
	struct slice before = {l->before, l->before_n};

	return slice_starts(before, name) && (before.n == name.n || before.p[name.n] == '/');
}

/* Keys are in the order of their levels: what is below a name follows it at once. */
static enum pk_status put_levels(struct call *c, struct account *a, struct slice name)
{
	struct listing *l = c->state;
	enum pk_status st = PK_OK;

	for (size_t i = 1; st == PK_OK && i < name.n; i++) {
		struct slice level = slice_head(name, i);

		if (name.p[i] == '/' && !was_put(l, level))
			st = put_name(c, a, level, NULL);
	}
	memcpy(l->before, name.p, name.n);
	l->before_n = name.n;
	return st;
}

static enum pk_status subscription_row(struct call *c, struct account *a, struct cursor *at)
{
	const struct pk_list_req *q = c->q;
	char space[NAME_MAX_OCTETS + 1];
	struct slice name = name_of_key(at->key, space);
	enum pk_status st = q->which == PK_LIST_LEVELS ? put_levels(c, a, name) : PK_OK;

	return st == PK_OK ? put_name(c, a, name, NULL) : st;
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
	struct listing *l;

	if (q->which > PK_LIST_LEVELS) {
		call_done(c, PK_EINVAL);
		return;
	}
	if (q->prefix.n > NAME_MAX_OCTETS) { /* no name begins so */
		pk_put_list_rep(&c->out, &(struct pk_list_rep){0});
		call_done(c, PK_OK);
		return;
	}
	l = begin(c, q->which == PK_LIST_NAMES ? KIND_NAME : KIND_SUBSCRIPTION);
	if (!l)
		return;
	l->prefix = q->prefix;
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
		mailbox_put_count(&m, &c->rows);
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
