#include "pop3.h"

#include "proto/say.h"
#include "proto/verb.h"

#include <inttypes.h>

#define IN(state) (1u << POP3_##state)
#define ANY       (IN(AUTHORIZATION) | IN(TRANSACTION))

static uint32_t cmd_stls(struct pop3 *s, struct slice arg)
{
	(void)arg;
	if (s->io->tls)
		return pop3_error(s, S("-ERR TLS is on already"));
	if (!s->io->can_tls)
		return pop3_error(s, S("-ERR not offered"));
	pop3_put_answer(s->io, s->language, S("+OK begin TLS"));
	return PK_TLS;
}

static uint32_t cmd_noop(struct pop3 *s, struct slice arg)
{
	(void)arg;
	return pop3_say(s, S("+OK"));
}

static uint32_t cmd_stat(struct pop3 *s, struct slice arg)
{
	(void)arg;
	say_printf(s->io, "+OK %" PRIu32 " %" PRIu64, s->drop.left, s->drop.left_octets);
	return pop3_say(s, S(""));
}

static uint32_t cmd_dele(struct pop3 *s, struct slice arg)
{
	uint32_t i;

	if (!maildrop_number(&s->drop, arg, &i))
		return pop3_error(s, S("-ERR no such message"));
	if (maildrop_marked(&s->drop, i))
		return pop3_error(s, S("-ERR the message is deleted already"));
	maildrop_mark(&s->drop, i);
	return pop3_say(s, S("+OK deleted"));
}

static uint32_t cmd_rset(struct pop3 *s, struct slice arg)
{
	(void)arg;
	maildrop_unmark_all(&s->drop);
	return pop3_say(s, S("+OK nothing is deleted"));
}

enum arguments { NONE, MAYBE, SOME };

static const struct command {
	struct slice verb;
	unsigned states; /* where it is allowed */
	enum arguments arguments;
	uint32_t (*run)(struct pop3 *s, struct slice arg); /* returns wants */
} commands[] = {
	{S("CAPA"), ANY,               NONE,  pop3_cmd_capa},
	{S("LANG"), ANY,               MAYBE, pop3_cmd_lang},
	{S("UTF8"), IN(AUTHORIZATION), NONE,  pop3_cmd_utf8},
	{S("STLS"), IN(AUTHORIZATION), NONE,  cmd_stls     },
	{S("USER"), IN(AUTHORIZATION), SOME,  pop3_cmd_user},
	{S("PASS"), IN(AUTHORIZATION), SOME,  pop3_cmd_pass},
	{S("AUTH"), IN(AUTHORIZATION), SOME,  pop3_cmd_auth},
	{S("STAT"), IN(TRANSACTION),   NONE,  cmd_stat     },
	{S("LIST"), IN(TRANSACTION),   MAYBE, pop3_cmd_list},
	{S("UIDL"), IN(TRANSACTION),   MAYBE, pop3_cmd_uidl},
	{S("RETR"), IN(TRANSACTION),   SOME,  pop3_cmd_retr},
	{S("TOP"),  IN(TRANSACTION),   SOME,  pop3_cmd_top },
	{S("DELE"), IN(TRANSACTION),   SOME,  cmd_dele     },
	{S("RSET"), IN(TRANSACTION),   NONE,  cmd_rset     },
	{S("NOOP"), IN(TRANSACTION),   NONE,  cmd_noop     },
	{S("QUIT"), ANY,               NONE,  pop3_cmd_quit},
};

/* Arguments are words, but a password is the rest of its line, spaces and all (RFC 1939 7). */
static struct slice argument(const struct command *c, struct slice rest)
{
	return c->run == pop3_cmd_pass ? rest : slice_trim(rest);
}

uint32_t pop3_command(struct pop3 *s, struct slice line)
{
	struct slice rest = line;
	const struct command *c = VERB_FIND(slice_cut(&rest, ' '), commands);

	if (!c && verb_is_http(line))
		return pop3_close(s, S("-ERR this is not a web server"));
	if (!c)
		return pop3_error(s, S("-ERR unknown command"));
	if (!(c->states & 1u << s->state))
		return pop3_error(s, S("-ERR not now"));
	rest = argument(c, rest);
	if (c->arguments == NONE && rest.n)
		return pop3_error(s, S("-ERR this command has no argument"));
	if (c->arguments == SOME && !rest.n)
		return pop3_error(s, S("-ERR an argument is missing"));
	return c->run(s, rest);
}
