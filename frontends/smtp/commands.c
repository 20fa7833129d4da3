#include "smtp.h"

#include "proto/say.h"
#include "proto/verb.h"

#include <inttypes.h>

#define IN(state) (1u << SMTP_##state)
#define GREETED   (IN(START) | IN(READY) | IN(MAIL) | IN(RCPT) | IN(CHUNKS))
#define BOTH      (SMTP_MX | SMTP_LMTP)

enum arguments { NONE, SOME, ANY };

uint32_t smtp_greet(struct smtp *s)
{
	s->state = SMTP_START;
	s->io->wake_ms = 0;
	say_printf(s->io, "220 %s %s Postkeep\r\n", s->conf->hostname,
	           s->conf->mode == SMTP_LMTP ? "LMTP" : "ESMTP");
	s->io->take = SMTP_LINE_MAX;
	return PK_LINE | PK_REPLY | PK_DONE;
}

/* What stands behind EHLO goes into Received: a name or an address, nothing else. */
static bool take_name(struct smtp *s, struct slice name)
{
	if (!path_is_domain(name, false) && !path_is_literal(name))
		return false;
	memcpy(s->hello, name.p, name.n);
	s->hello_n = (uint16_t)name.n;
	smtp_forget(s, false); /* RFC 5321 4.1.4: as if RSET */
	s->state = SMTP_READY;
	return true;
}

static uint32_t cmd_ehlo(struct smtp *s, struct slice arg)
{
	const struct smtp_conf *c = s->conf;

	if (!take_name(s, arg))
		return smtp_error(s, S("501 5.5.4 a domain name or [address], please"));
	s->extended = true;
	say_printf(s->io, "250-%s\r\n250-PIPELINING\r\n250-SIZE %" PRIu64 "\r\n250-8BITMIME\r\n",
	           c->hostname, c->max_octets);
	if (s->io->can_tls && !s->io->tls)
		pk_put(s->io, S("250-STARTTLS\r\n"));
	return smtp_say(s, S("250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250 SMTPUTF8"));
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

static uint32_t cmd_starttls(struct smtp *s, struct slice arg)
{
	(void)arg;
	if (s->io->tls)
		return smtp_error(s, S("503 5.5.1 TLS is on already"));
	if (!s->io->can_tls)
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
	s->io->take = SMTP_LINE_MAX;
	return PK_LINE | PK_REPLY | PK_DONE;
}

static const struct command {
	struct slice verb;
	unsigned modes;
	unsigned states;
	enum arguments arguments;
	uint32_t (*run)(struct smtp *s, struct slice arg);
	struct slice out_of_order; /* said in any other state */
} commands[] = {
	{S("EHLO"),     SMTP_MX,   GREETED,             SOME, cmd_ehlo,      S("")                             },
	{S("HELO"),     SMTP_MX,   GREETED,             SOME, cmd_helo,      S("")                             },
	{S("LHLO"),     SMTP_LMTP, GREETED,             SOME, cmd_ehlo,      S("")                             },
	{S("MAIL"),     BOTH,      IN(READY),           SOME, smtp_cmd_mail,
         S("503 5.5.1 not now: EHLO, then one MAIL")							   },
	{S("RCPT"),     BOTH,      IN(MAIL) | IN(RCPT), SOME, smtp_cmd_rcpt, S("503 5.5.1 MAIL first")         },
	{S("DATA"),     BOTH,      IN(RCPT),            NONE, smtp_cmd_data, S("503 5.5.1 no valid recipients")},
	{S("BDAT"),     BOTH,      GREETED,             SOME, smtp_cmd_bdat, S("")                             }, /* its octets come in any state */
	{S("RSET"),     BOTH,      GREETED,             NONE, cmd_rset,      S("")                             },
	{S("NOOP"),     BOTH,      GREETED,             ANY,  cmd_noop,      S("")                             },
	{S("VRFY"),     BOTH,      GREETED,             SOME, cmd_vrfy,      S("")                             },
	{S("EXPN"),     BOTH,      GREETED,             ANY,  cmd_expn,      S("")                             },
	{S("HELP"),     BOTH,      GREETED,             ANY,  cmd_help,      S("")                             },
	{S("STARTTLS"), BOTH,      IN(READY),           NONE, cmd_starttls,
         S("503 5.5.1 not now: EHLO, and no transaction")                                                      },
	{S("QUIT"),     BOTH,      GREETED,             NONE, cmd_quit,      S("")                             },
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

uint32_t smtp_command(struct smtp *s, const struct pk_in *in)
{
	struct slice line = in->bytes, refusal = no_line(in), verb;
	const struct command *c;

	if (s->state == SMTP_SILENT)
		return smtp_close(s, S("554 5.5.1 you talk before the greeting"));
	if (refusal.n)
		return smtp_close(s, refusal);
	if (in->flags & PK_LONG)
		return smtp_error(s, S("500 5.5.2 the line is too long"));
	verb = verb_word(&line);
	line = slice_trim(line);
	c = find(s, verb);
	if (!c)
		return smtp_error(s, S("500 5.5.1 unknown command"));
	if (!(c->states & 1u << s->state))
		return smtp_error(s, c->out_of_order);
	if (c->arguments == NONE && line.n)
		return smtp_error(s, S("501 5.5.4 this command has no argument"));
	if (c->arguments == SOME && !line.n)
		return smtp_error(s, S("501 5.5.4 an argument is missing"));
	return c->run(s, line);
}
