#include "imap.h"
#include "view.h"

#include "proto/say.h"

/* Names of mailboxes and their counters: RFC 3501 6.3.3 to 6.3.7 and 6.3.10, RFC 2342. */

uint32_t cmd_namespace(struct imap *s, struct parser *p)
{
	if (!parse_end(p))
		return imap_bad(s, p->error);
	put(s, S("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"));
	return imap_done(s);
}

/* " mailbox", and nothing behind it if `last`. False: *wants has the answer. */
static bool name_arg(struct imap *s, struct parser *p, bool last, struct slice *name,
                     uint32_t *wants)
{
	enum pk_status st = PK_OK;

	if (parse_space(p) && mailbox_arg(s, p, name, &st) && (!last || parse_end(p)))
		return true;
	*wants = st == PK_OK ? imap_bad(s, p->error) : imap_no(s, st);
	return false;
}

/* The reply of a request that says nothing but whether it went well. */
static uint32_t on_done(struct imap *s, struct pk_in *in)
{
	enum pk_status st = reply_status(in);

	return st == PK_OK ? imap_done(s) : imap_no(s, st);
}

uint32_t cmd_create(struct imap *s, struct parser *p)
{
	struct slice name;
	uint32_t wants;

	if (!name_arg(s, p, true, &name, &wants))
		return wants;
	/* RFC 3501 6.3.3: a separator at the end says that children will follow. */
	if (slice_ends(name, S("/")))
		name.n--;
	return ASK(s, create, on_done, .mailbox = name);
}

static uint32_t on_removed(struct imap *s, struct pk_in *in)
{
	const struct slice *name = s->cmd->own;

	if (reply_status(in) == PK_OK && s->view && slice_eq(s->view->name, *name)) {
		view_free(s->view);
		s->view = NULL;
		s->state = IMAP_USER;
	}
	return on_done(s, in);
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

uint32_t cmd_rename(struct imap *s, struct parser *p)
{
	struct slice from, to;
	uint32_t wants;

	if (!name_arg(s, p, false, &from, &wants) || !name_arg(s, p, true, &to, &wants))
		return wants;
	if (slice_ends(to, S("/")))
		to.n--;
	return ASK(s, rename, on_done, .mailbox = from, .to = to);
}

static uint32_t subscribe(struct imap *s, struct parser *p, uint8_t on)
{
	struct slice name;
	uint32_t wants;

	if (!name_arg(s, p, true, &name, &wants))
		return wants;
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

/* STATUS: which numbers, and where the store's reply has them. */
static const struct status_item {
	struct slice name;
	size_t offset;
} status_items[] = {
	{S("MESSAGES"),    offsetof(struct pk_status_rep, exists)     },
	{S("RECENT"),      offsetof(struct pk_status_rep, recent)     },
	{S("UIDNEXT"),     offsetof(struct pk_status_rep, uidnext)    },
	{S("UIDVALIDITY"), offsetof(struct pk_status_rep, uidvalidity)},
	{S("UNSEEN"),      offsetof(struct pk_status_rep, unseen)     },
};
#define STATUS_ITEMS (sizeof(status_items) / sizeof(*status_items))

struct status_args {
	struct slice name;
	unsigned items; /* bit i: status_items[i] */
};

static bool parse_status_item(struct parser *p, unsigned *items)
{
	struct slice word;

	if (!parse_atom(p, &word))
		return false;
	for (size_t i = 0; i < STATUS_ITEMS; i++)
		if (slice_ieq(word, status_items[i].name)) {
			*items |= 1u << i;
			return true;
		}
	return parse_fail(p, S("Unknown status item"));
}

static bool parse_status_items(struct parser *p, unsigned *items)
{
	if (!parse_space(p) || !parse_char(p, '('))
		return false;
	do {
		if ((*items && !parse_space(p)) || !parse_status_item(p, items))
			return false;
	} while (!parse_peek(p, ')'));
	return parse_char(p, ')') && parse_end(p);
}

static uint32_t on_status(struct imap *s, struct pk_in *in)
{
	const struct status_args *a = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_status_rep r;
	const char *before = "";

	if (st == PK_OK)
		st = pk_get_status_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	put(s, S("* STATUS "));
	put_mailbox(s, a->name);
	put(s, S(" ("));
	for (size_t i = 0; i < STATUS_ITEMS; i++) {
		uint32_t value;

		if (!(a->items & 1u << i))
			continue;
		memcpy(&value, (const char *)&r + status_items[i].offset, sizeof(value));
		say_printf(s->io, "%s%s %u", before, status_items[i].name.p, value);
		before = " ";
	}
	put(s, S(")\r\n"));
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
	if (!parse_status_items(p, &a->items))
		return imap_bad(s, p->error);
	s->cmd->own = a;
	return ASK(s, status, on_status, .mailbox = a->name);
}
