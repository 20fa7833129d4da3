#include "imap.h"

/* What lies between the protocol and the network: RFC 3501 6.2.1, RFC 4978. */

static uint32_t on_tls(struct imap *s, struct pk_in *in)
{
	if (in->kind != PK_IN_LAYER || in->status != PK_OK)
		return PK_CLOSE;
	buf_wipe(&s->text);
	s->bad = 0;
	return imap_next(s);
}

/* RFC 3501 6.2.1: what the client knew and said before is forgotten; the host drops what it sent
 * ahead. */
uint32_t cmd_starttls(struct imap *s, struct parser *p)
{
	if (!parse_end(p))
		return imap_bad(s, p->error);
	if (!s->io->can_tls)
		return imap_bad(s, s->io->tls ? S("TLS is on already") : S("No TLS here"));
	put(s, s->cmd->tag);
	put(s, S(" OK Begin TLS now\r\n"));
	imap_forget(s);
	s->then = on_tls;
	return PK_TLS;
}

static uint32_t on_deflate(struct imap *s, struct pk_in *in)
{
	if (in->kind != PK_IN_LAYER || in->status != PK_OK)
		return PK_CLOSE;
	s->deflated = true;
	return imap_next(s);
}

/*
 * RFC 4978 section 3. Only after a login, so that no password shares a window with what somebody
 * else may choose (HAZARDS 89).
 */
uint32_t cmd_compress(struct imap *s, struct parser *p)
{
	struct slice algorithm;

	if (!parse_space(p) || !parse_atom(p, &algorithm) || !parse_end(p))
		return imap_bad(s, p->error);
	if (!s->conf->compress || !slice_ieq(algorithm, S("DEFLATE")))
		return imap_bad(s, S("Unknown algorithm"));
	if (s->deflated)
		return imap_ok(s, S("NO [COMPRESSIONACTIVE] DEFLATE is active already"));
	put(s, s->cmd->tag);
	put(s, S(" OK DEFLATE active\r\n"));
	imap_forget(s);
	s->then = on_deflate;
	return PK_DEFLATE;
}
