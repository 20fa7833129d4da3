#include "mailbox_uids.h"
#include "mailbox_use.h"
#include "staged.h"

#include "quota.h"
#include "sent_copy.h"

/*
 * append: one or several messages, all or none (RFC 3502): those that were staged for it, then its
 * own. One write names the bodies of all.
 */
struct appending {
	struct arrivals arrivals; /* first */
	struct staged *staged;    /* NULL: none */
};

static void cleanup(struct call *c)
{
	struct appending *p = c->state;

	arrivals_free(&p->arrivals);
	staged_free(p->staged);
}

static size_t count(const struct appending *p)
{
	return p->arrivals.n + staged_count(p->staged);
}

/* In the writer. */

static void told(void *arg, uint32_t uid)
{
	range_rows_add(arg, uid, uid);
}

static enum pk_status add_one(struct arrival *a, struct mailbox *m, struct range_rows *uids)
{
	uint32_t uid;
	uint64_t blob, keywords;
	enum pk_status st = mailbox_keywords(m, a->q.keywords, true, &keywords);

	a->draft.message.flags = (a->q.flags & PK_SYSTEM_FLAGS) | keywords | a->sent.flags;
	if (st == PK_OK)
		st = blob_commit(m->txn, a->body, a->source.tenant, 1, &blob);
	if (st == PK_OK)
		st = message_store(m, &a->draft, blob, &uid);
	if (st == PK_OK)
		st = sent_appended(m, &a->sent, uid, a->q.internaldate);
	if (st == PK_OK)
		told(uids, uid);
	return st;
}

static enum pk_status add_all(struct appending *p, struct mailbox *m, struct range_rows *uids)
{
	enum pk_status st = PK_OK;

	if (p->staged)
		st = staged_store(p->staged, m, told, uids);
	for (size_t i = 0; st == PK_OK && i < p->arrivals.n; i++)
		st = add_one(&p->arrivals.of[i], m, uids);
	range_rows_end(uids);
	return st == PK_OK && uids->rows.failed ? PK_ENOMEM : st;
}

/* Copies that submit made of these messages leave. */
static enum pk_status give_way(struct appending *p, struct mailbox *m, struct quota_need *freed)
{
	bool sent;
	enum pk_status st = mailbox_serves(m, PK_MB_SENT, &sent);

	if (st == PK_OK && p->staged)
		st = staged_give_way(p->staged, m, sent, freed);
	for (size_t i = 0; st == PK_OK && i < p->arrivals.n; i++)
		st = sent_give_way(m, sent, &p->arrivals.of[i].sent, freed);
	return st;
}

/* And then there must be room for all. */
static enum pk_status make_room(struct call *c, struct mailbox *m)
{
	struct appending *p = c->state;
	struct quota_need mailbox = {.octets = p->arrivals.octets, .messages = count(p)};
	struct quota_need freed = {0}, other;
	uint8_t scope = 0;
	enum pk_status st = give_way(p, m, &freed);

	if (p->staged)
		mailbox.octets += p->staged->octets;
	if (st != PK_OK)
		return st;
	other = quota_less(&mailbox, &freed);
	st = quota_check_needs(m, &(struct quota_needs){other, other, other, mailbox}, &scope);
	if (st == PK_EQUOTA)
		return call_error(c, st, "over the %s's quota", quota_scope_word(scope));
	return st;
}

static enum pk_status append_apply(struct call *c, struct txn *t)
{
	const struct pk_append_req *q = c->q;
	struct appending *p = c->state;
	struct range_rows uids = {0};
	struct account a;
	struct mailbox m = {0};
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	if (st == PK_OK)
		st = make_room(c, &m);
	if (st == PK_OK)
		st = add_all(p, &m, &uids);
	if (st == PK_OK)
		st = mailbox_save(&m);
	if (st == PK_OK)
		st = account_save(&a);
	c->counted = count(p);
	if (st == PK_OK)
		pk_put_append_rep(&c->out,
		                  &(struct pk_append_rep){mailbox_public_id(a.acct, m.id),
		                                          m.row.uidvalidity, PK_ROWS(&uids.rows)});
	range_rows_free(&uids);
	mailbox_drop(&m);
	return st;
}

static void write_all(struct call *c)
{
	const struct appending *p = c->state;

	if (!count(p))
		call_fail(c, PK_EINVAL, "no message");
	else if (count(p) > PK_APPEND_MAX)
		call_done(c, PK_ELIMIT);
	else
		call_write(c, c->session->volume, append_apply);
}

void op_append(struct call *c, const struct pk_append_req *q)
{
	struct appending *p = arena_alloc(&c->arena, sizeof(*p));
	enum pk_status st = staged_check(c, q->staged);
	struct staged *staged = session_take_staged(c->session);

	if (!p) {
		staged_free(staged);
		call_done(c, PK_ENOMEM);
		return;
	}
	c->counts = METRIC_messages_appended_total;
	c->state = p;
	c->cleanup = cleanup;
	p->staged = staged;
	arrivals_begin(c, q->messages, st, write_all);
}
