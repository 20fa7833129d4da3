#include "imap_grammar.h"

/* The items of a FETCH response: RFC 9051 section 9, msg-att. */

#define DEPTH_MAX 200 /* bodies inside one another */

static bool digits(struct grammar *g, unsigned n)
{
	for (; n; n--) {
		if (!g->in.n || g->in.p[0] < '0' || g->in.p[0] > '9')
			return grammar_fail(g, "no digit in a date");
		g->in = slice_skip(g->in, 1);
	}
	return true;
}

static bool month(struct grammar *g)
{
	static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (grammar_word(g, names[i]))
			return true;
	return grammar_fail(g, "no month");
}

/* date-time */
static bool date(struct grammar *g)
{
	return grammar_char(g, '"') && (grammar_word(g, " ") ? digits(g, 1) : digits(g, 2)) &&
	       grammar_char(g, '-') && month(g) && grammar_char(g, '-') && digits(g, 4) &&
	       grammar_space(g) && digits(g, 2) && grammar_char(g, ':') && digits(g, 2) &&
	       grammar_char(g, ':') && digits(g, 2) && grammar_space(g) &&
	       (grammar_word(g, "+") || grammar_char(g, '-')) && digits(g, 4) &&
	       grammar_char(g, '"');
}

static bool nil_or_date(struct grammar *g)
{
	return grammar_word(g, "NIL") || date(g);
}

static bool number(struct grammar *g)
{
	uint64_t v;

	return grammar_number(g, &v);
}

static bool uid(struct grammar *g)
{
	uint32_t v;

	return grammar_positive(g, &v);
}

static bool modseq(struct grammar *g)
{
	return grammar_list(g, number, 1);
}

static bool in_list(struct grammar *g)
{
	return grammar_list(g, grammar_objectid, 1);
}

static bool threadid(struct grammar *g)
{
	return grammar_word(g, "NIL") || in_list(g);
}

/* A group begins with an address without host, and ends with one without anything. */
static bool address(struct grammar *g, int *groups)
{
	bool no_mailbox, no_host;

	if (!grammar_char(g, '(') || !grammar_nstring(g) || !grammar_space(g) ||
	    !grammar_nstring(g) || !grammar_space(g))
		return false;
	no_mailbox = slice_starts(g->in, S("NIL"));
	if (!grammar_nstring(g) || !grammar_space(g))
		return false;
	no_host = slice_starts(g->in, S("NIL"));
	if (!grammar_nstring(g) || !grammar_char(g, ')'))
		return false;
	if (no_mailbox && !no_host)
		return grammar_fail(g, "an address without mailbox");
	*groups += no_host ? (no_mailbox ? -1 : 1) : 0;
	return (*groups >= 0 && *groups < 2) || grammar_fail(g, "groups that do not fit");
}

static bool addresses(struct grammar *g)
{
	int groups = 0;

	if (grammar_word(g, "NIL"))
		return true;
	if (!grammar_char(g, '('))
		return false;
	do {
		if (!address(g, &groups))
			return false;
	} while (!grammar_peek(g, ')'));
	return (!groups || grammar_fail(g, "a group without end")) && grammar_char(g, ')');
}

static bool envelope(struct grammar *g)
{
	if (!grammar_char(g, '(') || !grammar_nstring(g) || !grammar_space(g) ||
	    !grammar_nstring(g))
		return false;
	for (int i = 0; i < 6; i++)
		if (!grammar_space(g) || !addresses(g))
			return false;
	return grammar_space(g) && grammar_nstring(g) && grammar_space(g) && grammar_nstring(g) &&
	       grammar_char(g, ')');
}

static bool pair(struct grammar *g)
{
	return grammar_string(g) && grammar_space(g) && grammar_string(g);
}

/* body-fld-param */
static bool parameters(struct grammar *g)
{
	return grammar_word(g, "NIL") || grammar_list(g, pair, 1);
}

static bool disposition(struct grammar *g)
{
	return grammar_word(g, "NIL") ||
	       (grammar_char(g, '(') && grammar_string(g) && grammar_space(g) && parameters(g) &&
	        grammar_char(g, ')'));
}

static bool language(struct grammar *g)
{
	return grammar_peek(g, '(') ? grammar_list(g, grammar_string, 1) : grammar_nstring(g);
}

/* The end of body-ext-1part and body-ext-mpart. */
static bool extensions(struct grammar *g)
{
	return grammar_space(g) && disposition(g) && grammar_space(g) && language(g) &&
	       grammar_space(g) && grammar_nstring(g);
}

static bool body(struct grammar *g, bool extended, unsigned depth);

static bool many_parts(struct grammar *g, bool extended, unsigned depth)
{
	do {
		if (!body(g, extended, depth + 1))
			return false;
	} while (grammar_peek(g, '('));
	return grammar_space(g) && grammar_string(g) &&
	       (!extended || (grammar_space(g) && parameters(g) && extensions(g)));
}

/* body-fields */
static bool fields(struct grammar *g)
{
	return parameters(g) && grammar_space(g) && grammar_nstring(g) && grammar_space(g) &&
	       grammar_nstring(g) && grammar_space(g) && grammar_string(g) && grammar_space(g) &&
	       number(g);
}

/* A string as it stands, quotes and all: the words that matter have no escapes. */
static bool media(struct grammar *g, struct slice *out)
{
	const char *start = g->in.p;

	if (!grammar_string(g))
		return false;
	*out = (struct slice){start, (size_t)(g->in.p - start)};
	return grammar_space(g);
}

static bool one_part(struct grammar *g, bool extended, unsigned depth)
{
	struct slice type, subtype;

	if (!media(g, &type) || !media(g, &subtype) || !fields(g))
		return false;
	if (slice_ieq(type, S("\"multipart\"")))
		return grammar_fail(g, "a multipart without parts");
	if (slice_ieq(type, S("\"message\"")) &&
	    (slice_ieq(subtype, S("\"rfc822\"")) || slice_ieq(subtype, S("\"global\""))) &&
	    !(grammar_space(g) && envelope(g) && grammar_space(g) && body(g, extended, depth + 1) &&
	      grammar_space(g) && number(g)))
		return false;
	if (slice_ieq(type, S("\"text\"")) && !(grammar_space(g) && number(g)))
		return false;
	return !extended || (grammar_space(g) && grammar_nstring(g) && extensions(g));
}

static bool body(struct grammar *g, bool extended, unsigned depth)
{
	if (depth == DEPTH_MAX)
		return grammar_fail(g, "too deep");
	return grammar_char(g, '(') &&
	       (grammar_peek(g, '(') ? many_parts(g, extended, depth)
	                             : one_part(g, extended, depth)) &&
	       grammar_char(g, ')');
}

static bool structure(struct grammar *g)
{
	return body(g, true, 0);
}

static bool path(struct grammar *g, bool *dot)
{
	uint32_t part;

	do {
		if (!grammar_positive(g, &part))
			return false;
		*dot = grammar_word(g, ".");
	} while (*dot && g->in.n && g->in.p[0] >= '0' && g->in.p[0] <= '9');
	return true;
}

static bool section_text(struct grammar *g, bool part)
{
	if (grammar_word(g, "HEADER.FIELDS")) {
		grammar_word(g, ".NOT");
		return grammar_space(g) && grammar_list(g, grammar_astring, 1);
	}
	return grammar_word(g, "HEADER") || grammar_word(g, "TEXT") ||
	       (part && grammar_word(g, "MIME")) || grammar_fail(g, "an unknown section");
}

/* "[" section "]" and the origin octet; parts: numbers only, or nothing. */
static bool section(struct grammar *g, bool parts)
{
	bool dot = false, part = g->in.n > 1 && g->in.p[1] >= '0' && g->in.p[1] <= '9';
	uint64_t origin;

	if (!grammar_char(g, '[') || (part && !path(g, &dot)))
		return false;
	if (!parts && (dot || (!part && !grammar_peek(g, ']'))) && !section_text(g, part))
		return false;
	return grammar_char(g, ']') &&
	       (!grammar_word(g, "<") || (grammar_number(g, &origin) && grammar_char(g, '>')));
}

static bool body_or_section(struct grammar *g)
{
	if (!grammar_peek(g, '['))
		return grammar_space(g) && body(g, false, 0);
	return section(g, false) && grammar_space(g) && grammar_nstring(g);
}

static bool binary(struct grammar *g)
{
	return section(g, true) && grammar_space(g) && grammar_octets(g);
}

static bool binary_size(struct grammar *g)
{
	return section(g, true) && grammar_space(g) && number(g);
}

static const struct {
	const char *name;
	bool (*value)(struct grammar *g);
} items[] = {
  /* the longest first, where one begins another; with the space that follows */
	{"UID ",           uid            },
	{"FLAGS ",         grammar_flags  },
	{"MODSEQ ",        modseq         },
	{"INTERNALDATE ",  date           },
	{"SAVEDATE ",      nil_or_date    },
	{"RFC822.SIZE ",   number         },
	{"RFC822.HEADER ", grammar_nstring},
	{"RFC822.TEXT ",   grammar_nstring},
	{"RFC822 ",        grammar_nstring},
	{"ENVELOPE ",      envelope       },
	{"BODYSTRUCTURE ", structure      },
	{"BODY",           body_or_section},
	{"BINARY.SIZE",    binary_size    },
	{"BINARY",         binary         },
	{"EMAILID ",       in_list        },
	{"THREADID ",      threadid       },
	{"PREVIEW ",       grammar_nstring},
};

static bool item(struct grammar *g)
{
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++)
		if (grammar_word(g, items[i].name))
			return items[i].value(g);
	return grammar_fail(g, "an unknown FETCH item");
}

bool grammar_fetch(struct grammar *g)
{
	return grammar_list(g, item, 1);
}
