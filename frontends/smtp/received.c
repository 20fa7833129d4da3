#include "smtp.h"

#include "base/date.h"

#include <inttypes.h>

/* [192.0.2.1] or [IPv6:2001:db8::1]; nothing for a peer without an address. */
static void put_address(struct buf *out, struct slice addr)
{
	for (size_t i = 0; i < addr.n; i++)
		if (!slice_has(S("0123456789abcdefABCDEF.:"), addr.p[i]))
			return;
	if (!addr.n)
		return;
	buf_put(out, slice_has(addr, ':') ? S(" ([IPv6:") : S(" (["));
	buf_put(out, addr);
	buf_put(out, S("])"));
}

/* RFC 3848; RFC 6531 4.3. */
static void put_protocol(const struct smtp *s, struct buf *out)
{
	bool lmtp = s->conf->mode == SMTP_LMTP;

	if (s->envelope.utf8)
		buf_put(out, lmtp ? S("UTF8LMTP") : S("UTF8SMTP"));
	else
		buf_put(out, lmtp ? S("LMTP") : s->extended ? S("ESMTP") : S("SMTP"));
	if (s->io->tls && s->extended)
		buf_byte(out, 'S');
	if (s->user.n && s->extended)
		buf_byte(out, 'A');
}

/* RFC 8314 section 4.3; the version is a comment. */
static void put_cipher(const struct smtp *s, struct buf *out)
{
	const struct pk_peer *peer = s->io->peer;

	if (s->io->tls && PK_HAS(peer, cipher) && peer->cipher.n)
		buf_printf(out, "\r\n\ttls %.*s (TLSv1.%u)", (int)peer->cipher.n, peer->cipher.p,
		           (s->io->tls & 0xff) - 1);
}

void smtp_received(const struct smtp *s, struct buf *out)
{
	buf_put(out, S("Received: from "));
	buf_put(out, s->hello_n ? (struct slice){s->hello, s->hello_n} : S("unknown"));
	put_address(out, s->io->peer->addr);
	buf_printf(out, "\r\n\tby %s with ", s->conf->hostname);
	put_protocol(s, out);
	buf_printf(out, " id %" PRIu64 ".%" PRIu32, s->io->peer->id, s->messages);
	if (s->envelope.recipients ==
	    1) { /* RFC 5321 7.2: others' addresses are nobody's business */
		buf_put(out, S("\r\n\tfor <"));
		buf_put(out, path_text(&s->envelope.to));
		buf_byte(out, '>');
	}
	put_cipher(s, out);
	buf_put(out, S("; "));
	date_put_mail(out, s->io->now_ms, 0);
	buf_put(out, S("\r\n"));
}
