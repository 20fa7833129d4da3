#include "parameters.h"

#include "proto/say.h"

void smtp_forget(struct smtp *s, bool told)
{
	struct smtp_envelope *e = &s->envelope;

	if (s->message.body)
		s->io->host->body_drop(s->io, s->message.body);
	if (e->recipients && !told)
		s->astray |= smtp_ask(s, PK_OP_reset, &(struct buf){0}, NULL) == PK_CLOSE;
	buf_free(&e->resolved);
	*e = (struct smtp_envelope){0};
	s->message = (struct smtp_message){0};
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

static void log_sender(struct smtp *s, struct slice arg, struct slice reply)
{
	bool big = slice_eq(reply, smtp_message_reply(PK_ETOOBIG));

	SAY_LOG(s->io, PK_LOG_INFO, "mail", LOG_TEXT("code", slice_head(reply, 3)),
	        LOG_CSTR("reason", pk_status_name(big ? PK_ETOOBIG : PK_EINVAL)),
	        LOG_TEXT("from", arg), LOG_TEXT("reply", reply));
}

uint32_t smtp_cmd_mail(struct smtp *s, struct slice arg)
{
	struct slice refusal = check_sender(s, arg);

	if (refusal.n) {
		log_sender(s, arg, refusal);
		s->envelope = (struct smtp_envelope){0};
		return smtp_error(s, refusal);
	}
	s->messages++;
	s->state = SMTP_MAIL;
	return smtp_say(s, S("250 2.1.0 ok"));
}

static struct slice check_recipient(struct smtp *s, struct slice arg, struct path *to)
{
	if (!take_keyword(&arg, S("TO:")))
		return S("501 5.5.4 RCPT TO:<address>");
	if (path_take(&arg, to) != PK_OK || !to->n)
		return S("501 5.1.3 this is no recipient's address");
	if (arg.n)
		return S("555 5.5.4 RCPT has no parameters here");
	if (to->utf8 && !s->envelope.utf8)
		return S("553 5.6.7 this address needs SMTPUTF8");
	return S("");
}

void smtp_log_refusal(struct smtp *s, const char *reason, struct slice to, struct slice reply)
{
	SAY_LOG(s->io, PK_LOG_INFO, "rcpt", LOG_NUMBER("message", s->messages),
	        LOG_TEXT("code", slice_head(reply, 3)), LOG_CSTR("reason", reason),
	        LOG_TEXT("from", path_text(&s->envelope.from)), LOG_TEXT("to", to),
	        LOG_TEXT("reply", reply));
}

static uint32_t refused(struct smtp *s, enum pk_status st)
{
	smtp_log_refusal(s, pk_status_name(st), path_text(&s->envelope.asked),
	                 smtp_recipient_reply(st));
	if (st == PK_ENOTFOUND || st == PK_EPERM)
		return smtp_unknown(s, smtp_recipient_reply(st));
	return smtp_say(s, smtp_recipient_reply(st));
}

static uint32_t recipient_answered(struct smtp *s, const struct pk_in *in)
{
	struct smtp_envelope *e = &s->envelope;
	enum pk_status st = (enum pk_status)in->status;
	struct pk_recipient_rep r;

	if (st == PK_OK)
		st = pk_get_recipient_rep(in->bytes, &r);
	if (st != PK_OK)
		return refused(s, st);
	buf_put(&e->resolved, r.resolved);
	buf_byte(&e->resolved, '\n');
	if (!e->recipients++)
		e->to = e->asked;
	s->state = SMTP_RCPT;
	s->astray |= e->resolved.failed;
	return smtp_say(s, smtp_recipient_reply(st));
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
	if (s->envelope.recipients >= s->conf->max_recipients) {
		smtp_log_refusal(s, "ELIMIT", path_text(to), smtp_recipient_reply(PK_ELIMIT));
		return smtp_say(s, smtp_recipient_reply(PK_ELIMIT));
	}
	pk_put_recipient_req(
		&b, &(struct pk_recipient_req){.address = path_text(to),
	                                       .octets = s->envelope.octets,
	                                       .return_path = path_text(&s->envelope.from)});
	return smtp_ask(s, PK_OP_recipient, &b, recipient_answered);
}
