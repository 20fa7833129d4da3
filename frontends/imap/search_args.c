#include "search_run.h"
#include "sync.h"

#include "mime/charset.h"

/* What SEARCH, SORT and THREAD have in common: charset and keys. */

enum search_parsed search_charset_arg(struct parser *p, struct slice *charset)
{
	if (!parse_astring(p, charset))
		return SEARCH_BAD;
	if (!charset->n || !charset_known(*charset))
		return SEARCH_CHARSET;
	if (slice_ieq(*charset, S("UTF-8")) || slice_ieq(*charset, S("US-ASCII")))
		*charset = (struct slice){0};
	return SEARCH_PARSED;
}

enum search_parsed search_keys_arg(struct imap *s, struct parser *p, struct slice charset,
                                   struct search_program *out)
{
	struct search_context c = {.view = s->view, .charset = charset, .now_ms = s->io->now_ms};
	enum search_parsed parsed = search_parse(&c, p, out);

	s->cmd->numbers = out->numbers;
	if (parsed == SEARCH_PARSED && out->modseq)
		condstore_enable(s);
	return parsed;
}

enum search_parsed search_charset_keys(struct imap *s, struct parser *p, struct search_program *out)
{
	struct slice charset;
	enum search_parsed parsed = search_charset_arg(p, &charset);

	if (parsed != SEARCH_PARSED)
		return parsed;
	return parse_space(p) ? search_keys_arg(s, p, charset, out) : SEARCH_BAD;
}

uint32_t search_refuse_args(struct imap *s, enum search_parsed why, const struct parser *p)
{
	switch (why) {
	case SEARCH_CHARSET:
		return imap_ok(s, S("NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset"));
	case SEARCH_MEMORY: return imap_no(s, PK_ENOMEM);
	case SEARCH_LIMIT: return imap_no(s, PK_ELIMIT);
	case SEARCH_BAD:
	case SEARCH_PARSED: break;
	}
	return imap_bad(s, p->error);
}
