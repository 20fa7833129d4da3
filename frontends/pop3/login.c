#include "pop3.h"

#include "proto/say.h"
#include "proto/verb.h"

#include <inttypes.h>

#define FAILURES_MAX 3 /* wrong passwords of a connection */

bool pop3_may_login(const struct pop3 *s)
{
	return s->io->tls || s->conf->plain;
}

/* Without TLS no password is looked at, right or wrong (HAZARDS: NO STARTTLS). */
static uint32_t not_without_tls(struct pop3 *s)
{
	sasl_without_tls(s->io);
	return pop3_error(s, S("-ERR not without TLS: STLS first"));
}

/* The store knows the user, but there is no maildrop: only a new connection can try again. */
static uint32_t not_opened(struct pop3 *s, enum pk_status st)
{
	return pop3_close(s, pop3_failure(st));
}

/* RFC 2449 8.1.1 */
static uint32_t too_soon(struct pop3 *s, uint32_t seconds)
{
	struct slice words = pop3_words(s, S("seconds to wait"));

	say_printf(s->io, "-ERR [LOGIN-DELAY] %.*s: %" PRIu32 "\r\n", (int)words.n, words.p,
	           seconds);
	return PK_CLOSE;
}

/* What keeps a user who has logged in from the maildrop. */
static uint32_t refused_maildrop(struct pop3 *s, const struct pk_in *in)
{
	enum pk_status st = (enum pk_status)in->status;
	struct pk_error e = {0};

	if (st == PK_EPERM)
		return pop3_close(s, S("-ERR [SYS/PERM] POP3 is switched off for this account: ask "
		                       "your administrator"));
	if (st == PK_ENOTFOUND)
		return pop3_close(s, S("-ERR [SYS/PERM] there is no such mailbox: check the name "
		                       "you log in with"));
	if (st == PK_ELIMIT && pk_get_error(in->bytes, &e) == PK_OK && e.retry_s)
		return too_soon(s, e.retry_s);
	return not_opened(s, st);
}

static uint32_t ready(struct pop3 *s)
{
	s->state = POP3_TRANSACTION;
	pop3_put_sum(s);
	return pop3_answered(s);
}

/* Not the one that is made of UIDVALIDITY and UID. */
static bool own_uidl(const struct pop3 *s, const struct pk_message *row)
{
	struct maildrop_uidl made;

	return row->uidl.n && !slice_eq(row->uidl, maildrop_uidl(&s->drop, row->uid, &made));
}

/* The view of the session: all rows of the mailbox as they are now. */
static uint32_t take_rows(struct pop3 *s, struct pk_in *in)
{
	enum pk_status st = (enum pk_status)in->status;
	struct pk_messages_rep rep;
	struct pk_message row;

	if (st == PK_OK)
		st = pk_get_messages_rep(in->bytes, &rep);
	while (st == PK_OK && pk_next_message(&rep.messages, &row)) {
		if (!maildrop_add(&s->drop, s->io, row.uid, row.octets))
			st = PK_ENOMEM;
		s->drop.own_uidls = s->drop.own_uidls || own_uidl(s, &row);
	}
	if (st != PK_OK)
		return not_opened(s, st);
	return in->flags & PK_MORE ? PK_REPLY : ready(s);
}

static uint32_t opened(struct pop3 *s, struct pk_in *in)
{
	enum pk_status st = (enum pk_status)in->status;
	struct pk_open_rep rep;

	if (st != PK_OK)
		return refused_maildrop(s, in);
	st = pk_get_open_rep(in->bytes, &rep);
	if (st != PK_OK)
		return not_opened(s, st);
	if (in->flags & PK_MORE)
		return PK_REPLY; /* only the UIDs differ, and they come again with their sizes */
	s->handle = rep.handle;
	s->drop.uidvalidity = rep.uidvalidity;
	s->drop.tells_retrieved = rep.tells_retrieved;
	s->expire_days = rep.expire_days;
	s->login_delay = rep.login_delay;
	if (!rep.exists)
		return ready(s);
	return pop3_ask_messages(s, 1, UINT32_MAX, PK_WANT_SIZE | PK_WANT_UIDL, take_rows);
}

static uint32_t open_maildrop(struct pop3 *s)
{
	struct buf b = {0};

	pk_put_open_req(&b, &(struct pk_open_req){.mode = PK_OPEN_DROP});
	return pop3_ask(s, PK_OP_open, &b, opened);
}

static uint32_t refused(struct pop3 *s, struct slice answer)
{
	sasl_clear(&s->sasl);
	if (s->io->bound || ++s->failures >= FAILURES_MAX)
		return pop3_close(s, answer);
	return pop3_say(s, answer);
}

static uint32_t step(struct pop3 *s, enum sasl_next next);

static uint32_t sasl_answered(struct pop3 *s, struct pk_in *in)
{
	return step(s, sasl_reply(&s->sasl, s->io, in));
}

/* What goes on after each step of an exchange (proto/sasl.h). */
static uint32_t step(struct pop3 *s, enum sasl_next next)
{
	switch (next) {
	case SASL_WAIT: s->then = sasl_answered; return PK_REPLY;
	case SASL_ASK:
		pk_put(s->io, S("+ "));
		say_line(s->io, sasl_challenge(&s->sasl));
		s->io->take = SASL_LINE_MAX;
		return PK_LINE | PK_SECRET;
	case SASL_DONE: break;
	case SASL_CANCEL: return refused(s, S("-ERR cancelled"));
	case SASL_FAIL: return refused(s, pop3_failure(s->sasl.status));
	}
	sasl_clear(&s->sasl);
	return open_maildrop(s);
}

uint32_t pop3_cmd_user(struct pop3 *s, struct slice arg)
{
	if (!pop3_may_login(s))
		return not_without_tls(s);
	if (arg.n > sizeof(s->user))
		return pop3_error(s, S("-ERR the name is too long"));
	memcpy(s->user, arg.p, arg.n);
	s->user_n = (uint16_t)arg.n;
	return pop3_say(s, S("+OK")); /* whoever it is: PASS will tell */
}

uint32_t pop3_cmd_pass(struct pop3 *s, struct slice arg)
{
	struct slice user = {s->user, s->user_n};

	if (!pop3_may_login(s))
		return not_without_tls(s);
	if (!user.n)
		return pop3_error(s, S("-ERR USER first"));
	s->user_n = 0; /* one try; a failed AUTH is as if it had not been said (RFC 5034 4) */
	return step(s, sasl_password(&s->sasl, s->io, user, arg));
}

/* RFC 5034: AUTH mechanism [initial-response] */
uint32_t pop3_cmd_auth(struct pop3 *s, struct slice arg)
{
	struct slice mechanism = verb_word(&arg);

	if (!pop3_may_login(s))
		return not_without_tls(s);
	if (!arg.n)
		arg.p = NULL;
	return step(s, sasl_begin(&s->sasl, s->io, mechanism, arg));
}

uint32_t pop3_sasl_line(struct pop3 *s, struct slice line)
{
	return step(s, sasl_answer(&s->sasl, s->io, line));
}
