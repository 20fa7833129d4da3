#include "search.h"

#include "base/date.h"
#include "mime/words.h"

/* What stands behind a key's word. */
enum argument {
	ARG_NONE,
	ARG_TEXT,
	ARG_DAY,
	ARG_NUMBER,
	ARG_KEYWORD,
	ARG_SET,
	ARG_HEADER,
	ARG_MODSEQ,
	ARG_SCAN
};

static const struct word {
	struct slice name;
	uint8_t argument; /* enum argument */
	uint8_t op;       /* enum search_op */
	uint8_t field;    /* enum search_field */
	uint8_t negated;  /* NOT follows */
	int64_t value;
} words[] = {
	{S("ALL"),        ARG_NONE,    SEARCH_ALL,     0,             0, 0          },
	{S("ANSWERED"),   ARG_NONE,    SEARCH_FLAG,    0,             0, PK_ANSWERED},
	{S("DELETED"),    ARG_NONE,    SEARCH_FLAG,    0,             0, PK_DELETED },
	{S("DRAFT"),      ARG_NONE,    SEARCH_FLAG,    0,             0, PK_DRAFT   },
	{S("FLAGGED"),    ARG_NONE,    SEARCH_FLAG,    0,             0, PK_FLAGGED },
	{S("SEEN"),       ARG_NONE,    SEARCH_FLAG,    0,             0, PK_SEEN    },
	{S("UNANSWERED"), ARG_NONE,    SEARCH_FLAG,    0,             1, PK_ANSWERED},
	{S("UNDELETED"),  ARG_NONE,    SEARCH_FLAG,    0,             1, PK_DELETED },
	{S("UNDRAFT"),    ARG_NONE,    SEARCH_FLAG,    0,             1, PK_DRAFT   },
	{S("UNFLAGGED"),  ARG_NONE,    SEARCH_FLAG,    0,             1, PK_FLAGGED },
	{S("UNSEEN"),     ARG_NONE,    SEARCH_FLAG,    0,             1, PK_SEEN    },
	{S("RECENT"),     ARG_NONE,    SEARCH_RECENT,  0,             0, 0          },
	{S("OLD"),        ARG_NONE,    SEARCH_RECENT,  0,             1, 0          },
	{S("KEYWORD"),    ARG_KEYWORD, SEARCH_FLAG,    0,             0, 0          },
	{S("UNKEYWORD"),  ARG_KEYWORD, SEARCH_FLAG,    0,             1, 0          },
	{S("BEFORE"),     ARG_DAY,     SEARCH_BEFORE,  FIELD_ARRIVAL, 0, 0          },
	{S("ON"),         ARG_DAY,     SEARCH_ON,      FIELD_ARRIVAL, 0, 0          },
	{S("SINCE"),      ARG_DAY,     SEARCH_SINCE,   FIELD_ARRIVAL, 0, 0          },
	{S("SENTBEFORE"), ARG_DAY,     SEARCH_BEFORE,  FIELD_SENT,    0, 0          },
	{S("SENTON"),     ARG_DAY,     SEARCH_ON,      FIELD_SENT,    0, 0          },
	{S("SENTSINCE"),  ARG_DAY,     SEARCH_SINCE,   FIELD_SENT,    0, 0          },
	{S("LARGER"),     ARG_NUMBER,  SEARCH_LARGER,  0,             0, 0          },
	{S("SMALLER"),    ARG_NUMBER,  SEARCH_SMALLER, 0,             0, 0          },
	{S("BCC"),        ARG_TEXT,    SEARCH_TEXT,    FIELD_BCC,     0, 0          },
	{S("CC"),         ARG_TEXT,    SEARCH_TEXT,    FIELD_CC,      0, 0          },
	{S("FROM"),       ARG_TEXT,    SEARCH_TEXT,    FIELD_FROM,    0, 0          },
	{S("SUBJECT"),    ARG_TEXT,    SEARCH_TEXT,    FIELD_SUBJECT, 0, 0          },
	{S("TO"),         ARG_TEXT,    SEARCH_TEXT,    FIELD_TO,      0, 0          },
	{S("HEADER"),     ARG_HEADER,  SEARCH_TEXT,    0,             0, 0          },
	{S("BODY"),       ARG_SCAN,    0,              0,             0, 0          },
	{S("TEXT"),       ARG_SCAN,    0,              0,             0, 0          },
	{S("MODSEQ"),     ARG_MODSEQ,  SEARCH_MODSEQ,  0,             0, 0          },
	{S("UID"),        ARG_SET,     SEARCH_SET,     0,             0, 0          },
};

/* Fields whose text the summary has as it stands in the header. */
static const struct {
	struct slice name;
	uint8_t field;
} headers[] = {
	{S("Subject"),     FIELD_SUBJECT    },
	{S("From"),        FIELD_FROM       },
	{S("To"),          FIELD_TO         },
	{S("Cc"),          FIELD_CC         },
	{S("Bcc"),         FIELD_BCC        },
	{S("Sender"),      FIELD_SENDER     },
	{S("Reply-To"),    FIELD_REPLY_TO   },
	{S("Date"),        FIELD_DATE       },
	{S("Message-Id"),  FIELD_MESSAGE_ID },
	{S("In-Reply-To"), FIELD_IN_REPLY_TO},
};

/* What is open while parsing: a list, or an operator that waits for its keys. */
struct frame {
	enum { IN_LIST, IN_NOT, IN_OR } kind;
	uint32_t keys; /* a list's so far; OR's still to come */
};

struct context {
	const struct view *view;
	struct parser *p;
	struct search_program *out;
	enum search_parsed why;
	struct frame frame[SEARCH_DEPTH_MAX];
	unsigned depth;
};

static bool stop(struct context *c, enum search_parsed why)
{
	if (c->why == SEARCH_PARSED)
		c->why = why;
	return false;
}

static bool bad(struct context *c, struct slice why)
{
	parse_fail(c->p, why);
	return stop(c, SEARCH_BAD);
}

static bool emit(struct context *c, const struct search_key *k)
{
	struct buf *b = &c->out->keys;

	if (b->n / sizeof(*k) >= SEARCH_KEYS_MAX)
		return bad(c, S("Too many search keys"));
	buf_put(b, (struct slice){(const char *)k, sizeof(*k)});
	return !b->failed || stop(c, SEARCH_MEMORY);
}

static bool emit_op(struct context *c, enum search_op op)
{
	return emit(c, &(struct search_key){.op = (uint8_t)op});
}

static bool push(struct context *c, int kind, uint32_t keys)
{
	if (c->depth == SEARCH_DEPTH_MAX)
		return bad(c, S("Search is nested too deep"));
	c->frame[c->depth++] = (struct frame){kind, keys};
	return true;
}

/* A key is complete: so may be what waited for it. */
static bool completed(struct context *c)
{
	while (c->depth) {
		struct frame *f = &c->frame[c->depth - 1];

		if (f->kind == IN_LIST)
			return f->keys++ == 0 || emit_op(c, SEARCH_AND);
		if (f->kind == IN_OR && --f->keys)
			return true;
		if (!emit_op(c, f->kind == IN_OR ? SEARCH_OR : SEARCH_NOT))
			return false;
		c->depth--;
	}
	return true;
}

static bool parse_text(struct context *c, struct search_key *k)
{
	struct slice text;
	struct buf folded = {0};

	if (!parse_space(c->p) || !parse_astring(c->p, &text))
		return stop(c, SEARCH_BAD);
	words_casemap(text, &folded);
	if (folded.failed) {
		buf_free(&folded);
		return stop(c, SEARCH_MEMORY);
	}
	k->text = buf_slice(&folded);
	return true;
}

static bool parse_day(struct context *c, struct search_key *k)
{
	struct slice text;

	if (!parse_space(c->p) || !parse_astring(c->p, &text))
		return stop(c, SEARCH_BAD);
	return date_parse_day(text, &k->value) || bad(c, S("Bad date"));
}

static bool parse_size(struct context *c, struct search_key *k)
{
	uint64_t n;

	if (!parse_space(c->p) || !parse_number(c->p, INT64_MAX, &n))
		return stop(c, SEARCH_BAD);
	k->value = (int64_t)n;
	return true;
}

static bool parse_keyword(struct context *c, struct search_key *k)
{
	struct slice name;
	unsigned bit;

	if (!parse_space(c->p) || !parse_atom(c->p, &name))
		return stop(c, SEARCH_BAD);
	if (keywords_find(&c->view->keywords, name, &bit))
		k->value = (int64_t)(UINT64_C(1) << bit);
	else
		k->op = SEARCH_NONE;
	return true;
}

static bool parse_messages(struct context *c, struct search_key *k, bool uid)
{
	struct slice set;
	enum pk_status st;

	if ((uid && !parse_space(c->p)) || !parse_set(c->p, &set))
		return stop(c, SEARCH_BAD);
	k->op = SEARCH_SET;
	c->out->numbers |= !uid;
	st = view_resolve(c->view, set, uid, &k->set);
	if (st == PK_OK)
		return true;
	return st == PK_EPROTO ? bad(c, S("Bad message set")) : stop(c, SEARCH_MEMORY);
}

static bool parse_header(struct context *c, struct search_key *k)
{
	struct slice name;

	if (!parse_space(c->p) || !parse_astring(c->p, &name) || !parse_text(c, k))
		return stop(c, SEARCH_BAD);
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (slice_ieq(name, headers[i].name)) {
			k->field = headers[i].field;
			return true;
		}
	return stop(c, SEARCH_CANNOT);
}

/* A message has one modseq for all its flags, so the name of one says nothing: RFC 7162 3.1.5. */
static bool parse_entry(struct parser *p)
{
	static const struct slice kinds[] = {S("priv"), S("shared"), S("all")};
	struct slice name, kind;

	if (!parse_string(p, &name) || !parse_space(p) || !parse_atom(p, &kind))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (slice_ieq(kind, kinds[i]) && slice_istarts(name, S("/flags/")))
			return parse_space(p);
	return parse_fail(p, S("Bad entry"));
}

static bool parse_modseq_key(struct context *c, struct search_key *k)
{
	struct parser *p = c->p;
	uint64_t n;

	if (!parse_space(p) || (parse_peek(p, '"') && !parse_entry(p)) ||
	    !parse_number(p, INT64_MAX, &n))
		return stop(c, SEARCH_BAD);
	k->value = (int64_t)n;
	c->out->modseq = true;
	return true;
}

static bool parse_argument(struct context *c, const struct word *w, struct search_key *k)
{
	switch ((enum argument)w->argument) {
	case ARG_NONE: return true;
	case ARG_TEXT: return parse_text(c, k);
	case ARG_DAY: return parse_day(c, k);
	case ARG_NUMBER: return parse_size(c, k);
	case ARG_KEYWORD: return parse_keyword(c, k);
	case ARG_SET: return parse_messages(c, k, true);
	case ARG_HEADER: return parse_header(c, k);
	case ARG_MODSEQ: return parse_modseq_key(c, k);
	case ARG_SCAN: return parse_text(c, k) && stop(c, SEARCH_CANNOT);
	}
	return false;
}

static void needs(struct search_program *g, const struct search_key *k)
{
	bool sent = k->op >= SEARCH_BEFORE && k->op <= SEARCH_SINCE && k->field == FIELD_SENT;

	if (k->op == SEARCH_FLAG || k->op == SEARCH_MODSEQ)
		g->want |= PK_WANT_FLAGS;
	if (k->op == SEARCH_LARGER || k->op == SEARCH_SMALLER)
		g->want |= PK_WANT_SIZE;
	if (k->op >= SEARCH_BEFORE && k->op <= SEARCH_SINCE && !sent)
		g->want |= PK_WANT_DATES;
	if (k->op == SEARCH_TEXT || sent) {
		g->summary = true;
		g->want |= PK_WANT_SUMMARY | PK_WANT_PREFIX | PK_WANT_SIZE;
	}
}

/* Sets outside of NOT, OR and parentheses say where to look at all. */
static void narrow(struct context *c, const struct search_key *k)
{
	if (k->op == SEARCH_SET && c->depth == 1)
		roaring_bitmap_and_inplace(c->out->all, k->set);
}

static bool add_key(struct context *c, struct search_key *k, bool negated)
{
	if (!negated)
		narrow(c, k);
	needs(c->out, k);
	if (!emit(c, k)) {
		free((char *)k->text.p);
		if (k->set)
			roaring_bitmap_free(k->set);
		return false;
	}
	return (!negated || emit_op(c, SEARCH_NOT)) && completed(c);
}

/* NEW is RECENT UNSEEN. */
static bool add_new(struct context *c)
{
	struct search_key seen = {.op = SEARCH_FLAG, .value = PK_SEEN};

	needs(c->out, &seen);
	return emit_op(c, SEARCH_RECENT) && emit(c, &seen) && emit_op(c, SEARCH_NOT) &&
	       emit_op(c, SEARCH_AND) && completed(c);
}

static bool parse_word_key(struct context *c)
{
	struct slice name;

	if (!parse_atom(c->p, &name))
		return bad(c, S("Missing search key"));
	if (slice_ieq(name, S("NEW")))
		return add_new(c);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const struct word *w = &words[i];
		struct search_key k = {.op = w->op, .field = w->field, .value = w->value};

		if (!slice_ieq(name, w->name))
			continue;
		if (parse_argument(c, w, &k))
			return add_key(c, &k, w->negated);
		free((char *)k.text.p);
		return false;
	}
	return bad(c, S("Unknown search key"));
}

static bool parse_key(struct context *c)
{
	struct parser *p = c->p;
	struct search_key k = {.op = SEARCH_SET};

	if (parse_peek(p, '(')) {
		p->in = slice_skip(p->in, 1);
		return push(c, IN_LIST, 0);
	}
	if (parse_word(p, S("NOT")))
		return push(c, IN_NOT, 0) && (parse_space(p) || stop(c, SEARCH_BAD));
	if (parse_word(p, S("OR")))
		return push(c, IN_OR, 2) && (parse_space(p) || stop(c, SEARCH_BAD));
	if (p->in.n && (p->in.p[0] == '*' || (p->in.p[0] >= '0' && p->in.p[0] <= '9')))
		return parse_messages(c, &k, false) && add_key(c, &k, false);
	return parse_word_key(c);
}

/* Behind a key: the ends of lists, then a space and another key, or the end. */
static bool parse_behind(struct context *c, bool *more)
{
	while (parse_peek(c->p, ')')) {
		struct frame *f = &c->frame[c->depth - 1];

		if (c->depth == 1 || f->kind != IN_LIST || !f->keys)
			return bad(c, S("Unexpected ')'"));
		c->p->in = slice_skip(c->p->in, 1);
		c->depth--;
		if (!completed(c))
			return false;
	}
	*more = c->p->in.n > 0;
	if (*more)
		return parse_space(c->p) || stop(c, SEARCH_BAD);
	return c->depth == 1 || bad(c, S("Search ends too early"));
}

static bool parse_keys(struct context *c)
{
	bool more = true;

	while (more) {
		unsigned depth = c->depth;

		if (!parse_key(c))
			return false;
		if (c->depth > depth) /* it opened something: its first key follows */
			continue;
		if (!parse_behind(c, &more))
			return false;
	}
	return true;
}

static bool parse_charset(struct context *c)
{
	struct slice name;

	if (!parse_space(c->p))
		return stop(c, SEARCH_BAD);
	if (!parse_word(c->p, S("CHARSET")))
		return true;
	if (!parse_space(c->p) || !parse_astring(c->p, &name) || !parse_space(c->p))
		return stop(c, SEARCH_BAD);
	return slice_ieq(name, S("UTF-8")) || slice_ieq(name, S("US-ASCII")) ||
	       stop(c, SEARCH_CHARSET);
}

enum search_parsed search_parse(const struct view *v, struct parser *p, struct search_program *out)
{
	struct context c = {.view = v, .p = p, .out = out};

	*out = (struct search_program){0};
	out->all = roaring_bitmap_andnot(v->told, v->gone);
	if (!out->all)
		return SEARCH_MEMORY;
	if (parse_charset(&c) && push(&c, IN_LIST, 0) && parse_keys(&c))
		return SEARCH_PARSED;
	return c.why == SEARCH_PARSED ? SEARCH_BAD : c.why;
}

void search_free(struct search_program *g)
{
	struct search_key *k = (struct search_key *)(void *)g->keys.p;

	for (size_t i = 0; i < g->keys.n / sizeof(*k); i++) {
		free((char *)k[i].text.p);
		if (k[i].set)
			roaring_bitmap_free(k[i].set);
	}
	buf_free(&g->keys);
	if (g->all)
		roaring_bitmap_free(g->all);
	g->all = NULL;
}
