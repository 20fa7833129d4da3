#include "pop3.h"

#include "proto/say.h"

#include <inttypes.h>

/* What is said of the session, and in which words. */

static void put_sasl(struct pop3 *s)
{
	if (!pop3_may_login(s))
		return;
	pk_put(s->io, S("USER\r\nSASL"));
	for (size_t i = 0; sasl_offer(s->io, s->conf->scram, i).n; i++) {
		pk_put(s->io, S(" "));
		pk_put(s->io, sasl_offer(s->io, s->conf->scram, i));
	}
	pk_put(s->io, S("\r\n"));
}

/* RFC 2449 6.5 and 6.7. Before the login: the least and the most that a user may have set. */
static void put_policy(struct pop3 *s)
{
	if (s->state == POP3_AUTHORIZATION)
		say_printf(s->io, "EXPIRE 0 USER\r\nLOGIN-DELAY %u USER\r\n", POP3_LOGIN_DELAY_MAX);
	else if (s->expire_days == UINT32_MAX)
		say_printf(s->io, "EXPIRE NEVER\r\nLOGIN-DELAY %" PRIu32 "\r\n", s->login_delay);
	else
		say_printf(s->io, "EXPIRE %" PRIu32 "\r\nLOGIN-DELAY %" PRIu32 "\r\n",
		           s->expire_days, s->login_delay);
}

/*
 * RFC 2449. What is listed works on this connection, in its state or in the other one (section 5);
 * but STLS where it may be said (RFC 2595 section 4).
 */
uint32_t pop3_cmd_capa(struct pop3 *s, struct slice arg)
{
	(void)arg;
	pk_put(s->io, S("+OK\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n"
	                "UTF8 USER\r\nLANG\r\n"));
	put_policy(s);
	put_sasl(s);
	if (s->io->can_tls && !s->io->tls && s->state == POP3_AUTHORIZATION)
		pk_put(s->io, S("STLS\r\n"));
	return pop3_say(s, S("IMPLEMENTATION Postkeep\r\n."));
}

static uint32_t list_languages(struct pop3 *s)
{
	pop3_put_answer(s->io, s->language, S("+OK languages:"));
	for (size_t i = 0; i < POP3_LANGUAGES; i++) {
		pk_put(s->io, pop3_languages[i].tag);
		pk_put(s->io, S(" "));
		say_line(s->io, pop3_languages[i].name);
	}
	return pop3_say(s, S("."));
}

/* RFC 6856 section 3. The answer is in the new language already. */
uint32_t pop3_cmd_lang(struct pop3 *s, struct slice arg)
{
	if (!arg.n)
		return list_languages(s);
	if (slice_eq(arg, S("*")))
		s->language = s->conf->language;
	else if (!pop3_language_find(arg, &s->language))
		return pop3_error(s, S("-ERR no such language"));
	pk_put(s->io, S("+OK "));
	pk_put(s->io, pop3_languages[s->language].tag);
	pk_put(s->io, S(" "));
	say_line(s->io, pop3_words(s, S("language changed")));
	return pop3_answered(s);
}

/* RFC 6856 2.1. Messages are sent as they came in both modes (pk-pop3(7) says why). */
uint32_t pop3_cmd_utf8(struct pop3 *s, struct slice arg)
{
	(void)arg;
	return pop3_say(s, S("+OK"));
}
