#include "smtp.h"

#include "proto/say.h"
#include "proto/verb.h"

/* AUTH (RFC 4954): the way of a login between the client's lines and the store. */

#define FAILURES_MAX 3 /* wrong passwords of a connection */

bool smtp_is_stranger(const struct smtp *s)
{
	return s->conf->mode == SMTP_SUBMISSION && !s->user.n;
}

bool smtp_may_login(const struct smtp *s)
{
	return s->conf->mode == SMTP_SUBMISSION && (s->io->tls || s->conf->plain);
}

struct slice smtp_login_first(const struct smtp *s)
{
	return smtp_may_login(s) ? S("530 5.7.0 log in first")
	                         : S("530 5.7.0 STARTTLS first, then log in");
}

static struct slice without_tls(void)
{
	return S("538 5.7.11 not without TLS: STARTTLS first");
}

/* RFC 4954 section 6; 525 and its kin: the registry of RFC 5248. */
static struct slice login_reply(enum pk_status st)
{
	switch (st) {
	case PK_EAUTH: return S("535 5.7.8 wrong name or password");
	case PK_ENOTSUP: return S("504 5.5.4 no such mechanism: EHLO names them");
	case PK_EPROTO:
	case PK_EINVAL: return S("501 5.5.2 this is no base64, or not what the mechanism wants");
	case PK_ESUSPENDED: return S("525 5.7.13 the account is suspended: ask your administrator");
	case PK_EPERM: return without_tls(); /* from another machine the store insists on it */
	case PK_ELIMIT: return S("454 4.7.0 too many sessions or attempts, try again later");
	case PK_OK:
	case PK_ENOTFOUND:
	case PK_EEXISTS:
	case PK_EQUOTA:
	case PK_ETOOBIG:
	case PK_EBUSY:
	case PK_EHELD:
	case PK_EEXPUNGED:
	case PK_ESTALE:
	case PK_ERETRY:
	case PK_EUNAVAILABLE:
	case PK_EIO:
	case PK_ENOMEM:
	case PK_EFULL:
	case PK_STATUS_COUNT: break;
	}
	return S("454 4.7.0 temporary failure, try again later");
}

/* The store keeps count across connections; this one has had its tries. */
static uint32_t refused(struct smtp *s, const struct refusal *r)
{
	enum pk_status st = s->sasl.status;
	struct slice reply = reply_words(login_reply(st), r, &s->words);

	sasl_clear(&s->sasl);
	if (s->io->bound)
		return smtp_close(s, S("421 4.7.0 the login was interrupted"));
	if (reply.p[0] == '4')
		return smtp_say(s, reply);
	if (st != PK_EAUTH)
		return smtp_error(s, reply);
	smtp_put_reply(s, reply);
	if (++s->failures >= FAILURES_MAX)
		return smtp_close(s, S("421 4.7.0 too many failed logins"));
	return smtp_next(s);
}

static uint32_t logged_in(struct smtp *s)
{
	s->user = s->sasl.user;
	s->sasl.user = (struct buf){0};
	if (s->sasl.message_max && s->sasl.message_max < s->max_octets)
		s->max_octets = s->sasl.message_max;
	if (s->sasl.recipients_max && s->sasl.recipients_max < s->max_recipients)
		s->max_recipients = s->sasl.recipients_max;
	sasl_clear(&s->sasl);
	return smtp_say(s, S("235 2.7.0 welcome"));
}

static uint32_t step(struct smtp *s, enum sasl_next next, const struct refusal *r);

static uint32_t answered(struct smtp *s, const struct pk_in *in)
{
	struct refusal r = refusal_of(in);

	return step(s, sasl_reply(&s->sasl, s->io, in), &r);
}

/* What goes on after each step of an exchange (proto/sasl.h). r: the store's words, if it has some.
 */
static uint32_t step(struct smtp *s, enum sasl_next next, const struct refusal *r)
{
	switch (next) {
	case SASL_WAIT:
		s->tag = s->sasl.tag;
		s->then = answered;
		return PK_REPLY;
	case SASL_ASK:
		pk_put(s->io, S("334 "));
		say_line(s->io, sasl_challenge(&s->sasl));
		s->io->take = SASL_LINE_MAX;
		return PK_LINE | PK_SECRET;
	case SASL_DONE: return logged_in(s);
	case SASL_CANCEL: sasl_clear(&s->sasl); return smtp_error(s, S("501 5.7.0 cancelled"));
	case SASL_FAIL: break;
	}
	return refused(s, r);
}

uint32_t smtp_sasl_line(struct smtp *s, const struct pk_in *line)
{
	if (line->flags & PK_LONG) {
		sasl_clear(&s->sasl);
		return smtp_error(s, S("500 5.5.6 the line is too long"));
	}
	return step(s, sasl_answer(&s->sasl, s->io, line->bytes), REFUSAL(PK_EAUTH));
}

/* AUTH mechanism [initial-response] */
uint32_t smtp_cmd_auth(struct smtp *s, struct slice arg)
{
	struct slice mechanism = verb_word(&arg);

	if (s->user.n)
		return smtp_error(s, S("503 5.5.1 logged in already"));
	if (!s->extended)
		return smtp_error(s, S("503 5.5.1 EHLO first"));
	if (!smtp_may_login(s)) {
		sasl_without_tls(s->io);
		return smtp_error(s, without_tls());
	}
	if (!sasl_offers(s->io, s->conf->scram, mechanism))
		return smtp_error(s, login_reply(PK_ENOTSUP));
	if (!arg.n)
		arg.p = NULL;
	s->sasl.tag = s->tag + 1;
	return step(s, sasl_begin(&s->sasl, s->io, mechanism, arg), REFUSAL(PK_EAUTH));
}
