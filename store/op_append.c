#include "mailbox_handle.h"
#include "mailbox_uids.h"
#include "message_new.h"

#include "blob.h"
#include "quota.h"
#include "volume.h"

/*
 * append: one or several messages, all or none (RFC 3502). Rows are sealed by a worker, bodies
 * finished by ingest, then one write names them all.
 */
struct item {
	struct call *call;
	struct pk_new_message q;
	struct ingest *body;
	struct message_source source;
	struct message_draft draft;
};

struct appending {
	struct item *items;
	size_t n;
	size_t waiting; /* bodies that are not ready, and one for the loop that ends them */
	enum pk_status status;
	uint64_t octets; /* of all */
};

#define MESSAGES_MAX 128

static void cleanup(struct call *c)
{
	struct appending *a = c->state;

	for (size_t i = 0; i < a->n; i++) {
		if (a->items[i].body)
			ingest_free(a->items[i].body);
		message_draft_free(&a->items[i].draft);
	}
}

/* In the writer. */

static enum pk_status add_one(struct appending *p, size_t i, struct mailbox *m,
                              struct range_rows *uids)
{
	struct item *it = &p->items[i];
	uint32_t uid;
	uint64_t blob, keywords;
	enum pk_status st = mailbox_keywords(m, it->q.keywords, true, &keywords);

	it->draft.message.flags = (it->q.flags & PK_SYSTEM_FLAGS) | keywords;
	if (st == PK_OK)
		st = blob_commit(m->txn, it->body, it->source.tenant, 1, &blob);
	if (st == PK_OK)
		st = message_store(m, &it->draft, blob, &uid);
	if (st == PK_OK)
		range_rows_add(uids, uid, uid);
	return st;
}

static enum pk_status add_all(struct appending *p, struct mailbox *m, struct range_rows *uids)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < p->n; i++)
		st = add_one(p, i, m, uids);
	range_rows_end(uids);
	return st == PK_OK && uids->rows.failed ? PK_ENOMEM : st;
}

static enum pk_status append_apply(struct call *c, struct txn *t)
{
	const struct pk_append_req *q = c->q;
	struct appending *p = c->state;
	struct range_rows uids = {0};
	struct account a;
	struct mailbox m = {0};
	uint8_t scope = 0;
	enum pk_status st = account_load(t, c->session->acct, &a);

	if (st == PK_OK)
		st = mailbox_find(&a, q->mailbox, &m);
	if (st == PK_OK)
		st = quota_check(&m, p->octets, p->n, &scope);
	if (st == PK_EQUOTA)
		st = call_error(c, st, "over the %s's quota", quota_scope_word(scope));
	if (st == PK_OK)
		st = add_all(p, &m, &uids);
	if (st == PK_OK)
		st = mailbox_save(&m);
	if (st == PK_OK)
		st = account_save(&a);
	c->counted = p->n;
	if (st == PK_OK)
		pk_put_append_rep(&c->out,
		                  &(struct pk_append_rep){mailbox_public_id(a.acct, m.id),
		                                          m.row.uidvalidity, PK_ROWS(&uids.rows)});
	range_rows_free(&uids);
	mailbox_drop(&m);
	return st;
}

/* Before it. */

static void one_ready(struct call *c, enum pk_status st)
{
	struct appending *p = c->state;

	if (st != PK_OK)
		p->status = st;
	if (--p->waiting)
		return;
	if (p->status == PK_OK)
		call_write(c, c->session->volume, append_apply);
	else
		call_done(c, p->status);
}

static void body_ready(void *arg, enum pk_status st)
{
	struct item *it = arg;

	one_ready(it->call, st);
}

static void end_bodies(struct call *c)
{
	struct appending *p = c->state;
	uint32_t tenant = ACCT_TENANT(c->session->acct);

	if (p->status != PK_OK) {
		call_done(c, p->status);
		return;
	}
	p->waiting = p->n + 1;
	for (size_t i = 0; i < p->n; i++)
		ingest_end(p->items[i].body, &tenant, 1, body_ready, &p->items[i]);
	one_ready(c, PK_OK);
}

static void seal_rows(struct call *c)
{
	struct appending *p = c->state;

	for (size_t i = 0; p->status == PK_OK && i < p->n; i++)
		p->status = message_draft(c->server->keys, &p->items[i].source, &p->items[i].draft);
}

/* Its body belongs to the call from here on, whatever becomes of it. */
static enum pk_status take_item(struct call *c, struct item *it)
{
	it->call = c;
	it->body = session_take_body(c->session, it->q.body);
	if (!it->body)
		return call_error(c, PK_EINVAL, "no such body, or it was refused");
	if (it->q.flags >> PK_FIRST_KEYWORD || it->q.summary.n > (size_t)PK_SUMMARY_MAX)
		return PK_EINVAL; /* keywords come by name */
	it->source = (struct message_source){
		.tenant = ACCT_TENANT(c->session->acct),
		.summary = it->q.summary,
		.body_octets = ingest_octets(it->body),
		.internaldate_ms = it->q.internaldate,
		.zone_minutes = (int16_t)it->q.zone,
		.now_ms = c->write.now_ms,
	};
	server_random(c->server, it->source.guid, sizeof(it->source.guid));
	return PK_OK;
}

static size_t count_messages(struct pk_rows rows)
{
	struct pk_new_message m;
	size_t n = 0;

	while (pk_next_new_message(&rows, &m))
		n++;
	return n;
}

static enum pk_status take_items(struct call *c, struct appending *p, struct pk_rows rows)
{
	size_t n = count_messages(rows);
	enum pk_status st = PK_OK;

	if (!n || n > MESSAGES_MAX)
		return n ? PK_ELIMIT : PK_EINVAL;
	p->items = arena_alloc(&c->arena, n * sizeof(*p->items));
	if (!p->items)
		return PK_ENOMEM;
	while (p->n < n && pk_next_new_message(&rows, &p->items[p->n].q)) {
		struct item *it = &p->items[p->n++];
		enum pk_status taken = take_item(c, it);

		p->octets += it->source.body_octets;
		if (st == PK_OK)
			st = taken;
	}
	return st;
}

void op_append(struct call *c, const struct pk_append_req *q)
{
	struct appending *p = arena_alloc(&c->arena, sizeof(*p));
	enum pk_status st = PK_ENOMEM;

	c->counts = METRIC_messages_appended_total;
	if (p) {
		c->state = p;
		c->cleanup = cleanup;
		st = take_items(c, p, q->messages);
	}
	if (st == PK_OK && volume_short_of_disk(c->session->volume))
		st = PK_EFULL;
	if (st == PK_OK)
		call_work(c, seal_rows, end_bodies);
	else
		call_done(c, st);
}
