#include "imap.h"

#include "glob.h"
#include "mutf7.h"

/*
 * LIST and LSUB: RFC 3501 6.3.8 and 6.3.9, RFC 3348 for the children, RFC 6154 for the uses. The
 * store sends names in the order of their levels: what is below a name follows it at once. So a
 * level above that has no row of its own is known by the name before.
 */
struct list {
	bool lsub;
	struct glob *pattern;
	struct buf last; /* the name before */
	struct buf name; /* the pattern as text */
};

static void free_list(void *own)
{
	struct list *l = own;

	free(l->pattern);
	buf_free(&l->last);
	buf_free(&l->name);
}

static const struct {
	uint32_t bit;
	struct slice name;
} uses[] = {
	{PK_MB_ALL,     S(" \\All")    },
        {PK_MB_ARCHIVE, S(" \\Archive")},
	{PK_MB_DRAFTS,  S(" \\Drafts") },
        {PK_MB_FLAGGED, S(" \\Flagged")},
	{PK_MB_JUNK,    S(" \\Junk")   },
        {PK_MB_SENT,    S(" \\Sent")   },
	{PK_MB_TRASH,   S(" \\Trash")  },
};

static void put_row(struct imap *s, const struct list *l, struct slice name, uint32_t attributes)
{
	bool children = attributes & PK_MB_CHILDREN;

	put(s, l->lsub ? S("* LSUB (") : S("* LIST ("));
	if (attributes & PK_MB_NOSELECT)
		put(s, S("\\Noselect "));
	put(s, children ? S("\\HasChildren") : S("\\HasNoChildren"));
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++)
		if (attributes & uses[i].bit)
			put(s, uses[i].name);
	put(s, S(") \"/\" "));
	put_mailbox(s, name);
	put(s, S("\r\n"));
}

/* Is `name` the name before, or above it? */
static bool was_said(const struct list *l, struct slice name)
{
	struct slice last = buf_slice(&l->last);

	return slice_starts(last, name) && (last.n == name.n || last.p[name.n] == '/');
}

/* The levels above a name that have no row of their own. LSUB tells them only where the name itself
 * does not match (RFC 3501 6.3.9, "foo/bar" and "%"). */
static void put_missing_levels(struct imap *s, const struct list *l, struct slice name)
{
	for (size_t i = 1; i < name.n; i++) {
		struct slice level = {name.p, i};

		if (name.p[i] == '/' && !was_said(l, level) && glob_match(l->pattern, level))
			put_row(s, l, level, PK_MB_NOSELECT | PK_MB_CHILDREN);
	}
}

static bool take_row(struct imap *s, struct list *l, const struct pk_mailbox *row)
{
	uint32_t attributes = row->attributes;

	bool match = glob_match(l->pattern, row->name);

	if (!l->lsub || !match)
		put_missing_levels(s, l, row->name);
	if (!row->exists)
		attributes |= PK_MB_NOSELECT;
	if (match)
		put_row(s, l, row->name, attributes);
	buf_clear(&l->last);
	buf_put(&l->last, row->name);
	return !l->last.failed;
}

static uint32_t on_list(struct imap *s, struct pk_in *in)
{
	struct list *l = s->cmd->own;
	enum pk_status st = reply_status(in);
	struct pk_list_rep r;
	struct pk_mailbox row;
	struct slice raw;

	if (st == PK_OK)
		st = pk_get_list_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	raw = r.mailboxes.raw;
	r.mailboxes.raw = slice_skip(raw, resumed_at(in));
	while (pk_next_mailbox(&r.mailboxes, &row)) {
		if (!take_row(s, l, &row))
			return imap_no(s, PK_ENOMEM);
		if (out_full(s) && r.mailboxes.raw.n) {
			resume_at(in, raw.n - r.mailboxes.raw.n);
			return PK_REPLY;
		}
	}
	return in->flags & PK_MORE ? PK_REPLY : imap_done(s);
}

/* RFC 3501 6.3.8: an empty pattern asks for the separator and the root, which here is always "". */
static uint32_t root(struct imap *s)
{
	put(s, S("* LIST (\\Noselect) \"/\" \"\"\r\n"));
	return imap_done(s);
}

/* RFC 3501 6.3.8: the pattern is relative to the reference; wildcards stay what they are. */
static enum pk_status make_pattern(struct list *l, bool utf8, struct slice reference,
                                   struct slice pattern)
{
	enum pk_status st;

	buf_put(&l->last, reference);
	buf_put(&l->last, pattern);
	st = l->last.failed ? PK_ENOMEM : mailbox_from_wire(buf_slice(&l->last), utf8, &l->name);
	buf_clear(&l->last);
	return st == PK_OK ? glob_new(buf_slice(&l->name), &l->pattern) : st;
}

static uint32_t list(struct imap *s, struct parser *p, bool lsub)
{
	struct list *l = imap_alloc(s, sizeof(*l));
	struct slice reference, pattern;
	enum pk_status st;

	if (!l)
		return imap_no(s, PK_ENOMEM);
	if (!parse_space(p) || !parse_astring(p, &reference) || !parse_space(p) ||
	    !parse_list_mailbox(p, &pattern) || !parse_end(p))
		return imap_bad(s, p->error);
	if (!pattern.n && !lsub)
		return root(s);
	l->lsub = lsub;
	s->cmd->own = l;
	s->cmd->clean = free_list;
	st = make_pattern(l, names_are_utf8(s), reference, pattern);
	if (st == PK_EINVAL || st == PK_ELIMIT) /* no mailbox can have such a name */
		return imap_done(s);
	if (st != PK_OK)
		return imap_no(s, st);
	return ASK(s, list, on_list, .subscribed_only = lsub);
}

uint32_t cmd_list(struct imap *s, struct parser *p)
{
	return list(s, p, false);
}

uint32_t cmd_lsub(struct imap *s, struct parser *p)
{
	return list(s, p, true);
}
