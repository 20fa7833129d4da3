#include "parameters.h"

#include "proto/say.h"

void smtp_envelope_free(struct smtp_envelope *e)
{
	buf_free(&e->original);
	buf_free(&e->envid);
	buf_free(&e->reports);
	buf_free(&e->resolved);
	*e = (struct smtp_envelope){0};
}

void smtp_forget(struct smtp *s, bool told)
{
	struct smtp_envelope *e = &s->envelope;

	if (s->message.body)
		s->io->host->body_drop(s->io, s->message.body);
	if (e->recipients && !told)
		s->astray |= smtp_ask(s, PK_OP_reset, &(struct buf){0}, NULL) == PK_CLOSE;
	smtp_envelope_free(e);
	smtp_message_free(&s->message);
	s->answered = 0;
	if (s->state > SMTP_READY)
		s->state = SMTP_READY;
}

/* Takes "FROM:" or "TO:" off the front. */
static bool take_keyword(struct slice *arg, struct slice keyword)
{
	if (!slice_istarts(*arg, keyword))
		return false;
	*arg = slice_skip(*arg, keyword.n);
	return true;
}

static struct slice check_sender(struct smtp *s, struct slice arg)
{
	struct path *from = &s->envelope.from;
	struct slice refusal;

	if (!take_keyword(&arg, S("FROM:")))
		return S("501 5.5.4 MAIL FROM:<address>");
	if (path_take(&arg, from) != PK_OK || (from->n && !slice_has(path_text(from), '@')))
		return S("501 5.1.7 this is no sender's address");
	refusal = smtp_mail_parameters(s, arg);
	if (!refusal.n && from->utf8 && !s->envelope.utf8)
		return S("553 5.6.7 this address needs SMTPUTF8");
	return refusal;
}

static void log_sender(struct smtp *s, enum pk_status why, struct slice from, struct slice reply)
{
	SAY_LOG(s->io, PK_LOG_INFO, "mail", LOG_TEXT("code", slice_head(reply, 3)),
	        LOG_CSTR("reason", pk_status_name(why)), LOG_TEXT("user", buf_slice(&s->user)),
	        LOG_TEXT("from", from), LOG_TEXT("reply", reply));
}

/* Whether a user may send as this, and now. */
static uint32_t sender_answered(struct smtp *s, const struct pk_in *in)
{
	struct refusal r = refusal_of(in);
	struct slice reply = reply_words(reply_to_sender(&r), &r, &s->words);

	if (r.status != PK_OK) {
		log_sender(s, r.status, path_text(&s->envelope.from), reply);
		smtp_envelope_free(&s->envelope);
	} else {
		s->state = SMTP_MAIL;
	}
	return r.status == PK_EPERM ? smtp_error(s, reply) : smtp_say(s, reply);
}

static uint32_t ask_sender(struct smtp *s)
{
	struct buf b = {0};

	pk_put_sender_req(&b, &(struct pk_sender_req){.address = path_text(&s->envelope.from),
	                                              .octets = s->envelope.octets});
	return smtp_ask(s, PK_OP_sender, &b, sender_answered);
}

uint32_t smtp_cmd_mail(struct smtp *s, struct slice arg)
{
	struct slice refusal = check_sender(s, arg);

	if (refusal.n) {
		bool big = slice_eq(refusal, reply_to_message(REFUSAL(PK_ETOOBIG)));

		log_sender(s, big ? PK_ETOOBIG : PK_EINVAL, arg, refusal);
		smtp_envelope_free(&s->envelope);
		return smtp_error(s, refusal);
	}
	s->messages++;
	if (s->conf->mode == SMTP_SUBMISSION)
		return ask_sender(s);
	s->state = SMTP_MAIL;
	return smtp_say(s, reply_to_sender(REFUSAL(PK_OK)));
}

static struct slice check_recipient(struct smtp *s, struct slice arg, struct path *to)
{
	if (!take_keyword(&arg, S("TO:")))
		return S("501 5.5.4 RCPT TO:<address>");
	if (path_take(&arg, to) != PK_OK || !to->n)
		return S("501 5.1.3 this is no recipient's address");
	if (to->utf8 && !s->envelope.utf8)
		return S("553 5.6.7 this address needs SMTPUTF8");
	return smtp_rcpt_parameters(s, arg);
}

void smtp_log_refusal(struct smtp *s, const char *reason, struct slice to, struct slice reply)
{
	SAY_LOG(s->io, PK_LOG_INFO, "rcpt", LOG_NUMBER("message", s->messages),
	        LOG_TEXT("code", slice_head(reply, 3)), LOG_CSTR("reason", reason),
	        LOG_TEXT("from", path_text(&s->envelope.from)), LOG_TEXT("to", to),
	        LOG_TEXT("reply", reply));
}

static uint32_t refused(struct smtp *s, const struct refusal *r)
{
	struct slice reply = reply_words(reply_to_recipient(r), r, &s->words);

	smtp_log_refusal(s, pk_status_name(r->status), path_text(&s->envelope.asked), reply);
	if (r->status == PK_ENOTFOUND || r->status == PK_EPERM)
		return smtp_unknown(s, reply);
	return smtp_say(s, reply);
}

static uint32_t recipient_answered(struct smtp *s, const struct pk_in *in)
{
	struct smtp_envelope *e = &s->envelope;
	struct refusal r = refusal_of(in);
	struct pk_recipient_rep rep;

	if (r.status == PK_OK)
		r.status = pk_get_recipient_rep(in->bytes, &rep);
	if (r.status != PK_OK)
		return refused(s, &r);
	buf_put(&e->resolved, rep.resolved);
	buf_byte(&e->resolved, '\n');
	if (!e->recipients++)
		e->to = e->asked;
	if (e->success && e->from.n) {
		buf_put(&e->reports, path_text(&e->asked));
		buf_byte(&e->reports, '\n');
		buf_put(&e->reports, buf_slice(&e->original));
		buf_byte(&e->reports, '\n');
	}
	s->state = SMTP_RCPT;
	s->astray |= e->resolved.failed | e->reports.failed;
	return smtp_say(s, reply_to_recipient(&r));
}

uint32_t smtp_cmd_rcpt(struct smtp *s, struct slice arg)
{
	struct path *to = &s->envelope.asked;
	struct slice refusal = check_recipient(s, arg, to);
	struct buf b = {0};

	if (refusal.n) {
		smtp_log_refusal(s, "EINVAL", arg, refusal);
		return smtp_error(s, refusal);
	}
	if (s->envelope.recipients >= s->max_recipients)
		return refused(s, REFUSAL(PK_ELIMIT));
	pk_put_recipient_req(
		&b, &(struct pk_recipient_req){.address = path_text(to),
	                                       .octets = s->envelope.octets,
	                                       .return_path = path_text(&s->envelope.from),
	                                       .original = buf_slice(&s->envelope.original)});
	b.failed |= s->envelope.original.failed;
	return smtp_ask(s, PK_OP_recipient, &b, recipient_answered);
}
