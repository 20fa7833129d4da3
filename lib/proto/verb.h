#ifndef PROTO_VERB_H
#define PROTO_VERB_H

#include <postkeep/slice.h>

/*
 * Finds commands in a table and takes their lines apart. A command table is an array of structs
 * whose first member is the verb, a struct slice in upper case; the rest is the protocol's own:
 *
 *	static const struct command {
 *		struct slice verb;
 *		unsigned states;
 *		uint32_t (*run)(struct session *, struct slice arguments);
 *	} commands[] = {
 *		{S("NOOP"), ANY, cmd_noop},
 *	};
 *	const struct command *c = VERB_FIND(verb_word(&line), commands);
 */

/* The row for a word, which may be written in any case; NULL if there is none. */
const void *verb_find(struct slice word, const void *rows, size_t count, size_t row_bytes);
#define VERB_FIND(word, table) \
	verb_find((word), (table), sizeof(table) / sizeof(*(table)), sizeof(*(table)))

/* Takes the first word off *line, and the spaces behind it. Spaces before it are skipped. */
struct slice verb_word(struct slice *line);

/*
 * The line begins like an HTTP request. A browser can be made to send one to any port, with lines
 * of somebody's choosing behind it (ALPACA): who sees this closes at once.
 */
bool verb_is_http(struct slice line);

#endif
