#include "smtp.h"

#include "proto/say.h"

#include <inttypes.h>

/* What EHLO and LHLO offer. */

static void put_mechanisms(struct smtp *s)
{
	struct slice word = sasl_offer(s->io, s->conf->scram, 0);

	if (!smtp_may_login(s))
		return;
	pk_put(s->io, S("250-AUTH"));
	for (size_t i = 1; word.n; word = sasl_offer(s->io, s->conf->scram, i++)) {
		pk_put(s->io, S(" "));
		pk_put(s->io, word);
	}
	pk_put(s->io, S("\r\n"));
}

uint32_t smtp_offer(struct smtp *s)
{
	say_printf(s->io, "250-%s\r\n250-PIPELINING\r\n250-SIZE %" PRIu64 "\r\n250-8BITMIME\r\n",
	           s->conf->hostname, s->max_octets);
	if (smtp_may_starttls(s))
		pk_put(s->io, S("250-STARTTLS\r\n"));
	put_mechanisms(s);
	pk_put(s->io, S("250-ENHANCEDSTATUSCODES\r\n250-CHUNKING\r\n250-BINARYMIME\r\n"));
	if (s->conf->mode == SMTP_SUBMISSION)
		pk_put(s->io, S("250-DSN\r\n"));
	say_printf(s->io, "250-LIMITS RCPTMAX=%" PRIu32 "\r\n", s->max_recipients);
	return smtp_say(s, S("250 SMTPUTF8"));
}
