#ifndef IMAP_PARSE_H
#define IMAP_PARSE_H

#include <postkeep/slice.h>

/*
 * Takes the arguments of a command apart (RFC 3501 section 9). The text is the whole command as it
 * was gathered: lines and literals one after the other, each literal behind its "{n}" CRLF. It is
 * the parser's to change: quoted strings with escapes are unescaped in place, so a text is parsed
 * once. Slices that come out point into it.
 *
 * Each function takes its piece off the front of p->in and returns true, or sets p->error (the
 * first one stays) and returns false.
 */
struct parser {
	struct slice in;    /* what is left */
	bool utf8;          /* quoted strings are UTF-8, or BAD: RFC 6855 section 3 */
	struct slice error; /* why the command is BAD; empty: it is not */
};

bool parse_fail(struct parser *p, struct slice why); /* false, always */

bool parse_char(struct parser *p, char c);
bool parse_space(struct parser *p);
bool parse_end(struct parser *p);                     /* nothing may be left */
bool parse_peek(const struct parser *p, char c);      /* is c next? takes nothing */
bool parse_word(struct parser *p, struct slice word); /* the word in any case, or nothing taken and
                                                         no error */

bool parse_tag(struct parser *p, struct slice *out);
bool parse_atom(struct parser *p, struct slice *out);
bool parse_string(struct parser *p, struct slice *out);       /* quoted or literal */
bool parse_astring(struct parser *p, struct slice *out);      /* never holds a NUL */
bool parse_nstring(struct parser *p, struct slice *out);      /* NIL: p is NULL */
bool parse_list_mailbox(struct parser *p, struct slice *out); /* with wildcards */
bool parse_number(struct parser *p, uint64_t max, uint64_t *out);
bool parse_set(struct parser *p, struct slice *out); /* the characters of a sequence set, "$" too */

bool is_atom(struct slice s); /* at least one character, none that may not stand in an atom */

/*
 * Does this line end in a literal's announcement, outside of quotes? Then *octets is its length
 * (UINT64_MAX if it is no number that fits), *sync whether the client waits for "+"
 * (RFC 7888 section 3).
 */
bool parse_literal_end(struct slice line, uint64_t *octets, bool *sync);

#endif
