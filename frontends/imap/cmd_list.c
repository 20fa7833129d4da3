#include "list_options.h"
#include "status_items.h"

/*
 * LIST and LSUB: RFC 3501 6.3.8 and 6.3.9, RFC 5258, RFC 5819, RFC 9051 6.3.9.
 *
 * The store sends names in the order of their levels, so that all above a name stand on a stack
 * when its row comes. Whether one of those is to be told may depend on what is below it: then it is
 * told once that is known, and at the latest when all below it has passed.
 */
#define LEVELS_MAX 32 /* the store makes no deeper names */

struct level {
	struct pk_mailbox row; /* of its name only the length counts */
	bool matches, selected, said;
	bool below; /* a name below it was selected */
};

struct list {
	struct list_query query;
	bool lsub;
	struct buf name; /* the one at hand; those on the stack are its beginnings */
	size_t depth;
	struct level stack[LEVELS_MAX];
};

static void free_list(void *own)
{
	struct list *l = own;

	list_query_free(&l->query);
	buf_free(&l->name);
}

static bool is_mailbox(const struct pk_mailbox *row)
{
	return row->exists && !(row->attributes & PK_MB_NOSELECT);
}

static bool is_selected(const struct list *l, const struct pk_mailbox *row)
{
	unsigned by = l->query.select;

	if (by & LIST_SUBSCRIBED && !row->subscribed)
		return false;
	if (by & LIST_SPECIAL_USE && !(row->attributes & PK_MB_USES))
		return false;
	/* RFC 5258 3: what is a level only is told if nothing else would tell of it. */
	return by & LIST_CRITERIA || !l->query.extended || is_mailbox(row);
}

/*
 * RFC 3501 6.3.9: in LSUB \Noselect says that the name is not subscribed. A level without a mailbox
 * is \Noselect in a plain LIST, \NonExistent in an extended one (RFC 5258 3, example 11).
 */
static uint32_t attributes_of(const struct list *l, const struct level *v)
{
	uint32_t a = v->row.attributes;

	if (l->query.extended)
		return a & ~(uint32_t)PK_MB_NOSELECT;
	return l->lsub && !v->row.subscribed ? a | PK_MB_NOSELECT : a;
}

static void put_counters(struct imap *s, const struct list *l, const struct level *v,
                         struct slice name)
{
	const struct pk_mailbox *row = &v->row;

	put_status(s, name, l->query.status,
	           &(const struct pk_status_rep){.id = row->id,
	                                         .uidvalidity = row->uidvalidity,
	                                         .uidnext = row->uidnext,
	                                         .exists = row->messages,
	                                         .unseen = row->unseen,
	                                         .deleted = row->deleted,
	                                         .recent = row->recent,
	                                         .octets = row->octets,
	                                         .modseq = row->modseq,
	                                         .deleted_octets = row->deleted_octets});
}

static void say(struct imap *s, const struct list *l, struct level *v)
{
	struct slice name = slice_head(buf_slice(&l->name), v->row.name.n);
	bool info = l->query.select & LIST_RECURSIVE && v->below;

	put_list_line(s, &(struct list_line){
				 .name = name,
				 .lsub = l->lsub,
				 .nonexistent = l->query.extended && !is_mailbox(&v->row),
				 .subscribed = l->query.say_subscribed && v->row.subscribed,
				 .attributes = attributes_of(l, v),
				 .children_known = true,
				 .childinfo = info ? l->query.select & LIST_CRITERIA : 0,
			 });
	if (l->query.status && v->selected && is_mailbox(&v->row))
		put_counters(s, l, v, name);
	v->said = true;
}

/* Takes off the stack what `name` is not below. */
static void leave(struct imap *s, struct list *l, struct slice name)
{
	while (l->depth) {
		struct level *v = &l->stack[l->depth - 1];
		struct slice above = slice_head(buf_slice(&l->name), v->row.name.n);

		if (slice_starts(name, above) && name.n > above.n && name.p[above.n] == '/')
			return;
		if (v->selected && v->matches && !v->said)
			say(s, l, v);
		l->depth--;
	}
}

/*
 * A name was selected: what is above it is told if it was selected itself, and else if the pattern
 * does not reach the name (RFC 5258 3.3, 2 B; RFC 3501 6.3.9 "%").
 */
static void tell_above(struct imap *s, struct list *l, const struct level *of)
{
	for (struct level *v = l->stack; v < of; v++) {
		v->below = true;
		if (v->matches && !v->said && (v->selected || !of->matches))
			say(s, l, v);
	}
}

static enum pk_status take_row(struct imap *s, struct list *l, const struct pk_mailbox *row)
{
	struct level *v;

	leave(s, l, row->name);
	v = &l->stack[l->depth];
	if (l->depth == LEVELS_MAX)
		return PK_EIO;
	buf_clear(&l->name);
	buf_put(&l->name, row->name);
	if (l->name.failed)
		return PK_ENOMEM;
	l->depth++;
	*v = (struct level){.row = *row,
	                    .matches = list_matches(&l->query, row->name),
	                    .selected = is_selected(l, row)};
	if (v->selected && l->query.levels)
		tell_above(s, l, v);
	/* What is below it is known later. */
	if (v->selected && v->matches && !(l->query.select & LIST_RECURSIVE))
		say(s, l, v);
	return PK_OK;
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
		st = take_row(s, l, &row);
		if (st != PK_OK)
			return imap_no(s, st);
		if (out_full(s) && r.mailboxes.raw.n) {
			resume_at(in, raw.n - r.mailboxes.raw.n);
			return PK_REPLY;
		}
	}
	if (in->flags & PK_MORE)
		return PK_REPLY;
	leave(s, l, S(""));
	return imap_done(s);
}

static enum pk_list which(const struct list *l)
{
	if (!(l->query.select & LIST_SUBSCRIBED))
		return PK_LIST_NAMES;
	return l->query.levels ? PK_LIST_LEVELS : PK_LIST_SUBSCRIBED;
}

/* RFC 3501 6.3.8: an empty pattern asks for the separator and the root, which here is always "". */
static uint32_t root(struct imap *s)
{
	put(s, S("* LIST (\\Noselect) \"/\" \"\"\r\n"));
	return imap_done(s);
}

static uint32_t list(struct imap *s, struct parser *p, bool lsub)
{
	struct list *l = imap_alloc(s, sizeof(*l));
	enum pk_status st;
	bool parsed;

	if (!l)
		return imap_no(s, PK_ENOMEM);
	l->lsub = lsub;
	s->cmd->own = l;
	s->cmd->clean = free_list;
	parsed = lsub ? parse_lsub(s, p, &l->query, &st) : parse_list(s, p, &l->query, &st);
	if (!parsed)
		return st == PK_OK ? imap_bad(s, p->error) : imap_no(s, st);
	if (l->query.root)
		return root(s);
	if (!l->query.patterns) /* no mailbox can have such a name */
		return imap_done(s);
	status_enables(s, l->query.status);
	return ASK(s, list, on_list, .which = (uint8_t)which(l),
	           .want = status_want(l->query.status), .prefix = buf_slice(&l->query.prefix));
}

uint32_t cmd_list(struct imap *s, struct parser *p)
{
	return list(s, p, false);
}

uint32_t cmd_lsub(struct imap *s, struct parser *p)
{
	return list(s, p, true);
}
