#include "list_line.h"
#include "sync.h"
#include "view.h"

/* Names of mailboxes: RFC 3501 6.3.3 to 6.3.7, RFC 9051 6.3.4 to 6.3.8, RFC 2342, RFC 6154. */

uint32_t cmd_namespace(struct imap *s, struct parser *p)
{
	if (!parse_end(p))
		return imap_bad(s, p->error);
	put(s, S("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"));
	return imap_done(s);
}

/* The reply of a request that says nothing but whether it went well. */
static uint32_t on_done(struct imap *s, struct pk_in *in)
{
	enum pk_status st = reply_status(in);

	return st == PK_OK ? imap_done(s) : imap_no(s, st);
}

struct create_args {
	struct slice name;
	uint32_t uses;
	bool unknown; /* one of them is not known here */
};

/* RFC 4466 2.2, RFC 6154 section 6: " (USE (\\Sent))". */
static bool parse_create_params(struct parser *p, struct create_args *a)
{
	if (!p->in.n)
		return true;
	if (!parse_space(p) || !parse_char(p, '('))
		return false;
	do {
		if (!parse_word(p, S("USE")))
			return parse_fail(p, S("Unknown parameter"));
		if (!parse_uses(p, &a->uses, &a->unknown))
			return false;
	} while (parse_peek(p, ' ') && parse_space(p));
	return parse_char(p, ')') && parse_end(p);
}

static uint32_t no_such_use(struct imap *s)
{
	return imap_ok(s, S("NO [USEATTR] No mailbox can have this use, or another has it"));
}

static uint32_t on_created(struct imap *s, struct pk_in *in)
{
	const struct create_args *a = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_create_rep r;
	char text[80];
	int n;

	if (st == PK_OK)
		st = pk_get_create_rep(in->bytes, &r);
	if (st != PK_OK)
		return st == PK_ENOTSUP ? no_such_use(s) : imap_no(s, st);
	put_oldname(s, a->name, a->uses, false);
	n = snprintf(text, sizeof(text), "OK [MAILBOXID (" MAILBOX_ID ")] CREATE completed", r.id);
	return imap_ok(s, (struct slice){text, (size_t)n});
}

uint32_t cmd_create(struct imap *s, struct parser *p)
{
	struct create_args *a = imap_alloc(s, sizeof(*a));
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	if (!name_arg(s, p, false, &a->name, &wants))
		return wants;
	if (!parse_create_params(p, a))
		return imap_bad(s, p->error);
	if (a->unknown)
		return no_such_use(s);
	/* RFC 3501 6.3.3: a separator at the end says that children will follow. */
	if (slice_ends(a->name, S("/")))
		a->name.n--;
	s->cmd->own = a;
	return ASK(s, create, on_created, .mailbox = a->name, .attributes = a->uses);
}

static uint32_t removed(struct imap *s)
{
	const struct slice *name = s->cmd->own;

	put_oldname(s, *name, 0, true);
	return imap_done(s);
}

static uint32_t on_closed(struct imap *s, struct pk_in *in)
{
	(void)in; /* it was open */
	return removed(s);
}

/* The selected mailbox is no more: what the store keeps open of it goes too. */
static uint32_t leave_removed(struct imap *s)
{
	uint32_t handle = s->view->handle;

	view_free(s->view);
	s->view = NULL;
	s->state = IMAP_USER;
	return ASK(s, close, on_closed, .handle = handle);
}

static uint32_t on_removed(struct imap *s, struct pk_in *in)
{
	enum pk_status st = reply_status(in);
	struct pk_remove_rep r;

	if (st == PK_OK)
		st = pk_get_remove_rep(in->bytes, &r);
	if (st == PK_EEXISTS) /* RFC 9051 7.1 */
		return imap_ok(s, S("NO [HASCHILDREN] There are mailboxes below this name"));
	if (st != PK_OK)
		return imap_no(s, st);
	return s->view && s->view->id == r.id ? leave_removed(s) : removed(s);
}

uint32_t cmd_delete(struct imap *s, struct parser *p)
{
	struct slice *name = imap_alloc(s, sizeof(*name));
	uint32_t wants;

	if (!name)
		return imap_no(s, PK_ENOMEM);
	if (!name_arg(s, p, true, name, &wants))
		return wants;
	if (slice_eq(*name, S("INBOX")))
		return imap_ok(s, S("NO [CANNOT] INBOX stays"));
	s->cmd->own = name;
	return ASK(s, remove, on_removed, .mailbox = *name);
}

static uint32_t on_renamed(struct imap *s, struct pk_in *in)
{
	const struct slice *to = s->cmd->own;

	if (reply_status(in) == PK_OK)
		put_oldname(s, *to, 0, false);
	return on_done(s, in);
}

uint32_t cmd_rename(struct imap *s, struct parser *p)
{
	struct slice *to = imap_alloc(s, sizeof(*to)), from;
	uint32_t wants;

	if (!to)
		return imap_no(s, PK_ENOMEM);
	if (!name_arg(s, p, false, &from, &wants) || !name_arg(s, p, true, to, &wants))
		return wants;
	if (slice_ends(*to, S("/")))
		to->n--;
	s->cmd->own = to;
	return ASK(s, rename, on_renamed, .mailbox = from, .to = *to);
}

static uint32_t subscribe(struct imap *s, struct parser *p, uint8_t on)
{
	struct slice name;
	uint32_t wants;

	if (!name_arg(s, p, true, &name, &wants))
		return wants;
	if (slice_ends(name, S("/"))) /* as some clients write the name of a level */
		name.n--;
	return ASK(s, subscribe, on_done, .mailbox = name, .on = on);
}

uint32_t cmd_subscribe(struct imap *s, struct parser *p)
{
	return subscribe(s, p, 1);
}

uint32_t cmd_unsubscribe(struct imap *s, struct parser *p)
{
	return subscribe(s, p, 0);
}
