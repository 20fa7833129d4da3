#include "smtp.h"

#include "proto/say.h"
#include "proto/verb.h"

#define IN(state) (1u << SMTP_##state)
#define GREETED   (IN(START) | IN(READY) | IN(MAIL) | IN(RCPT) | IN(CHUNKS))
#define NO_LMTP   (SMTP_MX | SMTP_SUBMISSION)

enum arguments { NONE, SOME, ANY };

uint32_t smtp_greet(struct smtp *s)
{
	s->state = SMTP_START;
	s->io->wake_ms = 0;
	say_printf(s->io, "220 %s %s Postkeep\r\n", s->conf->hostname,
	           s->conf->mode == SMTP_LMTP ? "LMTP" : "ESMTP");
	return smtp_next(s);
}

static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

/*
 * What stands behind EHLO. A name or an address goes into Received; what is neither, as some
 * devices and hand-made programs send it, is no reason to refuse their mail, and goes nowhere.
 */
static bool take_name(struct smtp *s, struct slice name)
{
	bool known = path_is_domain(name, false) || path_is_literal(name);

	if (has_control(name))
		return false;
	s->hello_n = known ? (uint16_t)name.n : 0;
	memcpy(s->hello, name.p, s->hello_n);
	smtp_forget(s, false); /* RFC 5321 4.1.4: as if RSET */
	s->state = SMTP_READY;
	return true;
}

static uint32_t cmd_ehlo(struct smtp *s, struct slice arg)
{
	if (!take_name(s, arg))
		return smtp_error(s, S("501 5.5.4 a domain name or [address], please"));
	s->extended = true;
	return smtp_offer(s);
}

static uint32_t cmd_helo(struct smtp *s, struct slice arg)
{
	if (!take_name(s, arg))
		return smtp_error(s, S("501 5.5.4 a domain name, please"));
	s->extended = false;
	say_printf(s->io, "250 %s\r\n", s->conf->hostname);
	return smtp_next(s);
}

static uint32_t cmd_rset(struct smtp *s, struct slice arg)
{
	(void)arg;
	smtp_forget(s, false);
	return smtp_say(s, S("250 2.0.0 forgotten"));
}

static uint32_t cmd_noop(struct smtp *s, struct slice arg)
{
	(void)arg;
	return smtp_say(s, S("250 2.0.0 ok"));
}

/* RFC 5321 3.5.3: nobody is told who is here. */
static uint32_t cmd_vrfy(struct smtp *s, struct slice arg)
{
	(void)arg;
	return smtp_say(s, S("252 2.5.2 send some mail, delivery will be tried"));
}

static uint32_t cmd_help(struct smtp *s, struct slice arg)
{
	(void)arg;
	return smtp_say(s, S("214 2.0.0 see RFC 5321, and RFC 2033 for LMTP"));
}

static uint32_t cmd_quit(struct smtp *s, struct slice arg)
{
	(void)arg;
	return smtp_close(s, S("221 2.0.0 bye"));
}

static uint32_t cmd_expn(struct smtp *s, struct slice arg)
{
	(void)arg;
	return smtp_error(s, S("502 5.5.1 not offered"));
}

/* RFC 3207 4.2: all that was said before is forgotten, so also who has said it (HAZARDS 4). */
bool smtp_may_starttls(const struct smtp *s)
{
	return s->io->can_tls && !s->io->tls && !s->user.n;
}

static uint32_t cmd_starttls(struct smtp *s, struct slice arg)
{
	(void)arg;
	if (s->io->tls)
		return smtp_error(s, S("503 5.5.1 TLS is on already"));
	if (s->user.n)
		return smtp_error(s, S("503 5.5.1 not behind a login"));
	if (!smtp_may_starttls(s))
		return smtp_error(s, S("502 5.5.1 not offered"));
	smtp_forget(s, false);
	pk_put(s->io, S("220 2.0.0 begin TLS\r\n"));
	return PK_TLS;
}

/* RFC 3207 4.2: the client begins anew, with EHLO. */
uint32_t smtp_layer(struct smtp *s, const struct pk_in *in)
{
	if (in->status != PK_OK)
		return PK_CLOSE;
	s->state = SMTP_START;
	s->hello_n = 0;
	s->extended = false;
	return smtp_next(s);
}

enum login { FREE, LOGGED_IN };

static const struct command {
	struct slice verb;
	unsigned modes;
	enum login login; /* in mode submission */
	unsigned states;
	enum arguments arguments;
	uint32_t (*run)(struct smtp *s, struct slice arg);
	struct slice out_of_order; /* said in any other state */
	bool idle;                 /* brings no message nearer */
} commands[] = {
	{S("EHLO"),     NO_LMTP,         FREE,      GREETED,             SOME, cmd_ehlo,      S(""), true },
	{S("HELO"),     NO_LMTP,         FREE,      GREETED,             SOME, cmd_helo,      S(""), true },
	{S("LHLO"),     SMTP_LMTP,       FREE,      GREETED,             SOME, cmd_ehlo,      S(""), true },
	{S("AUTH"),     SMTP_SUBMISSION, FREE,      IN(READY),           SOME, smtp_cmd_auth,
         S("503 5.5.1 not now: EHLO, and no transaction"),                                           false},
	{S("MAIL"),     SMTP_ALL,        LOGGED_IN, IN(READY),           SOME, smtp_cmd_mail,
         S("503 5.5.1 not now: EHLO, then one MAIL"),                                                false},
	{S("RCPT"),     SMTP_ALL,        LOGGED_IN, IN(MAIL) | IN(RCPT), SOME, smtp_cmd_rcpt,
         S("503 5.5.1 MAIL first"),								  false},
	{S("DATA"),     SMTP_ALL,        LOGGED_IN, IN(RCPT),            NONE, smtp_cmd_data,
         S("503 5.5.1 no valid recipients"),							 false},
	{S("BDAT"),     SMTP_ALL,        FREE,      GREETED,             SOME, smtp_cmd_bdat, S(""),
         false											    }, /* its octets come in any state */
	{S("RSET"),     SMTP_ALL,        FREE,      GREETED,             NONE, cmd_rset,      S(""), true },
	{S("NOOP"),     SMTP_ALL,        FREE,      GREETED,             ANY,  cmd_noop,      S(""), true },
	{S("VRFY"),     SMTP_ALL,        LOGGED_IN, GREETED,             SOME, cmd_vrfy,      S(""), true },
	{S("EXPN"),     SMTP_ALL,        FREE,      GREETED,             ANY,  cmd_expn,      S(""), false},
	{S("HELP"),     SMTP_ALL,        FREE,      GREETED,             ANY,  cmd_help,      S(""), true },
	{S("STARTTLS"), SMTP_ALL,        FREE,      IN(READY),           NONE, cmd_starttls,
         S("503 5.5.1 not now: EHLO, and no transaction"),                                           false},
	{S("QUIT"),     SMTP_ALL,        FREE,      GREETED,             NONE, cmd_quit,      S(""), false},
};

static const struct command *find(const struct smtp *s, struct slice verb)
{
	const struct command *c = VERB_FIND(verb, commands);

	return c && c->modes & s->conf->mode ? c : NULL;
}

/* Why a line is not taken at all, before its words are looked at. */
static struct slice no_line(const struct pk_in *in)
{
	if (verb_is_http(in->bytes))
		return S("421 4.7.0 this is not a web server");
	if (in->flags & PK_BARE_LF)
		return S("421 4.5.2 lines end in CRLF, not in LF");
	return S("");
}

/* A connection is for messages (as smtpd_junk_command_limit of Postfix). */
static bool too_idle(struct smtp *s, const struct command *c)
{
	return c->idle && s->conf->mode != SMTP_LMTP && ++s->idle > 5 * s->conf->max_errors;
}

/* Only the line of a login may be longer (RFC 4954 section 4). */
static bool too_long(struct slice line)
{
	return line.n > SMTP_LINE_MAX && !slice_istarts(line, S("AUTH "));
}

uint32_t smtp_command(struct smtp *s, const struct pk_in *in)
{
	struct slice line = in->bytes, refusal = no_line(in), verb;
	const struct command *c;

	if (s->state == SMTP_SILENT)
		return smtp_close(s, S("554 5.5.1 you talk before the greeting"));
	if (refusal.n)
		return smtp_close(s, refusal);
	if (s->sasl.mechanism[0])
		return smtp_sasl_line(s, in);
	if (in->flags & PK_LONG || too_long(line))
		return smtp_error(s, S("500 5.5.2 the line is too long"));
	verb = verb_word(&line);
	line = slice_trim(line);
	c = find(s, verb);
	if (!c)
		return smtp_error(s, S("500 5.5.1 unknown command"));
	if (c->login == LOGGED_IN && smtp_is_stranger(s))
		return smtp_error(s, smtp_login_first(s));
	if (!(c->states & 1u << s->state))
		return smtp_error(s, c->out_of_order);
	if (c->arguments == NONE && line.n)
		return smtp_error(s, S("501 5.5.4 this command has no argument"));
	if (c->arguments == SOME && !line.n)
		return smtp_error(s, S("501 5.5.4 an argument is missing"));
	if (too_idle(s, c))
		return smtp_close(s, S("421 4.7.0 too many commands without a message"));
	return c->run(s, line);
}
