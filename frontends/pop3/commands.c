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
	say_printf(s->io, "+OK %" PRIu32 " %" PRIu64 "\r\n", s->drop.left, s->drop.left_octets);
	return pop3_answered(s);
}

static uint32_t cmd_dele(struct pop3 *s, struct slice arg)
{
	uint32_t i;

	if (!maildrop_number(&s->drop, arg, &i))
		return pop3_no_such_message(s);
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

#define REST 255 /* the rest of the line, spaces and all */

const struct pop3_command pop3_commands[] = {
	{S("CAPA"), ANY,               0, 0,    pop3_cmd_capa},
	{S("LANG"), ANY,               0, 1,    pop3_cmd_lang},
	{S("UTF8"), IN(AUTHORIZATION), 0, 0,    pop3_cmd_utf8},
	{S("STLS"), IN(AUTHORIZATION), 0, 0,    cmd_stls     },
	{S("USER"), IN(AUTHORIZATION), 1, 1,    pop3_cmd_user},
	{S("PASS"), IN(AUTHORIZATION), 1, REST, pop3_cmd_pass},
	{S("AUTH"), IN(AUTHORIZATION), 1, 2,    pop3_cmd_auth},
	{S("STAT"), IN(TRANSACTION),   0, 0,    cmd_stat     },
	{S("LIST"), IN(TRANSACTION),   0, 1,    pop3_cmd_list},
	{S("UIDL"), IN(TRANSACTION),   0, 1,    pop3_cmd_uidl},
	{S("RETR"), IN(TRANSACTION),   1, 1,    pop3_cmd_retr},
	{S("TOP"),  IN(TRANSACTION),   2, 2,    pop3_cmd_top },
	{S("DELE"), IN(TRANSACTION),   1, 1,    cmd_dele     },
	{S("RSET"), IN(TRANSACTION),   0, 0,    cmd_rset     },
	{S("NOOP"), IN(TRANSACTION),   0, 0,    cmd_noop     },
	{S("QUIT"), ANY,               0, 0,    pop3_cmd_quit},
};
const size_t pop3_commands_count = sizeof(pop3_commands) / sizeof(*pop3_commands);

static unsigned count_words(struct slice s)
{
	unsigned n = 0;

	while (n < REST && verb_word(&s).n)
		n++;
	return n;
}

uint32_t pop3_command(struct pop3 *s, struct slice line)
{
	struct slice rest = line;
	const struct pop3_command *c = VERB_FIND(slice_cut(&rest, ' '), pop3_commands);
	unsigned words = count_words(rest);

	if (!c && verb_is_http(line))
		return pop3_close(s, S("-ERR this is not a web server"));
	if (!c)
		return pop3_error(s, S("-ERR unknown command"));
	if (!(c->states & 1u << s->state))
		return pop3_error(s, S("-ERR not now"));
	if (words < c->least)
		return pop3_error(s, S("-ERR an argument is missing"));
	if (words > c->most)
		return pop3_error(s, S("-ERR too many arguments"));
	return c->run(s, c->most == REST ? rest : slice_trim(rest));
}
