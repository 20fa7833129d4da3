#include "imap_grammar.h"

/* What follows OK, NO, BAD and BYE: RFC 9051 section 9, resp-text, and what extensions add. */

static bool appended(struct grammar *g)
{
	return grammar_sp_positive(g) && grammar_sp_set(g);
}

static bool copied(struct grammar *g)
{
	return appended(g) && grammar_sp_set(g);
}

static bool object(struct grammar *g)
{
	return grammar_space(g) && grammar_list(g, grammar_objectid, 1);
}

static bool charsets(struct grammar *g)
{
	return !grammar_peek(g, ' ') || (grammar_space(g) && grammar_list(g, grammar_astring, 1));
}

/* RFC 5464 section 5 */
static bool metadata(struct grammar *g)
{
	if (!grammar_space(g))
		return false;
	if (grammar_word(g, "LONGENTRIES") || grammar_word(g, "MAXSIZE"))
		return grammar_sp_number(g);
	return grammar_word(g, "TOOMANY") || grammar_word(g, "NOPRIVATE") ||
	       grammar_fail(g, "no code of METADATA");
}

static const struct {
	const char *name;
	bool (*value)(struct grammar *g);
} codes[] = {
	{"ALERT",                grammar_nothing    },
	{"ALREADYEXISTS",        grammar_nothing    },
	{"APPENDUID",            appended           },
	{"AUTHENTICATIONFAILED", grammar_nothing    },
	{"BADCHARSET",           charsets           },
	{"CANNOT",               grammar_nothing    },
	{"CAPABILITY",           grammar_words      },
	{"CLOSED",               grammar_nothing    },
	{"COMPRESSIONACTIVE",    grammar_nothing    },
	{"CONTACTADMIN",         grammar_nothing    },
	{"COPYUID",              copied             },
	{"EXPUNGEISSUED",        grammar_nothing    },
	{"HASCHILDREN",          grammar_nothing    },
	{"HIGHESTMODSEQ",        grammar_sp_modseq  },
	{"INUSE",                grammar_nothing    },
	{"LIMIT",                grammar_nothing    },
	{"MAILBOXID",            object             },
	{"METADATA",             metadata           },
	{"MODIFIED",             grammar_sp_set     },
	{"NOMODSEQ",             grammar_nothing    },
	{"NONEXISTENT",          grammar_nothing    },
	{"NOPERM",               grammar_nothing    },
	{"NOTSAVED",             grammar_nothing    },
	{"OVERQUOTA",            grammar_nothing    },
	{"PERMANENTFLAGS",       grammar_sp_flags   },
	{"PRIVACYREQUIRED",      grammar_nothing    },
	{"READ-ONLY",            grammar_nothing    },
	{"READ-WRITE",           grammar_nothing    },
	{"SERVERBUG",            grammar_nothing    },
	{"TOOBIG",               grammar_nothing    },
	{"TRYCREATE",            grammar_nothing    },
	{"UIDNEXT",              grammar_sp_positive},
	{"UIDVALIDITY",          grammar_sp_positive},
	{"UNAVAILABLE",          grammar_nothing    },
	{"UNKNOWN-CTE",          grammar_nothing    },
	{"UNSEEN",               grammar_sp_positive},
	{"USEATTR",              grammar_nothing    },
};

static bool code(struct grammar *g)
{
	struct slice name;

	if (!grammar_atom(g, &name))
		return false;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (slice_eq(name, slice_str(codes[i].name)))
			return codes[i].value(g);
	return grammar_fail(g, "an unknown response code");
}

bool grammar_text(struct grammar *g)
{
	for (size_t i = 0; i < g->in.n; i++)
		if (g->in.p[i] < ' ' || g->in.p[i] > '~')
			return grammar_fail(g, "text of controls or eight bits");
	if (!g->in.n)
		return grammar_fail(g, "no text");
	g->in = slice_skip(g->in, g->in.n);
	return true;
}

bool grammar_status_text(struct grammar *g)
{
	if (grammar_word(g, "[") && !(code(g) && grammar_char(g, ']') && grammar_space(g)))
		return false;
	return grammar_text(g);
}
