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

struct slice keywords_name(const struct keywords *k, unsigned bit)
{
	size_t i = bit - PK_FIRST_KEYWORD;

	if (!k->end[i])
		return (struct slice){0};
	return (struct slice){k->names.p + k->end[i] - k->length[i], k->length[i]};
}

bool keywords_find(const struct keywords *k, struct slice name, unsigned *bit)
{
	for (unsigned b = PK_FIRST_KEYWORD; b < 64; b++)
		if (name.n && slice_ieq(keywords_name(k, b), name)) {
			*bit = b;
			return true;
		}
	return false;
}

bool keywords_learn(struct keywords *k, struct pk_rows rows)
{
	struct pk_keyword row;
	bool learnt = false;

	while (pk_next_keyword(&rows, &row)) {
		size_t i = (size_t)row.bit - PK_FIRST_KEYWORD;

		if (i >= PK_KEYWORDS_MAX || !is_atom(row.name) || row.name.n > UINT8_MAX ||
		    slice_eq(keywords_name(k, row.bit), row.name))
			continue;
		buf_put(&k->names, row.name);
		if (k->names.failed)
			break;
		k->end[i] = (uint32_t)k->names.n;
		k->length[i] = (uint8_t)row.name.n;
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

void flags_put(struct buf *out, const struct keywords *k, uint64_t flags, bool recent)
{
	uint64_t left = flags >> PK_FIRST_KEYWORD;
	size_t start;

	text_char(out, '(');
	start = out->n;
	put_system(out, start, flags);
	if (recent)
		put_word(out, start, S("\\Recent"));
	for (; left; left &= left - 1) {
		unsigned bit = (unsigned)__builtin_ctzll(left) + PK_FIRST_KEYWORD;
		struct slice name = keywords_name(k, bit);

		if (name.n)
			put_word(out, start, name);
	}
	text_char(out, ')');
}

void flags_put_all(struct buf *out, const struct keywords *k, bool star)
{
	size_t start;

	text_char(out, '(');
	start = out->n;
	put_system(out, start, PK_SYSTEM_FLAGS);
	for (unsigned bit = PK_FIRST_KEYWORD; bit < 64; bit++)
		if (keywords_name(k, bit).n)
			put_word(out, start, keywords_name(k, bit));
	if (star)
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

bool parse_flag(struct parser *p, struct flag_args *out)
{
	struct slice atom;

	if (parse_peek(p, '\\'))
		return parse_system_flag(p, out);
	if (!parse_atom(p, &atom))
		return false;
	if (out->keywords == FLAGS_KEYWORDS_MAX)
		return parse_fail(p, S("Too many keywords"));
	out->keyword[out->keywords++] = atom;
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
