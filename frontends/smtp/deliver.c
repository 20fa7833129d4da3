#include "smtp.h"

#include "mime/summary.h"
#include "proto/say.h"

#include <inttypes.h>

#define RECEIVED_MAX \
	50 /* RFC 5321 6.3: loops; at least 100 hops would need hosts that no mail has */

uint64_t smtp_body_tag(const struct smtp *s)
{
	return UINT64_C(1) << 63 | s->messages;
}

void smtp_message_refuse(struct smtp *s, struct slice verdict)
{
	struct smtp_message *m = &s->message;

	if (m->verdict.n)
		return;
	m->verdict = verdict;
	if (m->body)
		s->io->host->body_drop(s->io, m->body);
	m->body = 0;
}

bool smtp_message_begin(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	struct buf b = {0};

	*m = (struct smtp_message){0};
	m->body = s->io->host->body_open(s->io, smtp_body_tag(s), s->envelope.octets);
	smtp_received(s, &b);
	if (!m->body || b.failed || s->io->host->body_write(s->io, m->body, buf_slice(&b)) < b.n)
		smtp_message_refuse(s, smtp_message_reply(PK_ERETRY));
	m->front = (uint32_t)b.n;
	buf_free(&b);
	return !m->verdict.n;
}

/* Whose mailboxes they are, between spaces. */
static void put_recipients(const struct smtp *s, struct buf *b)
{
	buf_put(b, buf_slice(&s->envelope.resolved));
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] == '\n')
			b->p[i] = ' ';
	b->n -= b->n > 0;
}

/* One line a message, and one a recipient that did not get it. */
static void log_delivery(struct smtp *s, const char *reason, struct slice reply)
{
	struct buf to = {0};

	put_recipients(s, &to);
	SAY_LOG(s->io, PK_LOG_INFO, "delivery", LOG_NUMBER("message", s->messages),
	        LOG_TEXT("code", slice_head(reply, 3)), LOG_CSTR("reason", reason),
	        LOG_TEXT("from", path_text(&s->envelope.from)),
	        LOG_NUMBER("recipients", s->envelope.recipients),
	        LOG_NUMBER("bytes", (int64_t)s->message.octets),
	        LOG_TEXT("message_id", s->message.id), LOG_TEXT("to", buf_slice(&to)),
	        LOG_TEXT("reply", reply));
	buf_free(&to);
}

/* Is there a Delivered-To with this address? It is there once mail has come round. */
static bool loops(const struct summary *sum, struct slice address)
{
	struct summary_list l = summary_delivered_to(sum);
	struct slice seen;

	while (summary_text_next(&l, &seen))
		if (slice_ieq(seen, address))
			return true;
	return false;
}

static struct slice loop_reply(bool this_one)
{
	return this_one ? S("554 5.4.6 the message has been here before")
	                : S("451 4.3.0 another recipient of this message loops, try again");
}

/*
 * Refuses mail that has come round. In LMTP each recipient that it looped to hears so, and the
 * others that they should be tried again, which they are without it.
 */
static bool answer_loop(struct smtp *s, const struct summary *sum)
{
	struct slice left = buf_slice(&s->envelope.resolved);
	bool far, any = false;

	far = sum->received > RECEIVED_MAX; /* one of them is ours */
	for (struct slice a = slice_cut(&left, '\n'); a.n; a = slice_cut(&left, '\n'))
		any |= loops(sum, a);
	if (!far && !any)
		return false;
	log_delivery(s, "loop", loop_reply(true));
	if (s->conf->mode == SMTP_MX) {
		say_line(s->io, loop_reply(true));
		return true;
	}
	left = buf_slice(&s->envelope.resolved);
	for (uint32_t i = 0; i < s->envelope.recipients; i++)
		say_line(s->io, loop_reply(far || loops(sum, slice_cut(&left, '\n'))));
	return true;
}

static uint32_t answer_all(struct smtp *s, struct slice reply)
{
	uint32_t lines = s->conf->mode == SMTP_LMTP ? s->envelope.recipients : 1;

	log_delivery(s, "refused", reply);
	while (lines--)
		say_line(s->io, reply);
	smtp_forget(s, false);
	return smtp_next(s);
}

static void log_refusal(struct smtp *s, enum pk_status st)
{
	struct slice left = buf_slice(&s->envelope.resolved), to = {0};

	for (uint32_t i = 0; i <= s->answered; i++)
		to = slice_cut(&left, '\n');
	smtp_log_refusal(s, pk_status_name(st), to, smtp_message_reply(st));
}

/* One answer for all: nobody has it. What one recipient cannot take must not bounce the others'. */
static uint32_t answer_one(struct smtp *s, enum pk_status st)
{
	struct slice reply = smtp_message_reply(st);

	if (s->envelope.recipients > 1 && reply.p[0] == '5')
		reply = S("451 4.3.0 a recipient cannot take it now");
	log_delivery(s, pk_status_name(st), reply);
	if (st == PK_OK)
		say_printf(s->io, "250 2.0.0 stored as %" PRIu64 ".%" PRIu32 "\r\n",
		           s->io->peer->id, s->messages);
	else
		say_line(s->io, reply);
	smtp_forget(s, st == PK_OK);
	return smtp_next(s);
}

static enum pk_status next_result(struct pk_rows *rows, bool *more)
{
	struct pk_result r = {0};

	*more = pk_next_result(rows, &r);
	return (enum pk_status)r.code;
}

static uint32_t delivered_to_all(struct smtp *s, const struct pk_in *in)
{
	enum pk_status st = (enum pk_status)in->status;
	struct pk_deliver_rep rep;
	bool more = true;

	if (st == PK_OK)
		st = pk_get_deliver_rep(in->bytes, &rep);
	while (st == PK_OK && more)
		st = next_result(&rep.results, &more);
	if (st == PK_OK && in->flags & PK_MORE)
		return PK_REPLY;
	s->then = NULL; /* the first failure is the answer */
	if (st == PK_OK)
		s->errors = s->unknown = s->message.body = 0;
	return answer_one(s, st);
}

/* RFC 2033 4.2: one line for each accepted recipient, in their order, whatever has happened. */
static uint32_t delivered_to_each(struct smtp *s, const struct pk_in *in)
{
	enum pk_status st = (enum pk_status)in->status;
	struct pk_deliver_rep rep = {0};
	bool more = true, told;

	if (st == PK_OK)
		st = pk_get_deliver_rep(in->bytes, &rep);
	while (st == PK_OK && s->answered < s->envelope.recipients) {
		enum pk_status each = next_result(&rep.results, &more);

		if (!more)
			break;
		say_line(s->io, smtp_message_reply(each));
		if (each != PK_OK)
			log_refusal(s, each);
		s->answered++;
	}
	if (st == PK_OK && in->flags & PK_MORE)
		return PK_REPLY;
	told = st == PK_OK;
	log_delivery(s, pk_status_name(st), smtp_message_reply(st));
	if (told) {
		s->errors = s->unknown = s->message.body = 0;
		st = PK_EIO; /* for those the store has not answered */
	}
	while (s->answered < s->envelope.recipients) {
		say_line(s->io, smtp_message_reply(st));
		s->answered++;
	}
	smtp_forget(s, told);
	return smtp_next(s);
}

uint32_t smtp_message_end(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	bool each = s->conf->mode == SMTP_LMTP;
	struct slice summary;
	struct summary sum;
	struct buf b = {0};

	if (m->text.bare)
		smtp_message_refuse(s, S("550 5.6.0 a CR or LF stands alone: lines end in CRLF"));
	if (m->verdict.n)
		return answer_all(s, m->verdict);
	summary = s->io->host->body_end(s->io, m->body);
	if (summary.n && summary_open(summary, m->front + m->octets, &sum) == PK_OK) {
		m->id = sum.message_id;
		if (answer_loop(s, &sum)) {
			smtp_forget(s, false);
			return smtp_next(s);
		}
	}
	pk_put_deliver_req(&b, &(struct pk_deliver_req){
				       .body = (uint16_t)m->body,
				       .return_path = path_text(&s->envelope.from),
				       .each = each,
				       .summary = summary,
				       .message_id = m->id,
			       });
	return smtp_ask(s, PK_OP_deliver, &b, each ? delivered_to_each : delivered_to_all);
}
