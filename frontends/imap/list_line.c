#include "list_line.h"

/* RFC 6154 2. */
static const struct {
	uint32_t bit;
	struct slice name;
} uses[] = {
	{PK_MB_ALL,     S("\\All")    },
        {PK_MB_ARCHIVE, S("\\Archive")},
	{PK_MB_DRAFTS,  S("\\Drafts") },
        {PK_MB_FLAGGED, S("\\Flagged")},
	{PK_MB_JUNK,    S("\\Junk")   },
        {PK_MB_SENT,    S("\\Sent")   },
	{PK_MB_TRASH,   S("\\Trash")  },
};
#define USES (sizeof(uses) / sizeof(*uses))

static const struct {
	unsigned bit;
	struct slice name;
} criteria[] = {
	{LIST_SUBSCRIBED,  S("\"SUBSCRIBED\"") },
	{LIST_SPECIAL_USE, S("\"SPECIAL-USE\"")},
};

/* A word of a list, the first without a space before it. */
static void put_word(struct imap *s, bool *first, struct slice word)
{
	if (!*first)
		put(s, S(" "));
	put(s, word);
	*first = false;
}

static void put_attributes(struct imap *s, const struct list_line *l)
{
	bool first = true;

	if (l->nonexistent)
		put_word(s, &first, S("\\NonExistent"));
	if (l->attributes & PK_MB_NOSELECT)
		put_word(s, &first, S("\\Noselect"));
	if (l->children_known)
		put_word(s, &first,
		         l->attributes & PK_MB_CHILDREN ? S("\\HasChildren")
		                                        : S("\\HasNoChildren"));
	for (size_t i = 0; i < USES; i++)
		if (l->attributes & uses[i].bit)
			put_word(s, &first, uses[i].name);
	if (l->subscribed)
		put_word(s, &first, S("\\Subscribed"));
}

static void put_childinfo(struct imap *s, unsigned by)
{
	bool first = true;

	put(s, S(" (\"CHILDINFO\" ("));
	for (size_t i = 0; i < sizeof(criteria) / sizeof(*criteria); i++)
		if (by & criteria[i].bit)
			put_word(s, &first, criteria[i].name);
	put(s, S("))"));
}

void put_list_line(struct imap *s, const struct list_line *l)
{
	put(s, l->lsub ? S("* LSUB (") : S("* LIST ("));
	put_attributes(s, l);
	put(s, S(") \"/\" "));
	put_mailbox(s, l->name);
	if (l->childinfo)
		put_childinfo(s, l->childinfo);
	if (l->oldname.n) {
		put(s, S(" (\"OLDNAME\" ("));
		put_mailbox(s, l->oldname);
		put(s, S("))"));
	}
	put(s, S("\r\n"));
}

void put_oldname(struct imap *s, struct slice now, uint32_t attributes, bool nonexistent)
{
	if (s->modes & MODE_REV2 && s->cmd->denormal)
		put_list_line(s, &(struct list_line){.name = now,
		                                     .attributes = attributes,
		                                     .nonexistent = nonexistent,
		                                     .oldname = s->cmd->given});
}

static uint32_t find_use(struct slice word)
{
	for (size_t i = 0; i < USES; i++)
		if (slice_ieq(word, slice_skip(uses[i].name, 1)))
			return uses[i].bit;
	return 0;
}

bool parse_uses(struct parser *p, uint32_t *bits, bool *unknown)
{
	bool first = true;

	if (!parse_space(p) || !parse_char(p, '('))
		return false;
	while (!parse_peek(p, ')')) {
		struct slice word;
		uint32_t bit;

		if ((!first && !parse_space(p)) || !parse_char(p, '\\') || !parse_atom(p, &word))
			return false;
		bit = find_use(word);
		*bits |= bit;
		*unknown |= !bit;
		first = false;
	}
	return parse_char(p, ')');
}
