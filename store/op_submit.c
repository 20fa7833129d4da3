#include "credential.h"
#include "own_copy.h"
#include "send_window.h"
#include "sender.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "trace.h"

/*
 * Mail from a user who has logged in: as whom it may be sent, and then the message, in one
 * transaction with the checks.
 */
#define SENDERS_MAX 50  /* addresses of From, Sender and their like */
#define BCC_MAX     700 /* octets of it */

/* As at the login. PK_EAUTH: not any more, or it is being deleted. */
static enum pk_status may_still_send(struct call *c, struct txn *t)
{
	const struct session *s = c->session;
	const char *service = s->peer->service;
	uint64_t on = 1;
	enum pk_status st = tenant_usable(t, ACCT_TENANT(s->acct), s->domain, ACCT_USER(s->acct));

	if (st == PK_ESUSPENDED || st == PK_ENOTFOUND)
		return call_error(c, PK_EAUTH, "the account is suspended");
	if (st == PK_OK)
		st = setting_number(t, s->acct, s->domain, service_setting(slice_str(service)),
		                    &on);
	if (st != PK_OK || on)
		return st;
	c->worded = true;
	return call_error(c, PK_EAUTH, "%s is switched off for this account", service);
}

static enum pk_status may_send_as(struct call *c, struct txn *t, struct slice address)
{
	enum pk_status st = address.n ? sender_check(t, c->session->acct, address) : PK_OK;

	if (st == PK_EPERM)
		return call_error(c, st, "%.*s is no address of this login", WORDS(address));
	return st;
}

/* The hour is not used up. */
static enum pk_status check_hour(struct call *c, struct txn *t)
{
	struct send_full full;
	enum pk_status st = send_window_check(t, c->session->acct, c->session->domain, &full);

	c->retry_s = full.wait_s;
	if (st != PK_ELIMIT)
		return st;
	c->worded = true;
	return call_error(c, st, "%llu messages an hour%s are sent: try again in %u minutes",
	                  (unsigned long long)full.limit, full.tenant ? " of all users" : "",
	                  (full.wait_s + 59) / 60);
}

static enum pk_status check_octets(struct call *c, struct txn *t, uint64_t octets)
{
	uint64_t max;
	enum pk_status st =
		setting_number(t, c->session->acct, c->session->domain, "message_max", &max);

	if (st != PK_OK || !max || octets <= max)
		return st;
	c->worded = true;
	return call_error(
		c, PK_ETOOBIG,
		"the message has %llu KiB, no more than %llu may be sent: make it smaller",
		(unsigned long long)(octets + 1023) / 1024, (unsigned long long)max / 1024);
}

/* Who asks, for the trace of a refusal. */
struct asking_sender {
	char address[ADDRESS_MAX + 1];
};

static void trace_sender(struct call *c)
{
	const struct pk_sender_req *q = c->q;
	const struct asking_sender *a = c->state;
	struct trace_event e = {
		.kind = TRACE_SENDER,
		.code = (uint16_t)c->status,
		.tenant = ACCT_TENANT(c->session->acct),
		.address = slice_str(a->address),
		.from = q->address,
		.octets = q->octets,
		.text = slice_str(*c->error ? c->error : pk_status_words(c->status)),
	};

	if (c->status != PK_OK)
		trace_note(c->session, c->session->volume, &e);
}

static enum pk_status sender_step(struct call *c, struct txn *t)
{
	const struct pk_sender_req *q = c->q;
	struct asking_sender *a = c->state;
	struct user_row user;
	enum pk_status st = may_still_send(c, t);

	if (st == PK_OK)
		st = may_send_as(c, t, q->address);
	if (st == PK_OK)
		st = check_octets(c, t, q->octets);
	if (st == PK_OK)
		st = check_hour(c, t);
	if (st != PK_OK && user_load(t, c->session->acct, &user) == PK_OK)
		snprintf(a->address, sizeof(a->address), "%.*s", (int)user.address.n,
		         user.address.p);
	return st;
}

void op_sender(struct call *c, const struct pk_sender_req *q)
{
	struct asking_sender *a = arena_alloc(&c->arena, sizeof(*a));

	if (!a) {
		call_done(c, PK_ENOMEM);
		return;
	}
	c->state = a;
	c->cleanup = trace_sender;
	if (q->octets > c->server->options.message_max)
		call_done(c, PK_ETOOBIG);
	else
		call_point(c, c->session->volume, sender_step);
}

static enum pk_status check_senders(struct call *c, struct txn *t)
{
	const struct pk_submit_req *q = c->q;
	struct pk_rows rows = q->senders;
	enum pk_status st = may_still_send(c, t);
	struct pk_name row;

	if (st == PK_OK)
		st = may_send_as(c, t, q->return_path);
	while (st == PK_OK && pk_next_name(&rows, &row))
		st = may_send_as(c, t, row.name);
	return st;
}

static struct own_copy *own_of(const struct call *c)
{
	const struct delivery *d = c->state;

	return d->more;
}

static enum pk_status submit_prepare(struct call *c)
{
	struct own_copy *own = own_of(c);

	return sent_id_make(c->server->keys, ACCT_TENANT(c->session->acct), own->message_id,
	                    &own->id);
}

static uint64_t client_octets(const struct delivery *d)
{
	uint64_t octets = ingest_octets(d->body);

	return octets > TRACE_MAX ? octets - TRACE_MAX : 0;
}

/* Nothing is written before all is known to be right. */
static enum pk_status check_all(struct call *c, struct txn *t)
{
	struct delivery *d = c->state;
	enum pk_status st = check_senders(c, t);

	if (st == PK_OK)
		st = check_octets(c, t, client_octets(d));
	if (st == PK_OK)
		st = check_hour(c, t);
	if (st == PK_OK)
		st = delivery_check(c, t);
	return st == PK_OK ? own_copy_check(c, t, own_of(c)) : st;
}

static enum pk_status submit_apply(struct call *c, struct txn *t)
{
	enum pk_status st = check_all(c, t);

	if (st == PK_OK)
		st = send_window_charge(t, c->session->acct, c->session->domain);
	if (st == PK_OK)
		st = delivery_store(c, t);
	return st == PK_OK ? own_copy_note(c, t, own_of(c)) : st;
}

static void submit_answer(struct call *c)
{
	const struct own_copy *own = own_of(c);

	own_copy_log(c, own);
	delivery_put_answers(c);
	pk_put_submit_rep(&c->out, &(struct pk_submit_rep){.results = PK_ROWS(&c->rows),
	                                                   .copied = own->copied});
}

/* One line, and not too long for the prefix of a row. */
static bool bcc_ok(struct slice bcc)
{
	for (size_t i = 0; i < bcc.n; i++)
		if (((unsigned char)bcc.p[i] < ' ' && bcc.p[i] != '\t') || bcc.p[i] == 0x7f)
			return false;
	return bcc.n <= BCC_MAX;
}

static size_t count_senders(struct pk_rows rows)
{
	struct pk_name row;
	size_t n = 0;

	while (pk_next_name(&rows, &row))
		n += row.name.n > 0;
	return n;
}

void op_submit(struct call *c, const struct pk_submit_req *q)
{
	struct own_copy *own = arena_alloc(&c->arena, sizeof(*own));
	struct delivery d = {.return_path = q->return_path,
	                     .summary = q->summary,
	                     .message_id = q->message_id,
	                     .sender = c->session->acct,
	                     .sender_domain = c->session->domain,
	                     .bcc = q->bcc,
	                     .prepare = submit_prepare,
	                     .apply = submit_apply,
	                     .answer = submit_answer,
	                     .more = own};
	size_t senders = count_senders(q->senders);

	if (!delivery_take(c, &d, q->body))
		return;
	if (!own) {
		call_done(c, PK_ENOMEM);
		return;
	}
	own->message_id = q->message_id;
	if (!senders || senders > SENDERS_MAX)
		call_fail(c, PK_EINVAL, "a message has 1 to %d senders", SENDERS_MAX);
	else if (!bcc_ok(q->bcc))
		call_fail(c, PK_EINVAL, "this is no Bcc");
	else
		delivery_send(c);
}
