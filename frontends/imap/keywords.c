#include "keywords.h"
#include "text.h"

static const struct {
	uint64_t bit;
	struct slice name;
} system_flags[] = {
	{PK_ANSWERED, S("\\Answered")},
        {PK_FLAGGED,  S("\\Flagged") },
        {PK_DELETED,  S("\\Deleted") },
	{PK_SEEN,     S("\\Seen")    },
        {PK_DRAFT,    S("\\Draft")   },
};
#define SYSTEM_FLAGS (sizeof(system_flags) / sizeof(*system_flags))

void keywords_free(struct keywords *k)
{
	buf_free(&k->names);
}

/* Takes the next entry off *rest. */
static bool next_name(struct slice *rest, unsigned *bit, struct slice *name)
{
	if (rest->n < 2)
		return false;
	*bit = (unsigned char)rest->p[0];
	*name = slice_head(slice_skip(*rest, 2), (unsigned char)rest->p[1]);
	*rest = slice_skip(*rest, 2 + name->n);
	return true;
}

/* Empty: none. */
static struct slice keywords_name(const struct keywords *k, unsigned bit)
{
	struct slice rest = buf_slice(&k->names), name;
	unsigned b;

	while (next_name(&rest, &b, &name))
		if (b == bit)
			return name;
	return (struct slice){0};
}

bool keywords_find(const struct keywords *k, struct slice name, unsigned *bit)
{
	struct slice rest = buf_slice(&k->names), known;

	while (next_name(&rest, bit, &known))
		if (slice_ieq(known, name))
			return true;
	return false;
}

bool keywords_learn(struct keywords *k, struct pk_rows rows)
{
	struct pk_keyword row;
	bool learnt = false;

	while (pk_next_keyword(&rows, &row)) {
		if (row.bit < PK_FIRST_KEYWORD || row.bit > 63 || !is_atom(row.name) ||
		    row.name.n > UINT8_MAX || keywords_name(k, row.bit).n)
			continue;
		if (!buf_room(&k->names, 2 + row.name.n))
			break;
		buf_byte(&k->names, (char)row.bit);
		buf_byte(&k->names, (char)row.name.n);
		buf_put(&k->names, row.name);
		learnt = true;
	}
	return learnt;
}

static void put_word(struct buf *out, size_t start, struct slice word)
{
	if (out->n > start)
		text_char(out, ' ');
	text_put(out, word);
}

static void put_system(struct buf *out, size_t start, uint64_t flags)
{
	for (size_t i = 0; i < SYSTEM_FLAGS; i++)
		if (flags & system_flags[i].bit)
			put_word(out, start, system_flags[i].name);
}

/* The keywords of these flags, in the order in which they were learnt. */
static void put_keywords(struct buf *out, size_t start, const struct keywords *k, uint64_t flags)
{
	struct slice rest = buf_slice(&k->names), name;
	unsigned bit;

	while (next_name(&rest, &bit, &name))
		if (flags >> bit & 1)
			put_word(out, start, name);
}

void flags_put(struct buf *out, const struct keywords *k, uint64_t flags, bool recent)
{
	size_t start;

	text_char(out, '(');
	start = out->n;
	put_system(out, start, flags);
	if (recent)
		put_word(out, start, S("\\Recent"));
	if (flags >> PK_FIRST_KEYWORD)
		put_keywords(out, start, k, flags);
	text_char(out, ')');
}

static bool is_full(const struct keywords *k)
{
	struct slice rest = buf_slice(&k->names), name;
	unsigned n = 0, bit;

	while (next_name(&rest, &bit, &name))
		n++;
	return n == PK_KEYWORDS_MAX;
}

void flags_put_all(struct buf *out, const struct keywords *k, bool star)
{
	size_t start;

	text_char(out, '(');
	start = out->n;
	put_system(out, start, PK_SYSTEM_FLAGS);
	put_keywords(out, start, k, UINT64_MAX);
	if (star && !is_full(k)) /* RFC 9051 7.1, PERMANENTFLAGS */
		put_word(out, start, S("\\*"));
	text_char(out, ')');
}

/* RFC 3501 section 9: flag. \Recent and unknown names with a backslash cannot be set. */
static bool parse_system_flag(struct parser *p, struct flag_args *out)
{
	struct slice all = p->in, atom;

	p->in = slice_skip(p->in, 1);
	if (!parse_atom(p, &atom))
		return false;
	for (size_t i = 0; i < SYSTEM_FLAGS; i++)
		if (slice_ieq(slice_head(all, atom.n + 1), system_flags[i].name)) {
			out->system |= system_flags[i].bit;
			return true;
		}
	return parse_fail(p, S("No such system flag"));
}

static void add_keyword(struct flag_args *out, struct slice name)
{
	for (size_t i = 0; i < out->keywords; i++)
		if (slice_ieq(out->keyword[i], name))
			return;
	if (out->keywords == PK_KEYWORDS_MAX)
		out->too_many = true;
	else
		out->keyword[out->keywords++] = name;
}

static bool parse_flag(struct parser *p, struct flag_args *out)
{
	struct slice atom;

	if (parse_peek(p, '\\'))
		return parse_system_flag(p, out);
	if (!parse_atom(p, &atom))
		return false;
	add_keyword(out, atom);
	return true;
}

bool parse_flag_list(struct parser *p, struct flag_args *out)
{
	if (!parse_char(p, '('))
		return false;
	while (!parse_peek(p, ')')) {
		if (!parse_flag(p, out))
			return false;
		if (!parse_peek(p, ')') && !parse_space(p))
			return false;
	}
	return parse_char(p, ')');
}

bool parse_store_flags(struct parser *p, struct flag_args *out)
{
	if (parse_peek(p, '('))
		return parse_flag_list(p, out);
	for (;;) {
		if (!parse_flag(p, out))
			return false;
		if (!p->in.n)
			return true;
		if (!parse_space(p))
			return false;
	}
}
