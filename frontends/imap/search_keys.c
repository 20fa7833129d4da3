#include "search.h"

#include "objectid.h"

#include "base/date.h"
#include "mime/charset.h"
#include "mime/words.h"

/* The words of SEARCH: RFC 9051 6.4.4, RFC 5032, RFC 7162 3.1.5, RFC 8474 section 6, RFC 8514. */

/* What stands behind a key's word. */
enum argument {
	ARG_NONE,
	ARG_TEXT,
	ARG_HEADER,
	ARG_DAY,
	ARG_NUMBER,
	ARG_INTERVAL,
	ARG_KEYWORD,
	ARG_UIDS,
	ARG_MODSEQ,
	ARG_OBJECTID,
};

static const struct word {
	struct slice name;
	uint8_t argument; /* enum argument */
	uint8_t op;       /* enum search_op */
	uint8_t field;    /* enum search_field */
	uint8_t negated;  /* NOT follows */
	int64_t value;
} words[] = {
	{S("ALL"),               ARG_NONE,     SEARCH_ALL,     0,             0, 0          },
	{S("ANSWERED"),          ARG_NONE,     SEARCH_FLAG,    0,             0, PK_ANSWERED},
	{S("DELETED"),           ARG_NONE,     SEARCH_FLAG,    0,             0, PK_DELETED },
	{S("DRAFT"),             ARG_NONE,     SEARCH_FLAG,    0,             0, PK_DRAFT   },
	{S("FLAGGED"),           ARG_NONE,     SEARCH_FLAG,    0,             0, PK_FLAGGED },
	{S("SEEN"),              ARG_NONE,     SEARCH_FLAG,    0,             0, PK_SEEN    },
	{S("UNANSWERED"),        ARG_NONE,     SEARCH_FLAG,    0,             1, PK_ANSWERED},
	{S("UNDELETED"),         ARG_NONE,     SEARCH_FLAG,    0,             1, PK_DELETED },
	{S("UNDRAFT"),           ARG_NONE,     SEARCH_FLAG,    0,             1, PK_DRAFT   },
	{S("UNFLAGGED"),         ARG_NONE,     SEARCH_FLAG,    0,             1, PK_FLAGGED },
	{S("UNSEEN"),            ARG_NONE,     SEARCH_FLAG,    0,             1, PK_SEEN    },
	{S("RECENT"),            ARG_NONE,     SEARCH_RECENT,  0,             0, 0          },
	{S("OLD"),               ARG_NONE,     SEARCH_RECENT,  0,             1, 0          },
	{S("KEYWORD"),           ARG_KEYWORD,  SEARCH_FLAG,    0,             0, 0          },
	{S("UNKEYWORD"),         ARG_KEYWORD,  SEARCH_FLAG,    0,             1, 0          },
	{S("BEFORE"),            ARG_DAY,      SEARCH_BEFORE,  FIELD_ARRIVAL, 0, 0          },
	{S("ON"),                ARG_DAY,      SEARCH_ON,      FIELD_ARRIVAL, 0, 0          },
	{S("SINCE"),             ARG_DAY,      SEARCH_SINCE,   FIELD_ARRIVAL, 0, 0          },
	{S("SAVEDBEFORE"),       ARG_DAY,      SEARCH_BEFORE,  FIELD_SAVED,   0, 0          },
	{S("SAVEDON"),           ARG_DAY,      SEARCH_ON,      FIELD_SAVED,   0, 0          },
	{S("SAVEDSINCE"),        ARG_DAY,      SEARCH_SINCE,   FIELD_SAVED,   0, 0          },
	{S("SAVEDATESUPPORTED"), ARG_NONE,     SEARCH_ALL,     0,             0, 0          },
	{S("SENTBEFORE"),        ARG_DAY,      SEARCH_BEFORE,  FIELD_SENT,    0, 0          },
	{S("SENTON"),            ARG_DAY,      SEARCH_ON,      FIELD_SENT,    0, 0          },
	{S("SENTSINCE"),         ARG_DAY,      SEARCH_SINCE,   FIELD_SENT,    0, 0          },
	{S("OLDER"),             ARG_INTERVAL, SEARCH_OLDER,   0,             0, 0          },
	{S("YOUNGER"),           ARG_INTERVAL, SEARCH_YOUNGER, 0,             0, 0          },
	{S("LARGER"),            ARG_NUMBER,   SEARCH_LARGER,  0,             0, 0          },
	{S("SMALLER"),           ARG_NUMBER,   SEARCH_SMALLER, 0,             0, 0          },
	{S("BCC"),               ARG_TEXT,     SEARCH_FIELD,   FIELD_BCC,     0, 0          },
	{S("CC"),                ARG_TEXT,     SEARCH_FIELD,   FIELD_CC,      0, 0          },
	{S("FROM"),              ARG_TEXT,     SEARCH_FIELD,   FIELD_FROM,    0, 0          },
	{S("SUBJECT"),           ARG_TEXT,     SEARCH_FIELD,   FIELD_SUBJECT, 0, 0          },
	{S("TO"),                ARG_TEXT,     SEARCH_FIELD,   FIELD_TO,      0, 0          },
	{S("HEADER"),            ARG_HEADER,   SEARCH_HEADER,  0,             0, 0          },
	{S("BODY"),              ARG_TEXT,     SEARCH_BODY,    0,             0, 0          },
	{S("TEXT"),              ARG_TEXT,     SEARCH_TEXT,    0,             0, 0          },
	{S("UID"),               ARG_UIDS,     SEARCH_SET,     0,             0, 0          },
	{S("MODSEQ"),            ARG_MODSEQ,   SEARCH_MODSEQ,  0,             0, 0          },
	{S("EMAILID"),           ARG_OBJECTID, SEARCH_EMAILID, 0,             0, 0          },
	{S("THREADID"),          ARG_OBJECTID, SEARCH_NONE,    0,             0, 0          },
};

/* Fields whose text the summary has as it stands in the header. */
static const struct {
	struct slice name;
	uint8_t field;
} fields[] = {
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

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

bool search_stop(struct search_parser *c, enum search_parsed why)
{
	if (c->why == SEARCH_PARSED)
		c->why = why;
	return false;
}

bool search_bad(struct search_parser *c, struct slice why)
{
	parse_fail(c->p, why);
	return search_stop(c, SEARCH_BAD);
}

static void free_key(const struct search_key *k)
{
	free((char *)k->text.p);
	if (k->set)
		roaring_bitmap_free(k->set);
}

void search_free(struct search_program *g)
{
	for (size_t i = 0; i < search_keys(g); i++)
		free_key(search_key_at(g, i));
	buf_free(&g->keys);
	if (g->all)
		roaring_bitmap_free(g->all);
	g->all = NULL;
}

static bool search_emit(struct search_parser *c, const struct search_key *k)
{
	struct buf *b = &c->out->keys;

	if (search_keys(c->out) < SEARCH_KEYS_MAX) {
		buf_put(b, (struct slice){(const char *)k, sizeof(*k)});
		if (!b->failed)
			return true;
		search_stop(c, SEARCH_MEMORY);
	}
	free_key(k);
	return search_stop(c, SEARCH_LIMIT);
}

bool search_emit_op(struct search_parser *c, enum search_op op)
{
	return search_emit(c, &(struct search_key){.op = (uint8_t)op});
}

/* ---- arguments ---- */

static bool keep(struct search_parser *c, struct search_key *k, struct buf *b)
{
	if (b->failed) {
		buf_free(b);
		return search_stop(c, SEARCH_MEMORY);
	}
	k->text = buf_slice(b);
	return true;
}

static bool parse_text(struct search_parser *c, struct search_key *k)
{
	struct slice text, charset = c->context->charset;
	struct buf utf8 = {0}, folded = {0};

	if (!parse_space(c->p) || !parse_astring(c->p, &text))
		return search_stop(c, SEARCH_BAD);
	if (charset.n) {
		(void)charset_to_utf8(charset, text, &utf8);
		text = buf_slice(&utf8);
	}
	words_casemap(text, &folded);
	folded.failed |= utf8.failed;
	buf_free(&utf8);
	if (!keep(c, k, &folded))
		return false;
	if (!k->text.n && k->op >= SEARCH_TEXT) { /* the empty string is in every text */
		k->op = SEARCH_ALL;
		return true;
	}
	k->number = c->out->needles++;
	if (k->text.n > c->out->needle_most)
		c->out->needle_most = k->text.n;
	return true;
}

/* Of fields of addresses the summary has these, not how they are written, nor whether there is an
 * empty field. */
static bool summary_shows(uint8_t field, struct slice text)
{
	if (field < FIELD_FROM || field > FIELD_REPLY_TO)
		return true;
	for (size_t i = 0; i < text.n; i++)
		if (strchr("\"\\()<>,:;", text.p[i]))
			return false;
	return text.n > 0;
}

/* RFC 3501 6.4.4: of the text that comes after the colon. */
static bool parse_header(struct search_parser *c, struct search_key *k)
{
	if (!parse_space(c->p) || !parse_astring(c->p, &k->name) || !parse_text(c, k))
		return search_stop(c, SEARCH_BAD);
	for (size_t i = 0; i < COUNT(fields); i++)
		if (slice_ieq(k->name, fields[i].name) && summary_shows(fields[i].field, k->text)) {
			k->op = SEARCH_FIELD;
			k->field = fields[i].field;
		}
	return true;
}

/* For when the summary does not have all of a field: then it is looked for in the header. */
static bool parse_field(struct search_parser *c, struct search_key *k)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (k->op == SEARCH_FIELD && fields[i].field == k->field)
			k->name = fields[i].name;
	return parse_text(c, k);
}

static bool parse_day(struct search_parser *c, struct search_key *k)
{
	struct slice text;

	if (!parse_space(c->p) || !parse_astring(c->p, &text))
		return search_stop(c, SEARCH_BAD);
	return date_parse_day(text, &k->value) || search_bad(c, S("Bad date"));
}

static bool parse_positive(struct search_parser *c, struct search_key *k)
{
	uint64_t n;

	if (!parse_space(c->p) || !parse_number(c->p, INT64_MAX, &n))
		return search_stop(c, SEARCH_BAD);
	k->value = (int64_t)n;
	return true;
}

static int64_t seconds(int64_t ms)
{
	return ms / 1000 - (ms % 1000 < 0);
}

/* RFC 5032 section 2: to the second. */
static bool parse_interval(struct search_parser *c, struct search_key *k)
{
	if (!parse_positive(c, k))
		return false;
	if (!k->value || k->value > UINT32_MAX)
		return search_bad(c, S("Bad interval"));
	k->value = seconds(c->context->now_ms) - k->value;
	return true;
}

static bool parse_keyword(struct search_parser *c, struct search_key *k)
{
	struct slice name;
	unsigned bit;

	if (!parse_space(c->p) || !parse_atom(c->p, &name))
		return search_stop(c, SEARCH_BAD);
	if (keywords_find(&c->context->view->keywords, name, &bit))
		k->value = (int64_t)(UINT64_C(1) << bit);
	else
		k->op = SEARCH_NONE;
	return true;
}

static bool parse_messages(struct search_parser *c, struct search_key *k, bool uid)
{
	struct slice set;
	enum pk_status st;

	if ((uid && !parse_space(c->p)) || !parse_set(c->p, &set))
		return search_stop(c, SEARCH_BAD);
	k->op = SEARCH_SET;
	c->out->numbers |= !uid && !slice_eq(set, S("$"));
	st = view_resolve(c->context->view, set, uid, &k->set);
	if (st == PK_OK)
		return true;
	return st == PK_EPROTO ? search_bad(c, S("Bad message set"))
	                       : search_stop(c, SEARCH_MEMORY);
}

static bool parse_uids(struct search_parser *c, struct search_key *k)
{
	return parse_messages(c, k, true);
}

/* RFC 7162 section 7, search-modseq-ext: there is one mod-sequence for all flags of a message, so
 * what is named makes no difference (3.1.5). */
static bool parse_entry(struct search_parser *c)
{
	struct slice entry, flag;

	if (!parse_string(c->p, &entry) || !parse_space(c->p))
		return search_stop(c, SEARCH_BAD);
	flag = slice_skip(entry, 7);
	if (slice_starts(flag, S("\\")))
		flag = slice_skip(flag, 1);
	if (!slice_istarts(entry, S("/flags/")) || !is_atom(flag))
		return search_bad(c, S("Bad metadata name"));
	return parse_word(c->p, S("all")) || parse_word(c->p, S("priv")) ||
	       parse_word(c->p, S("shared")) || search_bad(c, S("Bad metadata type"));
}

static bool parse_modseq(struct search_parser *c, struct search_key *k)
{
	struct parser ahead = *c->p;

	if (!parse_space(&ahead))
		return search_bad(c, ahead.error);
	if (parse_peek(&ahead, '"')) {
		*c->p = ahead;
		if (!parse_entry(c))
			return false;
	}
	c->out->modseq = true;
	return parse_positive(c, k);
}

static bool parse_objectid(struct search_parser *c, struct search_key *k)
{
	struct slice id;
	struct buf copy = {0};

	if (!parse_space(c->p) || !parse_atom(c->p, &id))
		return search_stop(c, SEARCH_BAD);
	if (!is_objectid(id))
		return search_bad(c, S("Bad object identifier"));
	buf_put(&copy, id);
	return keep(c, k, &copy);
}

static bool (*const arguments[])(struct search_parser *c, struct search_key *k) = {
	[ARG_NONE] = NULL,
	[ARG_TEXT] = parse_field,
	[ARG_HEADER] = parse_header,
	[ARG_DAY] = parse_day,
	[ARG_NUMBER] = parse_positive,
	[ARG_INTERVAL] = parse_interval,
	[ARG_KEYWORD] = parse_keyword,
	[ARG_UIDS] = parse_uids,
	[ARG_MODSEQ] = parse_modseq,
	[ARG_OBJECTID] = parse_objectid,
};

/* ---- keys ---- */

/* What a row must have for a key, besides its UID. */
static uint32_t wants(const struct search_key *k)
{
	static const uint32_t by_op[] = {
		[SEARCH_FLAG] = PK_WANT_FLAGS,   [SEARCH_BEFORE] = PK_WANT_DATES,
		[SEARCH_ON] = PK_WANT_DATES,     [SEARCH_SINCE] = PK_WANT_DATES,
		[SEARCH_OLDER] = PK_WANT_DATES,  [SEARCH_YOUNGER] = PK_WANT_DATES,
		[SEARCH_LARGER] = PK_WANT_SIZE,  [SEARCH_SMALLER] = PK_WANT_SIZE,
		[SEARCH_MODSEQ] = PK_WANT_FLAGS, [SEARCH_EMAILID] = PK_WANT_GUID,
		[SEARCH_FIELD] = SEARCH_SUMMARY, [SEARCH_BODY] = 0,
	};
	bool sent = k->op >= SEARCH_BEFORE && k->op <= SEARCH_SINCE && k->field == FIELD_SENT;

	return sent ? SEARCH_SUMMARY : by_op[k->op];
}

static void needs(struct search_program *g, const struct search_key *k)
{
	g->want |= wants(k);
	g->summary |= wants(k) == SEARCH_SUMMARY;
	g->octets |= k->op > SEARCH_FIELD;
}

static bool add(struct search_parser *c, struct search_key *k, bool negated)
{
	needs(c->out, k);
	if (search_emit(c, k))
		return !negated || search_emit_op(c, SEARCH_NOT);
	return false;
}

static bool add_new(struct search_parser *c, struct search_key *k)
{
	*k = (struct search_key){.op = SEARCH_FLAG, .value = PK_SEEN};
	return search_emit_op(c, SEARCH_RECENT) && add(c, k, true) && search_emit_op(c, SEARCH_AND);
}

static bool parse_word_key(struct search_parser *c, struct search_key *k)
{
	struct slice name;

	if (!parse_atom(c->p, &name))
		return search_bad(c, S("Missing search key"));
	if (slice_ieq(name, S("NEW")))
		return add_new(c, k);
	for (size_t i = 0; i < COUNT(words); i++) {
		const struct word *w = &words[i];

		if (!slice_ieq(name, w->name))
			continue;
		*k = (struct search_key){.op = w->op, .field = w->field, .value = w->value};
		if (!arguments[w->argument] || arguments[w->argument](c, k))
			return add(c, k, w->negated);
		free_key(k);
		return false;
	}
	return search_bad(c, S("Unknown search key"));
}

static bool begins_set(struct slice s)
{
	return s.n && (s.p[0] == '*' || s.p[0] == '$' || (s.p[0] >= '0' && s.p[0] <= '9'));
}

bool search_parse_key(struct search_parser *c, struct search_key *k)
{
	*k = (struct search_key){.op = SEARCH_SET};
	if (begins_set(c->p->in))
		return parse_messages(c, k, false) && add(c, k, false);
	return parse_word_key(c, k);
}
