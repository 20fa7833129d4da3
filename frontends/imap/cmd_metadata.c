#include "imap.h"

#include "proto/say.h"

#include <ctype.h>

/*
 * GETMETADATA, SETMETADATA: RFC 5464, of the server alone (METADATA-SERVER): what users may set of
 * their own is at /private/vendor/postkeep/, the setting pop3.after at pop3/after. There are no
 * other entries and there is no room for any.
 */
#define FRONT       S("/private/vendor/postkeep/")
#define ENTRY_MAX   64  /* octets of an entry that exists */
#define VALUE_MAX   512 /* octets of a value that is looked at */
#define ENTRIES_MAX 16  /* of a command */

struct metadata_args {
	struct slice mailbox;
	struct slice entries[ENTRIES_MAX];
	size_t count;
	uint64_t most;       /* MAXSIZE */
	unsigned depth;      /* 0, 1 or more */
	struct buf settings; /* SETMETADATA */
	bool too_long, too_many;
};

/* RFC 5464 section 3.2: a path, without wildcards, of ASCII but for most control characters. */
static bool parse_entry(struct parser *p, struct slice *entry)
{
	char before = 0;

	if (!parse_astring(p, entry))
		return false;
	for (size_t i = 0; i < entry->n; before = entry->p[i++]) {
		char c = entry->p[i];

		if (c < 0x1a || (c & 0x80) || strchr("*%", c) || (c == '/' && before == '/'))
			return parse_fail(p, S("Not the name of an entry"));
	}
	return (entry->n > 1 && *entry->p == '/' && before != '/') ||
	       parse_fail(p, S("Not the name of an entry"));
}

/* "(" item *(SP item) ")" */
static bool parse_each(struct parser *p, struct metadata_args *a,
                       bool (*item)(struct parser *, struct metadata_args *))
{
	if (!parse_char(p, '('))
		return false;
	while (item(p, a))
		if (!parse_peek(p, ' '))
			return parse_char(p, ')');
		else
			(void)parse_space(p);
	return false;
}

static bool parse_depth(struct parser *p, struct metadata_args *a)
{
	struct slice word;

	if (!parse_space(p) || !parse_atom(p, &word))
		return false;
	a->depth = slice_eq(word, S("0")) ? 0 : slice_eq(word, S("1")) ? 1 : 2;
	return a->depth < 2 || slice_ieq(word, S("infinity")) || parse_fail(p, S("Unknown depth"));
}

/* 4.2.1, 4.2.2 */
static bool parse_option(struct parser *p, struct metadata_args *a)
{
	if (parse_word(p, S("MAXSIZE")))
		return parse_space(p) && parse_number(p, UINT32_MAX, &a->most);
	if (parse_word(p, S("DEPTH")))
		return parse_depth(p, a);
	return parse_fail(p, S("Unknown option"));
}

static bool parse_wanted(struct parser *p, struct metadata_args *a)
{
	if (a->count == ENTRIES_MAX)
		return parse_fail(p, S("Too many entries"));
	return parse_entry(p, &a->entries[a->count++]);
}

/* A list of options, not of entries: these begin with "/", perhaps in quotes or in a literal. */
static bool options_follow(const struct parser *p)
{
	return parse_peek(p, '(') && p->in.n > 1 && !strchr("/\"{", p->in.p[1]);
}

/* The grammar has options before the mailbox, all examples have them behind it. */
static bool parse_get(struct imap *s, struct parser *p, struct metadata_args *a, enum pk_status *st)
{
	if (!parse_space(p) ||
	    (parse_peek(p, '(') && !(parse_each(p, a, parse_option) && parse_space(p))) ||
	    !mailbox_arg(s, p, &a->mailbox, st) || !parse_space(p) ||
	    (options_follow(p) && !(parse_each(p, a, parse_option) && parse_space(p))))
		return false;
	return (parse_peek(p, '(') ? parse_each(p, a, parse_wanted) : parse_wanted(p, a)) &&
	       parse_end(p);
}

static uint32_t not_of_mailboxes(struct imap *s)
{
	return imap_ok(s, S("NO Only the server has metadata here"));
}

/* "/private/vendor/postkeep/pop3/after" of pop3.after. */
static struct slice entry_of(struct slice key, char out[ENTRY_MAX])
{
	size_t n = FRONT.n + key.n < ENTRY_MAX ? key.n : ENTRY_MAX - FRONT.n;

	memcpy(out, FRONT.p, FRONT.n);
	for (size_t i = 0; i < n; i++)
		out[FRONT.n + i] = (char)(key.p[i] == '.' ? '/' : key.p[i]);
	return (struct slice){out, FRONT.n + n};
}

static bool is_wanted(const struct metadata_args *a, struct slice entry)
{
	for (size_t i = 0; i < a->count; i++) {
		struct slice name = a->entries[i], below = slice_skip(entry, name.n);

		if (!slice_istarts(entry, name))
			continue;
		if (!below.n || (*below.p == '/' && a->depth &&
		                 (a->depth > 1 || !slice_has(slice_skip(below, 1), '/'))))
			return true;
	}
	return false;
}

/* A literal takes everything, but a line break in it is hard to read. */
static void put_value(struct imap *s, struct slice value)
{
	bool plain = true;

	for (size_t i = 0; i < value.n; i++)
		plain &= value.p[i] >= 0x20 && value.p[i] <= 0x7e && !strchr("\"\\", value.p[i]);
	if (plain)
		say_printf(s->io, "\"%.*s\"", (int)value.n, value.p);
	else
		say_printf(s->io, "{%zu}\r\n%.*s", value.n, (int)value.n, value.p);
}

static uint32_t on_settings(struct imap *s, struct pk_in *in)
{
	const struct metadata_args *a = s->cmd->own;
	struct pk_settings_self_rep r = {0};
	struct pk_setting row;
	enum pk_status st = reply_status(in);
	struct slice before = S("* METADATA \"\" ("), text;
	uint64_t longest = 0;
	char name[ENTRY_MAX], longer[64];

	if (st == PK_OK)
		st = pk_get_settings_self_rep(in->bytes, &r);
	if (st != PK_OK)
		return imap_no(s, st);
	while (pk_next_setting(&r.settings, &row)) {
		struct slice entry = entry_of(row.key, name);

		if (!is_wanted(a, entry))
			continue;
		if (row.value.n > a->most) {
			longest = row.value.n > longest ? row.value.n : longest;
			continue;
		}
		put(s, before);
		say_printf(s->io, "%.*s ", (int)entry.n, entry.p);
		put_value(s, row.value);
		before = S(" ");
	}
	if (before.n == 1)
		put(s, S(")\r\n"));
	if (!longest)
		return imap_done(s);
	text = (struct slice){longer, (size_t)snprintf(longer, sizeof(longer),
	                                               "OK [METADATA LONGENTRIES %" PRIu64
	                                               "] GETMETADATA completed",
	                                               longest)};
	return imap_ok(s, text);
}

uint32_t cmd_getmetadata(struct imap *s, struct parser *p)
{
	struct metadata_args *a = imap_alloc(s, sizeof(*a));
	enum pk_status st = PK_OK;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	*a = (struct metadata_args){.most = UINT64_MAX};
	if (!parse_get(s, p, a, &st))
		return st == PK_OK ? imap_bad(s, p->error) : imap_no(s, st);
	if (a->mailbox.n)
		return not_of_mailboxes(s);
	s->cmd->own = a;
	return ASK(s, settings_self, on_settings, );
}

/* nstring / literal8; NIL takes the value away, and so does the empty one. */
static bool parse_value(struct parser *p, struct slice *value)
{
	if (parse_peek(p, '~') && p->in.n > 1 && p->in.p[1] == '{')
		(void)parse_char(p, '~');
	return parse_nstring(p, value);
}

static bool parse_pair(struct parser *p, struct metadata_args *a)
{
	struct slice entry, value;
	char key[ENTRY_MAX];
	size_t n;

	if (!parse_entry(p, &entry) || !parse_space(p) || !parse_value(p, &value))
		return false;
	a->too_long |= value.n > VALUE_MAX;
	if (!slice_istarts(entry, FRONT) || slice_has(entry, '.') || entry.n >= ENTRY_MAX ||
	    ++a->count > ENTRIES_MAX) {
		a->too_many = true;
		return true;
	}
	entry = slice_skip(entry, FRONT.n);
	for (n = 0; n < entry.n; n++)
		key[n] = (char)(entry.p[n] == '/' ? '.' : tolower((unsigned char)entry.p[n]));
	pk_put_setting_row(&a->settings, &(struct pk_setting){
						 {key, n},
                                                 value
        });
	return true;
}

static uint32_t on_set(struct imap *s, struct pk_in *in)
{
	static const struct {
		enum pk_status st;
		struct slice answer;
	} refusals[] = {
		{PK_EPERM,     S("NO [NOPERM] Only the administrator may set this")},
		{PK_EINVAL,    S("NO [CANNOT] This entry cannot have that value")  },
		{PK_ENOTFOUND, S("NO [METADATA TOOMANY] There is no such entry")   },
		{PK_ELIMIT,    S("NO [METADATA TOOMANY] An entry is named twice")  },
	};
	enum pk_status st = reply_status(in);

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (refusals[i].st == st)
			return imap_ok(s, refusals[i].answer);
	return st == PK_OK ? imap_done(s) : imap_no(s, st);
}

static uint32_t set(struct imap *s, const struct metadata_args *a)
{
	char text[64];

	if (a->mailbox.n)
		return not_of_mailboxes(s);
	if (a->too_many)
		return imap_ok(s, S("NO [METADATA TOOMANY] There is no such entry"));
	if (a->too_long) {
		int n = snprintf(text, sizeof(text), "NO [METADATA MAXSIZE %d] Too long",
		                 VALUE_MAX);

		return imap_ok(s, (struct slice){text, (size_t)n});
	}
	if (a->settings.failed)
		return imap_no(s, PK_ENOMEM);
	return ASK(s, set_self, on_set, .settings = PK_ROWS(&a->settings));
}

uint32_t cmd_setmetadata(struct imap *s, struct parser *p)
{
	struct metadata_args a = {0};
	enum pk_status st = PK_OK;
	uint32_t wants;

	if (parse_space(p) && mailbox_arg(s, p, &a.mailbox, &st) && parse_space(p) &&
	    parse_each(p, &a, parse_pair) && parse_end(p))
		wants = set(s, &a);
	else
		wants = st == PK_OK ? imap_bad(s, p->error) : imap_no(s, st);
	buf_free(&a.settings);
	return wants;
}
