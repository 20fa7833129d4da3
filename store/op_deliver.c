#include "message_new.h"
#include "quota.h"
#include "reserve.h"
#include "tenant.h"
#include "trace_mail.h"

/*
 * A message to the accepted recipients:
 *
 *	the body is whole -> rows are sealed on the work pool -> one transaction -> the answer
 *
 * In the transaction everything is checked first, with what the message itself adds along the way
 * counted; then the body gets its name once a tenant, with as many references as rows, and then
 * the rows are written. All or none: the first refusal ends it before a write. Each for itself:
 * who is refused is left out.
 */
struct copy { /* one mailbox that gets the message */
	struct goal goal;
	const char *address; /* its own, in its first recipient */
	struct message_draft draft;
	bool taken;  /* in the transaction: it gets the message */
	bool loaded; /* account and inbox are loaded */
	bool has_inbox;
	struct account account;
	struct mailbox inbox;
};

struct share {                   /* what one tenant, or domain of it, gets of the message */
	uint32_t tenant, domain; /* domain 0: all of the tenant */
	struct quota_need need;
	uint64_t blob;
};

struct answer {
	enum pk_status status;
	uint8_t scope; /* of a quota */
	struct slice asked;
};

struct delivery {
	struct ingest *body;
	struct rcpt *rcpts; /* their places are held until the end */
	struct copy *copies;
	size_t count, room;
	struct answer *answers; /* of the recipients, in their order */
	size_t answered;
	uint32_t *tenants;
	size_t tenant_count;
	struct share *shares; /* at most two a copy */
	size_t share_count;
	uint32_t traces; /* numbers of the rows that tell of it, one a recipient */
	enum pk_status status;
};

static void drop_loaded(struct delivery *d)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->copies[i].loaded)
			mailbox_drop(&d->copies[i].inbox);
		d->copies[i].loaded = d->copies[i].taken = false;
	}
}

static void cleanup(struct call *c)
{
	struct delivery *d = c->state;

	drop_loaded(d);
	for (size_t i = 0; i < d->count; i++)
		message_draft_free(&d->copies[i].draft);
	if (d->body)
		ingest_free(d->body);
	while (d->rcpts) {
		struct rcpt *r = d->rcpts;

		d->rcpts = r->next;
		rcpt_free(c->server, r);
	}
	free(d->copies);
	if (!c->session->acct) { /* the transaction is over */
		c->session->volume = NULL;
		c->session->body_tenant = 0;
	}
}

static struct share *share_of(struct delivery *d, uint32_t tenant, uint32_t domain)
{
	struct share *s;

	for (size_t i = 0; i < d->share_count; i++)
		if (d->shares[i].tenant == tenant && d->shares[i].domain == domain)
			return &d->shares[i];
	s = &d->shares[d->share_count++];
	*s = (struct share){.tenant = tenant, .domain = domain};
	return s;
}

static void share_add(struct share *s, uint64_t octets)
{
	s->need.octets += octets;
	s->need.messages++;
}

static struct quota_need plus(const struct share *s, uint64_t octets)
{
	return (struct quota_need){s->need.octets + octets, s->need.messages + 1};
}

static enum pk_status load(struct txn *t, struct copy *copy)
{
	uint32_t tenant = ACCT_TENANT(copy->goal.acct);
	enum pk_status st;

	if (copy->loaded)
		return PK_OK;
	st = tenant_usable(t, tenant, copy->goal.domain, ACCT_USER(copy->goal.acct));
	if (st == PK_OK)
		st = account_load(t, copy->goal.acct, &copy->account);
	if (st == PK_OK)
		st = mailbox_find(&copy->account, S("INBOX"), &copy->inbox);
	copy->loaded = st == PK_OK;
	return st;
}

static enum pk_status check_copy(struct delivery *d, struct txn *t, struct copy *copy,
                                 uint8_t *scope)
{
	uint32_t tenant = ACCT_TENANT(copy->goal.acct);
	uint64_t octets = copy->draft.message.row.octets;
	struct share *whole = share_of(d, tenant, 0);
	struct share *domain = share_of(d, tenant, copy->goal.domain);
	struct quota_needs needs = {
		.tenant = plus(whole, octets),
		.domain = plus(domain, octets),
		.user = {octets, 1},
		.mailbox = {octets, 1}
        };
	enum pk_status st = load(t, copy);

	if (st == PK_OK)
		st = quota_check_needs(&copy->inbox, &needs, scope);
	if (st != PK_OK)
		return st;
	share_add(whole, octets);
	share_add(domain, octets);
	copy->taken = true;
	return PK_OK;
}

static struct copy *copy_of(struct delivery *d, uint64_t acct)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->copies[i].goal.acct == acct)
			return &d->copies[i];
	return NULL;
}

/* What a refused recipient took of the quotas is given back. */
static void untake(struct delivery *d, struct copy *copy)
{
	uint32_t tenant = ACCT_TENANT(copy->goal.acct);
	uint64_t octets = copy->draft.message.row.octets;
	struct share *both[] = {share_of(d, tenant, 0), share_of(d, tenant, copy->goal.domain)};

	for (size_t i = 0; i < 2; i++) {
		both[i]->need.octets -= octets;
		both[i]->need.messages--;
	}
	copy->taken = false;
}

/* All mailboxes of a recipient get it, or none of those that do not have it by another. */
static enum pk_status check_rcpt(struct delivery *d, struct txn *t, const struct rcpt *r,
                                 uint8_t *scope)
{
	struct copy *mine[TARGETS_MAX];
	enum pk_status st = PK_OK;
	size_t n = 0;

	if (ingest_octets(d->body) > r->octets_max)
		return PK_ETOOBIG;
	for (size_t i = 0; st == PK_OK && i < r->count; i++) {
		struct copy *copy = copy_of(d, r->goals[i].acct);

		if (copy->taken)
			continue;
		st = check_copy(d, t, copy, scope);
		if (st == PK_OK)
			mine[n++] = copy;
	}
	while (st != PK_OK && n)
		untake(d, mine[--n]);
	return st;
}

static enum pk_status name_body(struct delivery *d, struct txn *t)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < d->share_count; i++) {
		struct share *s = &d->shares[i];

		if (s->domain == 0 && s->need.messages)
			st = blob_commit(t, d->body, s->tenant, (uint32_t)s->need.messages,
			                 &s->blob);
	}
	return st;
}

static enum pk_status store_copy(struct delivery *d, struct copy *copy)
{
	uint64_t blob = share_of(d, ACCT_TENANT(copy->goal.acct), 0)->blob;
	uint32_t uid;
	enum pk_status st = message_store(&copy->inbox, &copy->draft, blob, &uid);

	if (st == PK_OK)
		st = mailbox_save(&copy->inbox);
	return st == PK_OK ? account_save(&copy->account) : st;
}

static enum pk_status say_refusal(struct call *c, const struct answer *a)
{
	if (a->status == PK_EQUOTA)
		return call_error(c, a->status, "%.*s: over the quota of the %s",
		                  (int)slice_head(a->asked, 100).n, a->asked.p,
		                  quota_scope_word(a->scope));
	return call_error(c, a->status, "%.*s: %s", (int)slice_head(a->asked, 100).n, a->asked.p,
	                  pk_status_words(a->status));
}

static enum pk_status put_traces(struct call *c, struct txn *t)
{
	struct delivery *d = c->state;
	struct trace_mail m = {.octets = ingest_octets(d->body), .number = d->traces};
	const struct answer *a = d->answers;
	enum pk_status st = PK_OK;

	for (const struct rcpt *r = d->rcpts; st == PK_OK && r; r = r->next, a++, m.number++) {
		m.status = a->status;
		st = trace_mail_put(c, t, r, &m);
	}
	return st;
}

static enum pk_status apply(struct call *c, struct txn *t)
{
	const struct pk_deliver_req *q = c->q;
	struct delivery *d = c->state;
	struct answer *a = d->answers;
	enum pk_status st = PK_OK;

	drop_loaded(d);
	d->share_count = 0;
	for (const struct rcpt *r = d->rcpts; r; r = r->next, a++) {
		a->status = check_rcpt(d, t, r, &a->scope);
		if (t->failed != PK_OK)
			return t->failed;
		if (a->status != PK_OK && !q->each)
			return say_refusal(c, a);
	}
	st = name_body(d, t);
	for (size_t i = 0; st == PK_OK && i < d->count; i++)
		if (d->copies[i].taken)
			st = store_copy(d, &d->copies[i]);
	return st == PK_OK ? put_traces(c, t) : st;
}

static void put_answers(struct call *c)
{
	struct delivery *d = c->state;

	buf_clear(&c->rows);
	for (size_t i = 0; i < d->answered; i++) {
		const struct answer *a = &d->answers[i];
		struct pk_result row = {.code = (uint16_t)a->status};

		if (a->status != PK_OK)
			row.text = slice_str(pk_status_words(a->status));
		pk_put_result_row(&c->rows, &row);
	}
	pk_put_deliver_rep(&c->out, &(struct pk_deliver_rep){.results = PK_ROWS(&c->rows)});
}

static void written(struct call *c)
{
	if (c->status == PK_OK)
		put_answers(c);
	else
		trace_mail_failed(c, ((struct delivery *)c->state)->rcpts);
	call_done(c, c->status);
}

/* In front of the body: who it came from, whose mailbox it is. */
static void put_prefix(struct slice from, const char *address, struct buf *prefix)
{
	bool bare = !slice_starts(from, S("<"));

	buf_put(prefix, S("Return-Path: "));
	buf_put(prefix, bare ? S("<") : S(""));
	buf_put(prefix, from);
	buf_put(prefix, bare ? S(">\r\n") : S("\r\n"));
	buf_printf(prefix, "Delivered-To: %s\r\n", address);
}

static enum pk_status prepare_copy(struct call *c, struct copy *copy)
{
	const struct pk_deliver_req *q = c->q;
	struct delivery *d = c->state;
	struct message_source from = {.tenant = ACCT_TENANT(copy->goal.acct),
	                              .summary = q->summary,
	                              .body_octets = ingest_octets(d->body),
	                              .internaldate_ms = c->write.now_ms,
	                              .now_ms = c->write.now_ms};
	struct buf prefix = {0};
	enum pk_status st = PK_ENOMEM;

	server_random(c->server, from.guid, sizeof(from.guid));
	put_prefix(q->return_path, copy->address, &prefix);
	from.prefix = buf_slice(&prefix);
	if (!prefix.failed)
		st = message_draft(c->server->keys, &from, &copy->draft);
	buf_free(&prefix);
	return st;
}

static void prepare_run(struct call *c)
{
	struct delivery *d = c->state;

	d->status = PK_OK;
	for (size_t i = 0; i < d->count && d->status == PK_OK; i++)
		d->status = prepare_copy(c, &d->copies[i]);
}

static void write_it(struct call *c)
{
	struct delivery *d = c->state;

	d->traces = trace_reserve(c->server, (uint32_t)d->answered);
	call_write_then(c, c->session->volume, apply, written);
}

static void prepared(struct call *c)
{
	struct delivery *d = c->state;

	if (d->status != PK_OK)
		call_done(c, d->status);
	else
		write_it(c);
}

static void body_ready(void *arg, enum pk_status st)
{
	struct call *c = arg;

	if (st != PK_OK)
		call_done(c, st);
	else
		call_work(c, prepare_run, prepared);
}

static bool has_tenant(const struct delivery *d, uint32_t tenant)
{
	for (size_t i = 0; i < d->tenant_count; i++)
		if (d->tenants[i] == tenant)
			return true;
	return false;
}

/* The mailboxes behind the recipients, each once. */
static bool gather(struct call *c, struct delivery *d)
{
	size_t goals = 0, rcpt = 0;

	for (const struct rcpt *r = d->rcpts; r; r = r->next, d->answered++)
		goals += r->count;
	d->copies = calloc(goals + 1, sizeof(*d->copies));
	d->answers = arena_alloc(&c->arena, d->answered * sizeof(*d->answers));
	d->tenants = arena_alloc(&c->arena, goals * sizeof(*d->tenants));
	d->shares = arena_alloc(&c->arena, 2 * goals * sizeof(*d->shares));
	if (!d->copies || c->arena.failed)
		return false;
	for (const struct rcpt *r = d->rcpts; r; r = r->next, rcpt++) {
		d->answers[rcpt].asked = buf_slice(&r->asked);
		for (size_t i = 0; i < r->count; i++) {
			uint32_t tenant = ACCT_TENANT(r->goals[i].acct);

			if (copy_of(d, r->goals[i].acct))
				continue;
			d->copies[d->count].address = r->addresses.p + r->goals[i].address;
			d->copies[d->count++].goal = r->goals[i];
			if (!has_tenant(d, tenant))
				d->tenants[d->tenant_count++] = tenant;
		}
	}
	return true;
}

/* Nothing in it that could end a header line, and not too long for a row. */
static bool return_path_ok(struct slice path)
{
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] < ' ' || path.p[i] == 0x7f)
			return false;
	return path.n <= PREFIX_MAX - 400;
}

void op_deliver(struct call *c, const struct pk_deliver_req *q)
{
	struct delivery *d = arena_alloc(&c->arena, sizeof(*d));
	struct session *s = c->session;

	if (!d) {
		call_done(c, PK_ENOMEM);
		return;
	}
	c->state = d;
	c->cleanup = cleanup;
	d->rcpts = s->rcpts;
	s->rcpts = NULL;
	d->body = session_take_body(s, q->body);
	if (!d->rcpts)
		call_fail(c, PK_EINVAL, "no recipient was accepted");
	else if (!d->body)
		call_fail(c, PK_EINVAL, "there is no such body");
	else if (!return_path_ok(q->return_path))
		call_fail(c, PK_EINVAL, "this is no return path");
	else if (volume_short_of_disk(s->volume))
		call_done(c, PK_EFULL);
	else if (!gather(c, d))
		call_done(c, PK_ENOMEM);
	else
		ingest_end(d->body, d->tenants, d->tenant_count, body_ready, c);
}
