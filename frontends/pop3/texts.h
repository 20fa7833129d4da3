#ifndef POP3_TEXTS_H
#define POP3_TEXTS_H

#include <postkeep/plugin.h>

/* What people read in answers, in the languages of RFC 6856 section 3. Code has the English words;
 * the table in texts.c has the others beside them. */
enum pop3_language { POP3_ENGLISH, POP3_GERMAN, POP3_INDONESIAN, POP3_LANGUAGES };

struct pop3_language_name {
	struct slice tag;  /* RFC 5646 */
	struct slice name; /* in the language itself, UTF-8 */
};
extern const struct pop3_language_name pop3_languages[POP3_LANGUAGES];

/* The best match of a basic language range, as RFC 4647 section 3.4 looks it up. False: none. */
bool pop3_language_find(struct slice range, enum pop3_language *out);

/* The words in a language; those that the table has not stay as they are. */
struct slice pop3_text(enum pop3_language language, struct slice english);

/* Writes an answer: its status and its response code as they are, its words in the language, CRLF.
 */
void pop3_put_answer(struct pk_io *io, enum pop3_language language, struct slice answer);

#endif
