#include "pop3.h"

#include "proto/say.h"

#include <inttypes.h>

/* How commands end, in which words, and what the next input is. */

#define ERRORS_MAX 10 /* bad commands in a row */

/* Response codes: RFC 2449 section 8, RFC 3206. */
struct slice pop3_failure(enum pk_status st)
{
	switch (st) {
	case PK_EAUTH: return S("-ERR [AUTH] wrong name or password");
	case PK_EBUSY: return S("-ERR [IN-USE] another session has the maildrop, try again later");
	case PK_ESUSPENDED:
		return S("-ERR [SYS/PERM] the account is suspended, or POP3 is switched off for "
		         "it: ask your administrator");
	case PK_EPERM: return S("-ERR [SYS/PERM] not permitted");
	case PK_ELIMIT: return S("-ERR [SYS/TEMP] a limit was reached, try again later");
	case PK_ENOTSUP: return S("-ERR no such mechanism");
	case PK_ENOTFOUND:
	case PK_EEXPUNGED: return S("-ERR the message is gone");
	case PK_EPROTO:
	case PK_EINVAL: return S("-ERR malformed");
	case PK_OK:
	case PK_EEXISTS:
	case PK_EQUOTA:
	case PK_ETOOBIG:
	case PK_EHELD:
	case PK_ESTALE:
	case PK_ERETRY:
	case PK_EUNAVAILABLE:
	case PK_EIO:
	case PK_ENOMEM:
	case PK_EFULL:
	case PK_STATUS_COUNT: break;
	}
	return S("-ERR [SYS/TEMP] try again later");
}

uint32_t pop3_next(struct pop3 *s)
{
	s->amid = false;
	if (s->draining)
		return pop3_close(s, S("-ERR [SYS/TEMP] the server is going down"));
	s->io->take = s->state == POP3_AUTHORIZATION ? SASL_LINE_MAX : POP3_LINE_MAX;
	/* Any line before the login may have a password in it. */
	return PK_LINE | PK_DONE | (s->state == POP3_AUTHORIZATION ? PK_SECRET : 0);
}

uint32_t pop3_answered(struct pop3 *s)
{
	s->errors = 0;
	return pop3_next(s);
}

uint32_t pop3_say(struct pop3 *s, struct slice answer)
{
	pop3_put_answer(s->io, s->language, answer);
	return pop3_answered(s);
}

uint32_t pop3_error(struct pop3 *s, struct slice answer)
{
	pop3_put_answer(s->io, s->language, answer);
	return ++s->errors < ERRORS_MAX ? pop3_next(s) : PK_CLOSE;
}

uint32_t pop3_close(struct pop3 *s, struct slice answer)
{
	pop3_put_answer(s->io, s->language, answer);
	return PK_CLOSE;
}

uint32_t pop3_fail(struct pop3 *s, enum pk_status st)
{
	return pop3_say(s, pop3_failure(st));
}

uint32_t pop3_no_such_message(struct pop3 *s)
{
	return pop3_error(s, S("-ERR no such message"));
}

struct slice pop3_words(const struct pop3 *s, struct slice english)
{
	return pop3_text(s->language, english);
}

void pop3_put_sum(struct pop3 *s)
{
	struct slice messages = pop3_words(s, S("messages")), octets = pop3_words(s, S("octets"));

	say_printf(s->io, "+OK %" PRIu32 " %.*s (%" PRIu64 " %.*s)\r\n", s->drop.left,
	           (int)messages.n, messages.p, s->drop.left_octets, (int)octets.n, octets.p);
}
