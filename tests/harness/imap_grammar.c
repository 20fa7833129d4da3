#include "imap_grammar.h"

#include <string.h>

/* Whole responses: RFC 9051 section 9, response. */

#define THREAD_DEPTH_MAX 4096 /* lists inside one another */

static bool number(struct grammar *g)
{
	uint64_t v;

	return grammar_number(g, &v);
}

static bool positive(struct grammar *g)
{
	uint32_t v;

	return grammar_positive(g, &v);
}

static bool atom(struct grammar *g)
{
	struct slice s;

	return grammar_atom(g, &s);
}

/* ---- data ---- */

static bool attribute(struct grammar *g)
{
	return grammar_char(g, '\\') && atom(g);
}

/* mbox-list-extended-item; all of ours have lists */
static bool list_item(struct grammar *g)
{
	return grammar_string(g) && grammar_space(g) && grammar_list(g, grammar_astring, 1);
}

static bool list(struct grammar *g)
{
	return grammar_space(g) && grammar_list(g, attribute, 0) && grammar_space(g) &&
	       (grammar_word(g, "NIL") || grammar_word(g, "\"/\"") ||
	        grammar_fail(g, "another separator")) &&
	       grammar_space(g) && grammar_astring(g) &&
	       (!grammar_word(g, " ") || grammar_list(g, list_item, 1));
}

static bool modseq(struct grammar *g)
{
	return grammar_char(g, '(') && grammar_word(g, "MODSEQ") && grammar_sp_modseq(g) &&
	       grammar_char(g, ')');
}

static bool found(struct grammar *g)
{
	return grammar_peek(g, '(') ? modseq(g) && grammar_end(g) : positive(g);
}

static bool search(struct grammar *g)
{
	return grammar_spaced(g, found);
}

/* search-return-data */
static bool result(struct grammar *g)
{
	if (grammar_word(g, "ALL"))
		return grammar_sp_set(g);
	if (grammar_word(g, "MIN") || grammar_word(g, "MAX"))
		return grammar_sp_positive(g);
	if (grammar_word(g, "MODSEQ"))
		return grammar_sp_modseq(g);
	return (grammar_word(g, "COUNT") && grammar_sp_number(g)) ||
	       grammar_fail(g, "an unknown result of a search");
}

static bool esearch(struct grammar *g)
{
	if (grammar_word(g, " (TAG ") && !(grammar_string(g) && grammar_char(g, ')')))
		return false;
	grammar_word(g, " UID");
	return grammar_spaced(g, result);
}

/* thread-list: what may follow what, and at least two lists where a member does not precede. */
static bool thread(struct grammar *g)
{
	static const char after_open[] = "(0123456789";
	unsigned lists[THREAD_DEPTH_MAX], depth = 0;

	if (!g->in.n)
		return true;
	if (!grammar_space(g))
		return false;
	lists[0] = 0;
	do {
		if (grammar_word(g, "(")) {
			lists[depth++]++;
			if (depth == THREAD_DEPTH_MAX)
				return grammar_fail(g, "threads too deep");
			lists[depth] = 0;
			if (!g->in.n || !strchr(after_open, g->in.p[0]))
				return grammar_fail(g, "an empty thread");
		} else if (grammar_word(g, ")")) {
			if (!depth || lists[depth] == 1)
				return grammar_fail(g, "one thread in a thread");
			depth--;
		} else {
			if (!depth || lists[depth] || !positive(g) ||
			    !(grammar_word(g, " ") || grammar_peek(g, ')')))
				return grammar_fail(g, "bad members of a thread");
		}
	} while (g->in.n);
	return !depth || grammar_fail(g, "a thread without end");
}

static bool counter(struct grammar *g)
{
	return atom(g) && grammar_space(g) &&
	       (grammar_peek(g, '(') ? grammar_list(g, grammar_objectid, 1) : number(g));
}

static bool status(struct grammar *g)
{
	return grammar_space(g) && grammar_astring(g) && grammar_space(g) &&
	       grammar_list(g, counter, 0);
}

static bool name_space(struct grammar *g)
{
	return grammar_word(g, "NIL") ||
	       (grammar_word(g, "((") && grammar_string(g) && grammar_space(g) &&
	        grammar_string(g) && grammar_word(g, "))"));
}

static bool name_spaces(struct grammar *g)
{
	return grammar_space(g) && name_space(g) && grammar_space(g) && name_space(g) &&
	       grammar_space(g) && name_space(g);
}

static bool property(struct grammar *g)
{
	return grammar_string(g) && grammar_space(g) && grammar_nstring(g);
}

static bool id(struct grammar *g)
{
	return grammar_space(g) && (grammar_word(g, "NIL") || grammar_list(g, property, 1));
}

static bool resource(struct grammar *g)
{
	return atom(g) && grammar_sp_number(g) && grammar_sp_number(g);
}

static bool quota(struct grammar *g)
{
	return grammar_space(g) && grammar_astring(g) && grammar_space(g) &&
	       grammar_list(g, resource, 0);
}

static bool quota_root(struct grammar *g)
{
	return grammar_space(g) && grammar_astring(g) && grammar_spaced(g, grammar_astring);
}

static bool entry(struct grammar *g)
{
	return grammar_astring(g) && grammar_space(g) && grammar_octets(g);
}

/* RFC 5464 section 5 */
static bool metadata(struct grammar *g)
{
	return grammar_space(g) && grammar_astring(g) && grammar_space(g) &&
	       grammar_list(g, entry, 1);
}

static bool vanished(struct grammar *g)
{
	grammar_word(g, " (EARLIER)");
	return grammar_sp_set(g);
}

struct form {
	const char *word;
	bool (*rest)(struct grammar *g);
};

static const struct form of_data[] = {
	{"CAPABILITY", grammar_words   },
	{"ENABLED",    grammar_words   },
	{"ESEARCH",    esearch         },
	{"FLAGS",      grammar_sp_flags},
	{"ID",         id              },
	{"LIST",       list            },
	{"LSUB",       list            },
	{"METADATA",   metadata        },
	{"NAMESPACE",  name_spaces     },
	{"QUOTA",      quota           },
	{"QUOTAROOT",  quota_root      },
	{"SEARCH",     search          },
	{"SORT",       search          },
	{"STATUS",     status          },
	{"THREAD",     thread          },
	{"VANISHED",   vanished        },
	{NULL,         NULL            },
};

static bool fetch(struct grammar *g)
{
	return grammar_space(g) && grammar_fetch(g);
}

static const struct form of_number[] = {
	{"EXISTS",  grammar_nothing},
	{"RECENT",  grammar_nothing},
	{"EXPUNGE", grammar_nothing},
	{"FETCH",   fetch          },
	{NULL,      NULL           },
};

static bool status_line(struct grammar *g)
{
	return grammar_space(g) && grammar_status_text(g);
}

static const struct form of_status[] = {
	{"OK",  status_line},
        {"NO",  status_line},
        {"BAD", status_line},
	{"BYE", status_line},
        {NULL,  NULL       },
};

/* ---- which one it is ---- */

/* The word that comes, of a table; what follows is parsed. False: none, or why is set. */
static bool one_of(struct grammar *g, const struct form *forms, struct imap_response *r)
{
	struct grammar ahead = *g;
	struct slice name;

	if (!grammar_atom(&ahead, &name))
		return false;
	for (; forms->word; forms++) {
		if (!slice_eq(name, slice_str(forms->word)))
			continue;
		*g = ahead;
		r->word = name;
		r->rest = slice_skip(g->in, 1);
		return forms->rest(g) && grammar_end(g);
	}
	return false;
}

static enum imap_said untagged(struct grammar *g, struct imap_response *r)
{
	uint64_t n;

	if (one_of(g, of_status, r))
		return SAID_STATUS;
	if (!g->why && one_of(g, of_data, r))
		return SAID_DATA;
	if (g->why || !g->in.n || g->in.p[0] < '0' || g->in.p[0] > '9' || !grammar_number(g, &n) ||
	    !grammar_space(g))
		return SAID_WRONG;
	r->number = (uint32_t)n;
	return n <= UINT32_MAX && one_of(g, of_number, r) ? SAID_NUMBER : SAID_WRONG;
}

static enum imap_said parse(struct grammar *g, struct imap_response *r)
{
	if (grammar_word(g, "* "))
		return untagged(g, r);
	if (grammar_word(g, "+ ")) {
		r->rest = g->in;
		return !g->in.n || grammar_text(g) ? SAID_CONTINUE : SAID_WRONG;
	}
	if (!grammar_tag(g, &r->tag) || !grammar_space(g))
		return SAID_WRONG;
	return one_of(g, of_status, r) && !slice_eq(r->word, S("BYE")) ? SAID_TAGGED : SAID_WRONG;
}

/* Octets of the literal that a line announces at its end; *found: it does. */
static uint64_t announced(struct slice line, bool *found)
{
	size_t at = line.n;
	uint64_t n = 0;

	*found = false;
	if (!slice_ends(line, S("}\r\n")))
		return 0;
	at -= 3;
	while (at && line.p[at - 1] >= '0' && line.p[at - 1] <= '9')
		at--;
	*found = at && line.p[at - 1] == '{' &&
	         slice_number((struct slice){line.p + at, line.n - 3 - at}, INT64_MAX, &n);
	return n;
}

/* Octets of the first response; 0: it has not come yet. Only data has literals, whose octets are
 * not in *line. */
static size_t whole(struct slice in, size_t *line)
{
	bool data = slice_starts(in, S("* "));
	size_t at = 0;

	*line = 0;
	for (;;) {
		const char *lf = at < in.n ? memchr(in.p + at, '\n', in.n - at) : NULL;
		size_t end = lf ? (size_t)(lf - in.p) + 1 : 0;
		bool literal;
		uint64_t n;

		if (!lf)
			return 0;
		*line += end - at;
		n = announced((struct slice){in.p + at, end - at}, &literal);
		if (!data || !literal)
			return end;
		if (n > in.n - end)
			return 0;
		at = end + n;
	}
}

struct imap_response imap_response(struct slice *in, bool utf8)
{
	struct imap_response r = {0};
	struct grammar g = {.utf8 = utf8};

	r.text = slice_head(*in, whole(*in, &r.octets));
	g.in = r.text;

	if (!r.text.n)
		return r;
	*in = slice_skip(*in, r.text.n);
	g.in.n -= 1;
	if (!slice_ends(g.in, S("\r")))
		grammar_fail(&g, "a line that ends in LF only");
	g.in.n -= g.why == NULL;
	r.kind = g.why ? SAID_WRONG : parse(&g, &r);
	r.why = g.why ? g.why : "what is that?";
	return r;
}

bool imap_turns_on_utf8(const struct imap_response *r)
{
	struct slice rest = r->rest;

	while (r->kind == SAID_DATA && slice_eq(r->word, S("ENABLED")) && rest.n) {
		struct slice word = slice_cut(&rest, ' ');

		if (slice_eq(word, S("UTF8=ACCEPT")) || slice_eq(word, S("IMAP4rev2")))
			return true;
	}
	return false;
}
