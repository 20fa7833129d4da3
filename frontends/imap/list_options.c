#include "list_options.h"

#include "mutf7.h"
#include "status_items.h"

static const struct {
	struct slice word;
	unsigned bit;
} selections[] = {
	{S("SUBSCRIBED"),     LIST_SUBSCRIBED },
	{S("SPECIAL-USE"),    LIST_SPECIAL_USE},
	{S("REMOTE"),         LIST_REMOTE     },
	{S("RECURSIVEMATCH"), LIST_RECURSIVE  },
};

static bool take_selection(const struct imap *s, struct parser *p, struct list_query *q)
{
	struct slice word;

	(void)s;
	if (!parse_atom(p, &word))
		return false;
	for (size_t i = 0; i < sizeof(selections) / sizeof(*selections); i++)
		if (slice_ieq(word, selections[i].word)) {
			q->select |= selections[i].bit;
			return true;
		}
	return parse_fail(p, S("Unknown selection option"));
}

/* Children and uses are always told; REMOTE has no such option (RFC 5258 3). */
static bool take_return(const struct imap *s, struct parser *p, struct list_query *q)
{
	struct slice word;

	if (!parse_atom(p, &word))
		return false;
	if (slice_ieq(word, S("SUBSCRIBED"))) {
		q->say_subscribed = true;
		return true;
	}
	if (slice_ieq(word, S("CHILDREN")) || slice_ieq(word, S("SPECIAL-USE")))
		return true;
	if (slice_ieq(word, S("STATUS")))
		return parse_space(p) && parse_status_items(s, p, &q->status);
	return parse_fail(p, S("Unknown return option"));
}

/* "(" [one *(SP one)] ")" */
static bool in_parentheses(const struct imap *s, struct parser *p, struct list_query *q,
                           bool (*one)(const struct imap *, struct parser *, struct list_query *))
{
	bool first = true;

	if (!parse_char(p, '('))
		return false;
	while (!parse_peek(p, ')')) {
		if ((!first && !parse_space(p)) || !one(s, p, q))
			return false;
		first = false;
	}
	q->extended = true;
	return parse_char(p, ')');
}

/* RFC 5258 3.1: RECURSIVEMATCH is about what other options select. */
static bool parse_selections(const struct imap *s, struct parser *p, struct list_query *q)
{
	if (!parse_peek(p, '('))
		return true;
	if (!in_parentheses(s, p, q, take_selection) || !parse_space(p))
		return false;
	if (q->select & LIST_RECURSIVE && !(q->select & LIST_CRITERIA))
		return parse_fail(p, S("RECURSIVEMATCH needs another option"));
	q->say_subscribed = q->select & LIST_SUBSCRIBED;
	return true;
}

static bool parse_returns(const struct imap *s, struct parser *p, struct list_query *q)
{
	if (!p->in.n)
		return true;
	if (!parse_space(p))
		return false;
	if (!parse_word(p, S("RETURN")))
		return parse_fail(p, S("Too many arguments"));
	return parse_space(p) && in_parentheses(s, p, q, take_return) && parse_end(p);
}

static size_t first_wildcard(struct slice pattern)
{
	size_t n = 0;

	while (n < pattern.n && pattern.p[n] != '*' && pattern.p[n] != '%')
		n++;
	return n;
}

/* How a name begins that matches. INBOX also matches what differs from it in case. */
static struct slice prefix_of(struct slice pattern)
{
	struct slice prefix = slice_head(pattern, first_wildcard(pattern));
	struct slice inbox = slice_head(S("INBOX"), prefix.n);

	if (prefix.n < pattern.n && slice_istarts(prefix, inbox) && !slice_starts(prefix, inbox))
		prefix.n = 0;
	return prefix;
}

static void narrow_prefix(struct list_query *q, struct slice pattern)
{
	struct slice prefix = prefix_of(pattern);
	size_t n = 0;

	if (!q->patterns) {
		buf_clear(&q->prefix);
		buf_put(&q->prefix, prefix);
		return;
	}
	while (n < prefix.n && n < q->prefix.n && prefix.p[n] == q->prefix.p[n])
		n++;
	q->prefix.n = n;
}

static enum pk_status add_glob(struct imap *s, struct list_query *q, struct slice pattern)
{
	struct list_pattern *node = imap_alloc(s, sizeof(*node));
	enum pk_status st;

	if (first_wildcard(pattern) < pattern.n)
		q->wild_octets += pattern.n;
	if (++q->count > LIST_PATTERNS_MAX ||
	    (q->wild_octets > LIST_WILD_OCTETS_MAX && q->wild_octets > pattern.n))
		return PK_ELIMIT;
	st = node ? glob_new(pattern, &node->glob) : PK_ENOMEM;
	if (st == PK_ELIMIT) /* longer than any name */
		return PK_OK;
	if (st != PK_OK)
		return st;
	narrow_prefix(q, pattern);
	node->next = q->patterns;
	q->patterns = node;
	return q->prefix.failed ? PK_ENOMEM : PK_OK;
}

/* RFC 3501 6.3.8: the pattern is relative to the reference; wildcards stay what they are. What
 * cannot be a name is left out: nothing matches it. */
static enum pk_status add_pattern(struct imap *s, struct list_query *q, struct slice reference,
                                  struct slice pattern)
{
	struct buf wire = {0}, name = {0};
	enum pk_status st = PK_ENOMEM;

	buf_put(&wire, reference);
	buf_put(&wire, pattern);
	if (!wire.failed)
		st = mailbox_from_wire(buf_slice(&wire), names_are_utf8(s), &name);
	if (st == PK_OK)
		st = add_glob(s, q, buf_slice(&name));
	else if (st == PK_EINVAL)
		st = PK_OK;
	buf_free(&wire);
	buf_free(&name);
	return st;
}

/* RFC 5258 3: in an extended LIST an empty pattern matches nothing. */
static bool parse_patterns(struct imap *s, struct parser *p, struct list_query *q,
                           struct slice reference, enum pk_status *st)
{
	struct slice pattern;

	q->extended = true;
	if (!parse_char(p, '('))
		return false;
	do {
		if (!parse_list_mailbox(p, &pattern))
			return false;
		if (pattern.n)
			*st = add_pattern(s, q, reference, pattern);
		if (*st != PK_OK)
			return false;
	} while (parse_peek(p, ' ') && parse_space(p));
	return parse_char(p, ')');
}

bool parse_list(struct imap *s, struct parser *p, struct list_query *q, enum pk_status *st)
{
	struct slice reference, pattern = {0};

	*st = PK_OK;
	if (!parse_space(p) || !parse_selections(s, p, q) || !parse_astring(p, &reference) ||
	    !parse_space(p))
		return false;
	if (parse_peek(p, '(') ? !parse_patterns(s, p, q, reference, st)
	                       : !parse_list_mailbox(p, &pattern))
		return false;
	if (!parse_returns(s, p, q))
		return false;
	if (pattern.n)
		*st = add_pattern(s, q, reference, pattern);
	q->root = !q->extended && !pattern.n;
	q->levels = q->select & LIST_RECURSIVE || !(q->select & LIST_CRITERIA);
	return *st == PK_OK;
}

bool parse_lsub(struct imap *s, struct parser *p, struct list_query *q, enum pk_status *st)
{
	struct slice reference, pattern;

	*st = PK_OK;
	if (!parse_space(p) || !parse_astring(p, &reference) || !parse_space(p) ||
	    !parse_list_mailbox(p, &pattern) || !parse_end(p))
		return false;
	q->select = LIST_SUBSCRIBED;
	q->levels = slice_ends(pattern, S("%")); /* RFC 3501 6.3.9: "a special situation" */
	*st = add_pattern(s, q, reference, pattern);
	return *st == PK_OK;
}

void list_query_free(struct list_query *q)
{
	for (struct list_pattern *l = q->patterns; l; l = l->next)
		free(l->glob);
	q->patterns = NULL;
	buf_free(&q->prefix);
}

bool list_matches(const struct list_query *q, struct slice name)
{
	for (const struct list_pattern *l = q->patterns; l; l = l->next)
		if (glob_match(l->glob, name))
			return true;
	return false;
}
