#include "fetch.h"
#include "modifiers.h"

static bool parse_changed_since(struct parser *p, void *out)
{
	struct fetch_items *items = out;

	items->changed = true;
	return parse_modseq(p, &items->changed_since);
}

static bool parse_vanished(struct parser *p, void *out)
{
	struct fetch_items *items = out;

	(void)p;
	items->vanished = true;
	return true;
}

static const struct modifier modifiers[] = {
	{S("CHANGEDSINCE"), parse_changed_since},
	{S("VANISHED"),     parse_vanished     },
};

/* RFC 7162 3.2.6. */
static bool may_be_vanished(const struct imap *s, struct parser *p, const struct fetch_items *items)
{
	if (!s->cmd->uid)
		return parse_fail(p, S("VANISHED is for UID FETCH"));
	if (!(s->modes & MODE_QRESYNC))
		return parse_fail(p, S("VANISHED needs ENABLE QRESYNC"));
	return items->changed || parse_fail(p, S("VANISHED needs CHANGEDSINCE"));
}

bool parse_fetch_modifiers(const struct imap *s, struct parser *p, struct fetch_items *out)
{
	if (!parse_peek(p, ' '))
		return true;
	return parse_space(p) &&
	       parse_modifiers(p, modifiers, sizeof(modifiers) / sizeof(*modifiers), out) &&
	       (!out->vanished || may_be_vanished(s, p, out));
}
