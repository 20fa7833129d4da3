#include "delivery.h"

#include "measure.h"
#include "trace.h"
#include "trace_mail.h"

/*
 * A message to the accepted recipients, from its request to the answer:
 *
 *	the body is whole -> rows are sealed on the work pool -> one transaction -> the answer
 */

/* Of all recipients at once, or of each. */
static void count_answers(const struct call *c, const struct delivery *d)
{
	if (c->status != PK_OK || !d->each)
		measure_verdict(c, METRIC_deliveries_total, c->status);
	else
		for (size_t i = 0; i < d->answered; i++)
			measure_verdict(c, METRIC_deliveries_total, d->answers[i].status);
}

static void cleanup(struct call *c)
{
	struct delivery *d = c->state;

	count_answers(c, d);
	if (c->status != PK_OK && !d->stored)
		trace_mail_failed(c);
	delivery_free(d, c->server);
	if (!c->session->acct) { /* the transaction is over */
		c->session->volume = NULL;
		c->session->body_tenant = 0;
	}
}

void delivery_put_answers(struct call *c)
{
	struct delivery *d = c->state;

	buf_clear(&c->rows);
	for (size_t i = 0; i < d->answered; i++) {
		const struct answer *a = &d->answers[i];
		struct pk_result row = {.code = (uint16_t)a->status};

		if (a->status != PK_OK) {
			row.text = a->text.n ? a->text : slice_str(pk_status_words(a->status));
			row.lasting = a->lasting;
			row.worded = a->text.n > 0;
		}
		pk_put_result_row(&c->rows, &row);
	}
}

static void written(struct call *c)
{
	struct delivery *d = c->state;

	d->stored = c->status == PK_OK;
	if (d->stored) {
		metrics_add(c->session->peer->metrics, METRIC_delivered_bytes_total, d->octets);
		d->answer(c);
	}
	call_done(c, c->status);
}

/* In front of the body: who it came from, whose mailbox it is, for whom it was at first if there is
 * room to tell. */
static void put_prefix(struct slice from, const struct copy *copy, struct buf *prefix)
{
	static const struct slice name = S("Original-Recipient: ");

	bool bare = !slice_starts(from, S("<"));

	buf_put(prefix, S("Return-Path: "));
	buf_put(prefix, bare ? S("<") : S(""));
	buf_put(prefix, from);
	buf_put(prefix, bare ? S(">\r\n") : S("\r\n"));
	buf_printf(prefix, "Delivered-To: %s\r\n", copy->address);
	if (!copy->original.n || prefix->n + name.n + copy->original.n + 2 > PREFIX_MAX)
		return;
	buf_put(prefix, name);
	buf_put(prefix, copy->original);
	buf_put(prefix, S("\r\n"));
}

/* In front of the sender's own: what nobody else may see. */
static void put_own_prefix(struct slice bcc, struct buf *prefix)
{
	if (!bcc.n)
		return;
	buf_put(prefix, S("Bcc: "));
	buf_put(prefix, bcc);
	buf_put(prefix, S("\r\n"));
}

static enum pk_status prepare_copy(struct call *c, struct copy *copy)
{
	struct delivery *d = c->state;
	struct message_source from = {.tenant = ACCT_TENANT(copy->goal.acct),
	                              .summary = d->summary,
	                              .body_octets = ingest_octets(d->body),
	                              .internaldate_ms = c->write.now_ms,
	                              .now_ms = c->write.now_ms};
	struct buf prefix = {0};
	enum pk_status st = PK_ENOMEM;

	server_random(c->server, from.guid, sizeof(from.guid));
	if (copy == d->own)
		put_own_prefix(d->bcc, &prefix);
	else
		put_prefix(d->return_path, copy, &prefix);
	from.prefix = buf_slice(&prefix);
	if (!prefix.failed)
		st = message_draft(c->server->keys, &from, &copy->draft);
	if (copy == d->own)
		copy->draft.message.flags = PK_SEEN;
	buf_free(&prefix);
	return st;
}

static void prepare_run(struct call *c)
{
	struct delivery *d = c->state;

	d->status = d->prepare ? d->prepare(c) : PK_OK;
	for (size_t i = 0; i < d->count && d->status == PK_OK; i++)
		d->status = prepare_copy(c, &d->copies[i]);
	if (d->own && d->status == PK_OK)
		d->status = prepare_copy(c, d->own);
}

static void write_it(struct call *c)
{
	struct delivery *d = c->state;

	d->traces = trace_reserve(c->server, trace_mail_rows(d));
	call_write_then(c, c->session->volume, d->apply, written);
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

static struct owner *owner_of(struct delivery *d, uint64_t acct)
{
	uint32_t tenant = ACCT_TENANT(acct);

	for (size_t i = 0; i < d->owner_count; i++)
		if (d->owners[i].acct == acct)
			return &d->owners[i];
	if (!has_tenant(d, tenant))
		d->tenants[d->tenant_count++] = tenant;
	d->owners[d->owner_count].acct = acct;
	return &d->owners[d->owner_count++];
}

static bool make_room(struct call *c, struct delivery *d, size_t goals)
{
	d->copies = calloc(goals, sizeof(*d->copies));
	d->owners = calloc(goals, sizeof(*d->owners));
	d->answers = arena_alloc(&c->arena, d->answered * sizeof(*d->answers));
	d->tenants = arena_alloc(&c->arena, goals * sizeof(*d->tenants));
	d->shares = arena_alloc(&c->arena, 2 * goals * sizeof(*d->shares));
	return d->copies && d->owners && !c->arena.failed;
}

/* The mailboxes behind the recipients, each once. */
static bool gather(struct call *c, struct delivery *d)
{
	size_t goals = d->sender != 0, rcpt = 0;

	for (const struct rcpt *r = d->rcpts; r; r = r->next, d->answered++)
		goals += r->count;
	if (!make_room(c, d, goals ? goals : 1))
		return false;
	for (const struct rcpt *r = d->rcpts; r; r = r->next, rcpt++) {
		d->answers[rcpt].asked = buf_slice(&r->asked);
		for (size_t i = 0; i < r->count; i++) {
			struct copy *copy = &d->copies[d->count];

			if (delivery_copy(d, &r->goals[i]))
				continue;
			copy->address = r->addresses.p + r->goals[i].address;
			copy->original = buf_slice(&r->original);
			copy->goal = r->goals[i];
			copy->owner = owner_of(d, copy->goal.acct);
			d->count++;
		}
	}
	if (d->sender) {
		d->own = &d->copies[d->count];
		d->own->goal = (struct goal){.acct = d->sender, .domain = d->sender_domain};
		d->own->owner = owner_of(d, d->sender);
	}
	return true;
}

bool delivery_header_text(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return false;
	return true;
}

/* Not too long for a row. */
static bool return_path_ok(struct slice path)
{
	return delivery_header_text(path) && path.n <= PREFIX_MAX - 400;
}

bool delivery_take(struct call *c, const struct delivery *asked, uint16_t body)
{
	struct delivery *d = arena_alloc(&c->arena, sizeof(*d));
	struct session *s = c->session;

	if (!d) {
		call_done(c, PK_ENOMEM);
		return false;
	}
	*d = *asked;
	c->state = d;
	c->cleanup = cleanup;
	c->counts = METRIC_delivered_messages_total;
	d->volume = s->volume;
	d->rcpts = s->rcpts;
	s->rcpts = NULL;
	d->body = session_take_body(s, body);
	if (!d->rcpts)
		call_fail(c, PK_EINVAL, "no recipient was accepted");
	else if (!d->body)
		call_fail(c, PK_EINVAL, "there is no such body");
	else if (!return_path_ok(d->return_path))
		call_fail(c, PK_EINVAL, "this is no return path");
	else if (volume_short_of_disk(s->volume))
		call_done(c, PK_EFULL);
	else
		return true;
	return false;
}

void delivery_send(struct call *c)
{
	struct delivery *d = c->state;

	if (!gather(c, d))
		call_done(c, PK_ENOMEM);
	else
		ingest_end(d->body, d->tenants, d->tenant_count, body_ready, c);
}
