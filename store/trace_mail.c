#include "trace_mail.h"

#include "trace.h"

static struct slice why(const struct call *c, enum pk_status st)
{
	return slice_str(*c->error ? c->error : pk_status_words(st));
}

static uint32_t tenant_of(const struct rcpt *r)
{
	return r->count ? ACCT_TENANT(r->goals[0].acct) : 0;
}

void trace_recipient(struct call *c, struct volume *v, uint32_t tenant, uint64_t octets)
{
	const struct pk_recipient_req *q = c->q;
	struct trace_event e = {
		.kind = TRACE_REFUSED,
		.code = (uint16_t)c->status,
		.tenant = tenant,
		.address = q->address,
		.from = q->return_path,
		.octets = octets,
		.text = why(c, c->status),
	};

	trace_note(c->session, v, &e);
}

void trace_abandoned(struct session *s)
{
	for (const struct rcpt *r = s->rcpts; r; r = r->next) {
		struct trace_event e = {
			.kind = TRACE_ACCEPTED,
			.tenant = tenant_of(r),
			.address = buf_slice(&r->asked),
			.from = buf_slice(&r->from),
			.text = S("no message followed: the client ended it, or the message was "
		                  "refused (log of the session)"),
		};

		trace_note(s, s->volume, &e);
	}
}

uint32_t trace_mail_rows(const struct delivery *d)
{
	return (uint32_t)(d->count + d->answered + (d->own != NULL));
}

/* What all events of a message on its way have in common. */
static struct trace_event event_of(const struct call *c, uint32_t tenant, struct slice address)
{
	const struct delivery *d = c->state;

	return (struct trace_event){
		.kind = TRACE_REFUSED,
		.tenant = tenant,
		.address = address,
		.from = d->return_path,
		.message_id = d->message_id,
		.octets = d->body ? ingest_octets(d->body) : 0,
	};
}

static enum pk_status put_event(struct call *c, struct txn *t, struct trace_event *e)
{
	struct delivery *d = c->state;

	return trace_put(c->session, t, d->traces + d->trace_count++, e);
}

/* It is in this mailbox. */
static enum pk_status put_stored(struct call *c, struct txn *t, const struct copy *copy,
                                 struct trace_event *e)
{
	e->tenant = ACCT_TENANT(copy->goal.acct);
	e->user = ACCT_USER(copy->goal.acct);
	e->docid = copy->docid;
	e->uid = copy->uid;
	e->octets = copy->draft.message.row.octets;
	e->mailbox = copy->mailbox.row.name;
	return put_event(c, t, e);
}

/* By this recipient. */
static enum pk_status put_copy(struct call *c, struct txn *t, const struct rcpt *r,
                               struct copy *copy)
{
	struct trace_event e = event_of(c, tenant_of(r), buf_slice(&r->asked));

	e.kind = TRACE_DELIVERED;
	if (!slice_ieq(slice_str(copy->address), e.address))
		e.owner = slice_str(copy->address);
	copy->told = true;
	return put_stored(c, t, copy, &e);
}

static enum pk_status put_own(struct call *c, struct txn *t, const struct copy *copy)
{
	struct trace_event e = event_of(c, 0, slice_str(copy->address));

	e.kind = TRACE_COPIED;
	return put_stored(c, t, copy, &e);
}

/* Mailboxes that it reaches first, or else one of those that have it by another recipient. */
static enum pk_status put_taken(struct call *c, struct txn *t, const struct rcpt *r)
{
	struct delivery *d = c->state;
	uint32_t before = d->trace_count;
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < r->count; i++) {
		struct copy *copy = delivery_copy(d, &r->goals[i]);

		if (!copy->told)
			st = put_copy(c, t, r, copy);
	}
	if (st == PK_OK && r->count && d->trace_count == before)
		st = put_copy(c, t, r, delivery_copy(d, &r->goals[0]));
	return st;
}

static enum pk_status put_refused(struct call *c, struct txn *t, const struct rcpt *r,
                                  const struct answer *a)
{
	struct trace_event e = event_of(c, tenant_of(r), buf_slice(&r->asked));
	char words[64];

	e.code = (uint16_t)a->status;
	e.text = slice_str(pk_status_words(a->status));
	if (a->status == PK_EQUOTA) {
		snprintf(words, sizeof(words), "over the quota of the %s",
		         quota_scope_word(a->scope));
		e.text = slice_str(words);
	}
	return put_event(c, t, &e);
}

enum pk_status trace_mail_put(struct call *c, struct txn *t)
{
	struct delivery *d = c->state;
	const struct answer *a = d->answers;
	enum pk_status st = PK_OK;

	d->trace_count = 0;
	for (size_t i = 0; i < d->count; i++)
		d->copies[i].told = false;
	for (const struct rcpt *r = d->rcpts; st == PK_OK && r; r = r->next, a++)
		st = a->status == PK_OK ? put_taken(c, t, r) : put_refused(c, t, r, a);
	if (st == PK_OK && d->own && d->own->taken)
		st = put_own(c, t, d->own);
	return st;
}

void trace_mail_failed(struct call *c)
{
	const struct delivery *d = c->state;

	for (const struct rcpt *r = d->rcpts; r; r = r->next) {
		struct trace_event e = event_of(c, tenant_of(r), buf_slice(&r->asked));

		e.code = (uint16_t)c->status;
		e.text = why(c, c->status);
		trace_note(c->session, d->volume, &e);
	}
}
