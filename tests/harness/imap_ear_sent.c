#include "imap_ear_parts.h"

#include <string.h>

/* What the client says: lines that may be commands. */

struct command {
	size_t at, n; /* its tag, in `sent` */
	unsigned kind;
};

static unsigned kind_of(struct slice line)
{
	static const struct {
		struct slice name;
		unsigned kind;
	} kinds[] = {
		{S("FETCH"),        KIND_FETCH },
                {S("STORE"),        KIND_FETCH },
		{S("SEARCH"),       KIND_SEARCH},
                {S("SORT"),         KIND_SEARCH},
		{S("THREAD"),       KIND_FETCH },
                {S("SELECT"),       KIND_SELECT},
		{S("EXAMINE"),      KIND_SELECT},
                {S("CLOSE"),        KIND_CLOSE },
		{S("UNSELECT"),     KIND_CLOSE },
                {S("IDLE"),         KIND_TALK  },
		{S("AUTHENTICATE"), KIND_TALK  },
	};
	struct slice name = slice_cut(&line, ' ');

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (slice_ieq(name, kinds[i].name))
			return kinds[i].kind;
	return KIND_OTHER;
}

static size_t commands(const struct imap_ear *e, const struct command **c)
{
	*c = (const struct command *)(const void *)e->commands.p;
	return e->commands.n / sizeof(**c);
}

static bool talks(const struct imap_ear *e)
{
	const struct command *c;
	size_t n = commands(e, &c);

	for (size_t i = e->answered; i < n; i++)
		if (c[i].kind == KIND_TALK)
			return true;
	return false;
}

/* The octets of the literal that a line announces, if they come without waiting. */
static size_t literal_of(struct slice line)
{
	size_t at = line.n;
	uint64_t n;

	if (!slice_ends(line, S("+}")))
		return 0;
	at -= 2;
	while (at && line.p[at - 1] != '{')
		at--;
	return at && slice_number((struct slice){line.p + at, line.n - 2 - at}, 1 << 20, &n) ? n
	                                                                                     : 0;
}

/* What of a line stands behind the literal before it. */
static struct slice behind_literal(const struct imap_ear *e, struct slice line)
{
	size_t at = (size_t)(line.p - e->sent.p);

	return at < e->literal ? slice_skip(line, e->literal - at) : line;
}

static void take_line(struct imap_ear *e, struct slice line)
{
	struct command c = {.at = (size_t)(line.p - e->sent.p)};
	size_t end = c.at + line.n + 1, octets;

	if (slice_ends(line, S("\r")))
		line.n--;
	e->silent |= line.n > 7 && memmem(line.p, line.n, "SILENT", 6);
	octets = literal_of(behind_literal(e, line));
	c.kind = c.at < e->literal ? KIND_LITERAL : KIND_OTHER;
	e->lost |= slice_ends(line, S("}")) && (!octets || slice_has(line, '"') || talks(e));
	if (octets && !e->lost)
		e->literal = end + octets;
	c.n = slice_cut(&line, ' ').n;
	if (c.kind == KIND_OTHER)
		c.kind = kind_of(line);
	buf_put(&e->commands, (struct slice){(const char *)&c, sizeof(c)});
}

void ear_sent(struct imap_ear *e, struct slice octets)
{
	const char *lf;

	if (!octets.n)
		return;
	buf_put(&e->sent, octets);
	while ((lf = memchr(e->sent.p + e->line, '\n', e->sent.n - e->line))) {
		struct slice line = {e->sent.p + e->line, (size_t)(lf - e->sent.p) - e->line};

		take_line(e, line);
		e->line += line.n + 1;
	}
}

unsigned ear_answer(struct imap_ear *e, struct slice tag)
{
	const struct command *c;
	size_t n = commands(e, &c), first = 0;
	unsigned kinds = 0;

	for (size_t i = e->answered; i < n; i++) {
		if (!slice_eq((struct slice){e->sent.p + c[i].at, c[i].n}, tag))
			continue;
		kinds |= c[i].kind;
		first = first ? first : i + 1;
	}
	if (!(kinds & ~(unsigned)KIND_LITERAL))
		ear_fails(e, "an answer to what is no command: %.*s", (int)tag.n, tag.p);
	e->answered = first;
	return kinds & ~(unsigned)KIND_LITERAL;
}
