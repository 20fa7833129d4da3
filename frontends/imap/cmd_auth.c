#include "imap.h"
#include "sync.h"

#include "proto/sasl.h"
#include "proto/say.h"

/* Logging in and what needs no login: RFC 3501 6.1 and 6.2.2, 6.2.3, RFC 2971, RFC 4959. */

bool login_disabled(const struct imap *s)
{
	return !s->io->tls && !s->conf->plain;
}

/* NOOP and CHECK: RFC 3501 6.1.2, 6.4.1. */
uint32_t cmd_noop(struct imap *s, struct parser *p)
{
	sync_poll(s);
	return parse_end(p) ? imap_done(s) : imap_bad(s, p->error);
}

uint32_t cmd_logout(struct imap *s, struct parser *p)
{
	if (!parse_end(p))
		return imap_bad(s, p->error);
	put(s, S("* BYE Logging out\r\n"));
	put(s, s->cmd->tag);
	put(s, S(" OK LOGOUT completed\r\n"));
	return PK_CLOSE;
}

#define ID_PAIRS_MAX 30 /* RFC 2971 3.3, with its lengths */
#define ID_FIELD_MAX 30
#define ID_VALUE_MAX 1024

static bool parse_id(struct parser *p)
{
	struct slice field, value;

	if (!parse_space(p))
		return false;
	if (parse_word(p, S("NIL")))
		return parse_end(p);
	if (!parse_char(p, '('))
		return false;
	for (size_t i = 0; !parse_peek(p, ')'); i++) {
		if (i == ID_PAIRS_MAX)
			return parse_fail(p, S("Too many fields"));
		if ((i && !parse_space(p)) || !parse_string(p, &field) || !parse_space(p) ||
		    !parse_nstring(p, &value))
			return false;
		if (field.n > ID_FIELD_MAX || value.n > ID_VALUE_MAX)
			return parse_fail(p, S("A field is too long"));
	}
	return parse_char(p, ')') && parse_end(p);
}

uint32_t cmd_id(struct imap *s, struct parser *p)
{
	struct slice sent = p->in;

	if (!parse_id(p))
		return imap_bad(s, p->error);
	s->io->host->log(s->io, PK_LOG_DEBUG, sent);
	put(s, S("* ID (\"name\" \"Postkeep\")\r\n"));
	return imap_done(s);
}

static uint32_t logged_in(struct imap *s)
{
	put(s, s->cmd->tag);
	put(s, S(" OK ["));
	s->state = IMAP_USER;
	s->bad = 0;
	s->message_max = ((const struct sasl *)s->cmd->own)->message_max;
	put_capabilities(s);
	put(s, S("] Logged in\r\n"));
	return imap_next(s);
}

static uint32_t refused(struct imap *s, enum pk_status st)
{
	/* The store keeps count across connections; this one has had its tries. */
	if (st == PK_EAUTH && ++s->tries >= IMAP_TRIES_MAX) {
		put(s, s->cmd->tag);
		put(s, S(" "));
		put(s, status_words(st));
		put(s, S("\r\n"));
		return imap_bye(s, S("Too many failed logins"));
	}
	if (st == PK_ENOTSUP)
		return imap_ok(s, S("NO [CANNOT] No such mechanism"));
	if (st == PK_EPROTO)
		return imap_bad(s, S("Bad response"));
	return imap_no(s, st);
}

static uint32_t on_auth(struct imap *s, struct pk_in *in);

static uint32_t auth_next(struct imap *s, enum sasl_next next)
{
	struct sasl *x = s->cmd->own;

	switch (next) {
	case SASL_WAIT: s->then = on_auth; return PK_REPLY;
	case SASL_ASK:
		put(s, S("+ "));
		say_line(s->io, sasl_challenge(x));
		s->io->take = SASL_LINE_MAX;
		s->then = on_auth;
		return PK_LINE | PK_SECRET;
	case SASL_DONE: return logged_in(s);
	case SASL_CANCEL: return imap_bad(s, S("Cancelled"));
	case SASL_FAIL: break;
	}
	if (s->io->bound)
		return imap_bye(s, S("[UNAVAILABLE] Login was interrupted"));
	return refused(s, x->status);
}

static uint32_t on_auth(struct imap *s, struct pk_in *in)
{
	struct sasl *x = s->cmd->own;

	if (in->kind == PK_IN_LINE && in->flags & PK_LONG)
		return imap_bye(s, S("Line is too long"));
	if (in->kind == PK_IN_REPLY)
		return auth_next(s, sasl_reply(x, s->io, in));
	imap_skip_announced(s, in->bytes);
	return auth_next(s, sasl_answer(x, s->io, in->bytes));
}

static void clear_sasl(void *own)
{
	sasl_clear(own);
}

static struct sasl *begin_sasl(struct imap *s)
{
	struct sasl *x = imap_alloc(s, sizeof(*x));

	s->cmd->own = x;
	s->cmd->clean = x ? clear_sasl : NULL;
	if (x)
		x->tag = imap_full_tag(s, 0);
	return x;
}

static uint32_t without_tls(struct imap *s)
{
	sasl_without_tls(s->io);
	return imap_ok(s, S("NO [PRIVACYREQUIRED] Use TLS first"));
}

uint32_t cmd_authenticate(struct imap *s, struct parser *p)
{
	struct slice mechanism, initial = {0};
	struct sasl *x;

	if (!parse_space(p) || !parse_atom(p, &mechanism))
		return imap_bad(s, p->error);
	if (p->in.n) {
		if (!parse_space(p) || !p->in.n)
			return imap_bad(s, S("Missing initial response"));
		initial = p->in;
	}
	if (login_disabled(s))
		return without_tls(s);
	x = begin_sasl(s);
	if (!x)
		return imap_no(s, PK_ENOMEM);
	return auth_next(s, sasl_begin(x, s->io, mechanism, initial));
}

uint32_t cmd_login(struct imap *s, struct parser *p)
{
	struct slice user, password;
	struct sasl *x;

	if (!parse_space(p) || !parse_astring(p, &user) || !parse_space(p) ||
	    !parse_astring(p, &password) || !parse_end(p))
		return imap_bad(s, p->error);
	if (login_disabled(s))
		return without_tls(s);
	x = begin_sasl(s);
	if (!x)
		return imap_no(s, PK_ENOMEM);
	return auth_next(s, sasl_password(x, s->io, user, password));
}
