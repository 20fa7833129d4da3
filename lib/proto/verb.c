#include "proto/verb.h"

const void *verb_find(struct slice word, const void *rows, size_t count, size_t row_bytes)
{
	const char *row = rows;

	for (size_t i = 0; i < count; i++, row += row_bytes)
		if (slice_ieq(word, *(const struct slice *)(const void *)row))
			return row;
	return NULL;
}

static struct slice skip_spaces(struct slice s)
{
	while (s.n && *s.p == ' ')
		s = slice_skip(s, 1);
	return s;
}

struct slice verb_word(struct slice *line)
{
	struct slice word;

	*line = skip_spaces(*line);
	word = slice_cut(line, ' ');
	*line = skip_spaces(*line);
	return word;
}

bool verb_is_http(struct slice line)
{
	static const struct slice methods[] = {
		S("GET"),   S("HEAD"),  S("POST"),    S("PUT"),     S("DELETE"),
		S("PATCH"), S("TRACE"), S("OPTIONS"), S("CONNECT"), S("PRI"),
	};
	struct slice word = verb_word(&line);

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (slice_eq(word, methods[i]))
			return true;
	return false;
}
