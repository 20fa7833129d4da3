#include "trace_mail.h"

static struct trace_event event_of(const struct call *c, const struct rcpt *r, enum pk_status st)
{
	const struct pk_deliver_req *q = c->q;
	const char *why = *c->error ? c->error : pk_status_words(st);
	struct trace_event e = {
		.kind = st == PK_OK ? TRACE_DELIVERED : TRACE_REFUSED,
		.code = (uint16_t)st,
		.address = buf_slice(&r->asked),
		.from = q->return_path,
		.message_id = q->message_id,
		.text = slice_str(st == PK_OK ? "INBOX" : why),
	};

	if (r->count == 1 && !slice_ieq(slice_str(r->addresses.p), e.address))
		e.owner = slice_str(r->addresses.p);
	return e;
}

enum pk_status trace_mail_put(struct call *c, struct txn *t, const struct rcpt *r,
                              const struct trace_mail *m)
{
	struct trace_event e = event_of(c, r, m->status);

	e.octets = m->octets;
	return trace_put(c, t, m->number, &e);
}

void trace_mail_failed(struct call *c, const struct rcpt *first)
{
	for (const struct rcpt *r = first; r; r = r->next) {
		struct trace_event e = event_of(c, r, c->status);

		trace_note(c, &e);
	}
}
