#include "modifiers.h"

static const struct modifier *find(const struct modifier *known, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_ieq(name, known[i].name))
			return &known[i];
	return NULL;
}

bool parse_modifiers(struct parser *p, const struct modifier *known, size_t n, void *out)
{
	uint32_t seen = 0; /* bit i: known[i] */
	struct slice name;

	if (!parse_char(p, '('))
		return false;
	do {
		const struct modifier *m;

		if ((seen && !parse_space(p)) || !parse_atom(p, &name))
			return false;
		m = find(known, n, name);
		if (!m)
			return parse_fail(p, S("Unknown modifier"));
		if (seen & 1u << (m - known))
			return parse_fail(p, S("A modifier comes twice"));
		seen |= 1u << (m - known);
		if (!m->value(p, out))
			return false;
	} while (!parse_peek(p, ')'));
	return parse_char(p, ')');
}

bool parse_modseq(struct parser *p, uint64_t *out)
{
	return parse_space(p) && parse_number(p, INT64_MAX, out);
}
