#include "mailbox.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "trace.h"

/*
 * Looks through the rows since a time, of a tenant's volume or of all one after the other, for
 * those that have the tag of a name. There is no other index: a delivery would have to write into
 * three more places of the tree, and a search of a million rows takes less than a second.
 */
#define ROWS_A_STEP 20000

struct search {
	struct target at; /* tenant 0: any */
	uint64_t tag;
	size_t volume;
	struct trace_key from; /* the next row to look at */
};

static const char *kind_word(uint8_t kind)
{
	static const char *const words[] = {
		[TRACE_DELIVERED] = "delivered", [TRACE_REFUSED] = "refused",
		[TRACE_LOGIN] = "login",         [TRACE_ACCEPTED] = "accepted",
		[TRACE_COPIED] = "copied",       [TRACE_SENDER] = "sender"};

	return kind < sizeof(words) / sizeof(*words) && words[kind] ? words[kind] : "other";
}

/* Where a document is now. */
static enum pk_status find_document(struct account *a, uint32_t docid, struct docid_row *now)
{
	struct key key = key_acct_u32(a->acct, 0, KIND_DOCID, docid);
	struct slice value;
	enum pk_status st = txn_get(a->txn, TREE_ACCT, key_slice(&key), &value);

	return st == PK_OK ? docid_decode(value, now) : st;
}

/* m keeps the name that the row points to. */
static void put_place(struct txn *t, const struct trace_event *e, struct mailbox *m,
                      struct pk_traced *row)
{
	struct docid_row now;
	struct account a;

	row->now = S("gone");
	if (account_load(t, ACCT(e->tenant, e->user), &a) != PK_OK ||
	    find_document(&a, e->docid, &now) != PK_OK)
		return;
	row->now = S("removed");
	if (now.mbox == ACCT_VAULT || mailbox_load(&a, now.mbox, 0, m) != PK_OK)
		return;
	row->now_mailbox = m->row.name;
	row->now_uid = now.uid;
	row->now = now.uid == e->uid && slice_eq(m->row.name, e->mailbox) ? S("there") : S("moved");
}

static int64_t time_of(struct slice key)
{
	uint64_t ms = 0;

	for (unsigned i = 0; i < 8; i++)
		ms = ms << 8 | (unsigned char)key.p[i];
	return (int64_t)ms;
}

static void put_event(struct call *c, struct txn *t, const struct trace_event *e, int64_t at_ms)
{
	struct pk_traced row = {
		.time = at_ms,
		.event = slice_str(kind_word(e->kind)),
		.service = e->service,
		.session = e->session,
		.address = e->address,
		.owner = e->owner,
		.from = e->from,
		.peer = e->peer,
		.result = slice_str(pk_status_name((enum pk_status)e->code)),
		.text = e->text,
		.message_id = e->message_id,
		.octets = e->octets,
		.mailbox = e->mailbox,
		.uid = e->uid,
	};
	struct tenant_row tenant;
	struct mailbox m = {0};

	if (e->tenant && tenant_load(t, e->tenant, &tenant) == PK_OK)
		row.tenant = tenant.name;
	if (e->kind == TRACE_DELIVERED || e->kind == TRACE_COPIED)
		put_place(t, e, &m, &row);
	pk_put_traced_row(&c->rows, &row);
	if (m.account)
		mailbox_drop(&m);
}

static enum pk_status add(struct call *c, const struct cursor *at)
{
	struct buf plain = {0};
	struct trace_event e;
	enum pk_status st = trace_decode(c->server->keys, at->key, at->value, &plain, &e);

	if (st == PK_OK)
		put_event(c, at->txn, &e, time_of(at->key));
	buf_free(&plain);
	return st == PK_ENOMEM ? st : PK_OK; /* one that is broken hides no others */
}

static bool is_wanted(const struct search *s, struct slice row)
{
	return (!s->at.tenant || trace_tenant(row) == s->at.tenant) && trace_has_tag(row, s->tag);
}

static enum pk_status walk(struct call *c, struct cursor *at, bool *end)
{
	struct search *s = c->state;
	enum pk_status st = cursor_seek(at, trace_key_slice(&s->from));

	for (unsigned n = 0; st == PK_OK; n++, st = cursor_next(at)) {
		if (at->key.n != TRACE_KEY_OCTETS)
			continue;
		memcpy(s->from.p, at->key.p, TRACE_KEY_OCTETS);
		if (n == ROWS_A_STEP || c->rows.n >= CALL_ROWS_OCTETS)
			return PK_OK;
		if (is_wanted(s, at->value) && (st = add(c, at)) != PK_OK)
			return st;
	}
	*end = st == PK_ENOTFOUND;
	return *end ? PK_OK : st;
}

static bool next_volume(struct call *c)
{
	const struct pk_trace_req *q = c->q;
	struct search *s = c->state;

	if (s->at.tenant || ++s->volume >= c->server->volume_count)
		return false;
	c->volume = c->server->volumes[s->volume];
	s->from = trace_key(q->since, 0);
	return true;
}

static enum pk_status step(struct call *c, struct txn *t)
{
	struct pk_trace_rep rep = {.dropped = trace_dropped(c->server)};
	struct cursor at = {0};
	bool end = false;
	enum pk_status st = cursor_open(t, TREE_TRACE, &at);

	buf_clear(&c->rows);
	if (st == PK_OK)
		st = walk(c, &at, &end);
	cursor_close(&at);
	c->again = !end || next_volume(c);
	rep.events = PK_ROWS(&c->rows);
	pk_put_trace_rep(&c->out, &rep);
	return st;
}

void op_trace(struct call *c, const struct pk_trace_req *q)
{
	struct search *s = arena_alloc(&c->arena, sizeof(*s));

	if (!s) {
		call_done(c, PK_ENOMEM);
		return;
	}
	*s = (struct search){.at = {.volume = c->server->volumes[0]}};
	if (q->tenant.n && !admin_tenant(c, q->tenant, &s->at))
		return;
	if (!q->what.n || q->since < 0) {
		call_fail(c, PK_EINVAL, "an address, a Message-ID or the number of a session");
		return;
	}
	s->tag = trace_tag(trace_tags_of(c->server), q->what);
	s->from = trace_key(q->since, 0);
	c->state = s;
	call_read(c, s->at.volume, step);
}
