#include "status_items.h"

/* STATUS: RFC 3501 6.3.10. */

struct status_args {
	struct slice name;
	unsigned items;
};

static uint32_t on_status(struct imap *s, struct pk_in *in)
{
	const struct status_args *a = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_status_rep r;

	if (st == PK_OK)
		st = pk_get_status_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	put_status(s, a->name, a->items, &r);
	return imap_done(s);
}

uint32_t cmd_status(struct imap *s, struct parser *p)
{
	struct status_args *a = imap_alloc(s, sizeof(*a));
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	if (!name_arg(s, p, false, &a->name, &wants))
		return wants;
	if (!parse_space(p) || !parse_status_items(s, p, &a->items) || !parse_end(p))
		return imap_bad(s, p->error);
	status_enables(s, a->items);
	s->cmd->own = a;
	return ASK(s, status, on_status, .mailbox = a->name, .want = status_want(a->items));
}
