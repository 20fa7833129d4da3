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

void smtp_message_refuse(struct smtp *s, enum smtp_fault fault, struct slice verdict)
{
	struct smtp_message *m = &s->message;

	if (fault <= m->fault)
		return;
	m->fault = fault;
	m->verdict = verdict;
	if (m->body)
		s->io->host->body_drop(s->io, m->body);
	m->body = 0;
}

void smtp_message_free(struct smtp_message *m)
{
	header_free(&m->header);
	buf_free(&m->stage);
	buf_free(&m->senders);
	buf_free(&m->kept);
	*m = (struct smtp_message){0};
}

bool smtp_message_begin(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	struct buf b = {0};

	*m = (struct smtp_message){0};
	m->body = s->io->host->body_open(s->io, smtp_body_tag(s), s->envelope.octets);
	smtp_received(s, &b);
	if (!m->body || b.failed || s->io->host->body_write(s->io, m->body, buf_slice(&b)) < b.n)
		smtp_message_refuse(s, SMTP_FAILED, reply_to_message(REFUSAL(PK_ERETRY)));
	m->written = b.n;
	m->editing = s->conf->mode == SMTP_SUBMISSION;
	buf_free(&b);
	return !m->fault;
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

/* What became of the copy for Sent; nothing where there is none to be had. */
static const char *copy_word(const struct smtp *s)
{
	static const char *const words[] = {"none", "kept", "there", "full"};

	if (s->conf->mode != SMTP_SUBMISSION || s->message.copied >= sizeof(words) / sizeof(*words))
		return "";
	return words[s->message.copied];
}

/* One line a message, and one a recipient that did not get it. */
static void log_delivery(struct smtp *s, const char *reason, struct slice reply)
{
	struct buf to = {0};

	put_recipients(s, &to);
	SAY_LOG(s->io, PK_LOG_INFO, "delivery", LOG_NUMBER("message", s->messages),
	        LOG_TEXT("user", buf_slice(&s->user)), LOG_TEXT("code", slice_head(reply, 3)),
	        LOG_CSTR("reason", reason), LOG_TEXT("from", path_text(&s->envelope.from)),
	        LOG_NUMBER("recipients", s->envelope.recipients),
	        LOG_NUMBER("bytes", (int64_t)s->message.octets),
	        LOG_TEXT("message_id", s->message.id), LOG_CSTR("copy", copy_word(s)),
	        LOG_TEXT("to", buf_slice(&to)), LOG_TEXT("reply", reply));
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
	if (s->conf->mode != SMTP_LMTP) {
		smtp_put_reply(s, loop_reply(true));
		return true;
	}
	left = buf_slice(&s->envelope.resolved);
	for (uint32_t i = 0; i < s->envelope.recipients; i++)
		smtp_put_reply(s, loop_reply(far || loops(sum, slice_cut(&left, '\n'))));
	return true;
}

static uint32_t answer_all(struct smtp *s, struct slice reply)
{
	uint32_t lines = s->conf->mode == SMTP_LMTP ? s->envelope.recipients : 1;

	log_delivery(s, "refused", reply);
	while (lines--)
		smtp_put_reply(s, reply);
	smtp_forget(s, false);
	return smtp_next(s);
}

static void log_refusal(struct smtp *s, enum pk_status st, struct slice reply)
{
	struct slice left = buf_slice(&s->envelope.resolved), to = {0};

	for (uint32_t i = 0; i <= s->answered; i++)
		to = slice_cut(&left, '\n');
	smtp_log_refusal(s, pk_status_name(st), to, reply);
}

static void put_stored(struct smtp *s)
{
	say_printf(s->io, "250 2.0.0 stored as %" PRIu64 ".%" PRIu32 "%s\r\n", s->io->peer->id,
	           s->messages,
	           s->message.copied == PK_COPIED_FULL ? ", without a copy in Sent: no room" : "");
}

/* What one recipient cannot take must not bounce the others'. */
static struct slice reply_for_all(struct smtp *s, const struct refusal *r)
{
	struct slice reply =
		s->conf->mode == SMTP_SUBMISSION ? reply_to_submission(r) : reply_to_message(r);
	bool of_one = r->status != PK_EPERM && r->status != PK_ETOOBIG && r->status != PK_EAUTH;

	if (s->envelope.recipients > 1 && reply.p[0] == '5' && of_one)
		reply = S("451 4.3.0 a recipient cannot take it now");
	return reply_words(reply, r, &s->words);
}

uint32_t smtp_answer_stored(struct smtp *s)
{
	put_stored(s);
	smtp_forget(s, true);
	return smtp_next(s);
}

static uint32_t answer_one(struct smtp *s, const struct refusal *r)
{
	struct slice reply = reply_for_all(s, r);

	log_delivery(s, pk_status_name(r->status), reply);
	if (r->status == PK_OK)
		return smtp_wants_report(s) ? smtp_report(s) : smtp_answer_stored(s);
	smtp_put_reply(s, reply);
	smtp_forget(s, false);
	return smtp_next(s);
}

static struct refusal next_result(struct pk_rows *rows, bool *more)
{
	struct pk_result r = {0};

	*more = pk_next_result(rows, &r);
	return (struct refusal){.status = (enum pk_status)r.code,
	                        .lasting = r.lasting,
	                        .words = r.worded ? r.text : S("")};
}

uint32_t smtp_answer_one(struct smtp *s, const struct pk_in *in, struct refusal r,
                         struct pk_rows *results)
{
	bool more = true;

	while (r.status == PK_OK && more)
		r = next_result(results, &more);
	if (r.status == PK_OK && in->flags & PK_MORE)
		return PK_REPLY;
	s->then = NULL; /* the first failure is the answer */
	if (r.status == PK_OK)
		s->errors = s->unknown = s->idle = s->message.body = 0;
	return answer_one(s, &r);
}

static uint32_t delivered_to_all(struct smtp *s, const struct pk_in *in)
{
	struct refusal r = refusal_of(in);
	struct pk_deliver_rep rep = {0};

	if (r.status == PK_OK)
		r.status = pk_get_deliver_rep(in->bytes, &rep);
	return smtp_answer_one(s, in, r, &rep.results);
}

/* RFC 2033 4.2: one line for each accepted recipient, in their order, whatever has happened. */
static uint32_t delivered_to_each(struct smtp *s, const struct pk_in *in)
{
	struct refusal all = refusal_of(in);
	struct pk_deliver_rep rep = {0};
	bool more = true, told;

	if (all.status == PK_OK)
		all.status = pk_get_deliver_rep(in->bytes, &rep);
	while (all.status == PK_OK && s->answered < s->envelope.recipients) {
		struct refusal each = next_result(&rep.results, &more);
		struct slice reply = reply_words(reply_to_message(&each), &each, &s->words);

		if (!more)
			break;
		smtp_put_reply(s, reply);
		if (each.status != PK_OK)
			log_refusal(s, each.status, reply);
		s->answered++;
	}
	if (all.status == PK_OK && in->flags & PK_MORE)
		return PK_REPLY;
	told = all.status == PK_OK;
	log_delivery(s, pk_status_name(all.status), reply_to_message(&all));
	if (told) {
		s->errors = s->unknown = s->idle = s->message.body = 0;
		all.status = PK_EIO; /* for those the store has not answered */
	}
	for (; s->answered < s->envelope.recipients; s->answered++)
		smtp_put_reply(s, reply_words(reply_to_message(&all), &all, &s->words));
	smtp_forget(s, told);
	return smtp_next(s);
}

static uint32_t deliver(struct smtp *s, struct slice summary)
{
	bool each = s->conf->mode == SMTP_LMTP;
	struct buf b = {0};

	pk_put_deliver_req(&b, &(struct pk_deliver_req){
				       .body = (uint16_t)s->message.body,
				       .return_path = path_text(&s->envelope.from),
				       .each = each,
				       .summary = summary,
				       .message_id = s->message.id,
			       });
	return smtp_ask(s, PK_OP_deliver, &b, each ? delivered_to_each : delivered_to_all);
}

uint32_t smtp_message_end(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	struct slice summary;
	struct summary sum;

	if (m->text.bare)
		smtp_message_refuse(s, SMTP_BARE,
		                    S("550 5.6.0 a CR or LF stands alone: lines end in CRLF"));
	if (m->fault)
		return answer_all(s, m->verdict);
	summary = s->io->host->body_end(s->io, m->body);
	if (summary.n && summary_open(summary, m->written, &sum) == PK_OK) {
		m->id = sum.message_id;
		if (answer_loop(s, &sum)) {
			smtp_forget(s, false);
			return smtp_next(s);
		}
	}
	return s->conf->mode == SMTP_SUBMISSION ? smtp_submit(s, summary) : deliver(s, summary);
}
