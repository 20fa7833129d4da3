#ifndef MIME_CHARSET_H
#define MIME_CHARSET_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * Text to UTF-8. Only charsets of a list are known (the registered names and usual aliases of what
 * mail uses); a name from mail never reaches iconv_open.
 */
[[nodiscard]] bool charset_known(struct slice name);

/*
 * Appends text as UTF-8. What is not valid becomes U+FFFD, also a character that is cut at the end;
 * the result is always valid UTF-8 and has no NUL. An unknown charset, or one that cannot be
 * opened: ASCII stays, the rest becomes U+FFFD unless the whole is valid UTF-8; false then. The
 * empty name counts as UTF-8.
 */
bool charset_to_utf8(struct slice name, struct slice text, struct buf *out);

/*
 * The same of text that comes in pieces, cut anywhere. Zeroed memory is ready for charset_start.
 * Text of a charset that is not told or not known, or US-ASCII with octets above 127, is read as
 * most likely meant: characters of UTF-8 are that, other octets are windows-1252.
 */
struct charset_reader {
	void *iconv;     /* private: an iconv_t; NULL: none is needed, or not yet */
	bool guess;      /* nobody has said */
	struct buf left; /* the beginning of a character */
};
void charset_start(struct charset_reader *r, struct slice name);
void charset_feed(struct charset_reader *r, struct slice piece, struct buf *out);
void charset_end(struct charset_reader *r, struct buf *out); /* what is cut at the end: U+FFFD */
void charset_free(struct charset_reader *r); /* at any time; back to the zeroed state */

/* Length of the longest prefix of at most max octets that does not cut a character. */
size_t utf8_cut(struct slice text, size_t max);
/* Takes one character off *text; U+FFFD and one octet for what is not valid. text->n must not be 0.
 */
uint32_t utf8_next(struct slice *text);
void utf8_put(struct buf *out, uint32_t c);
[[nodiscard]] bool utf8_valid(struct slice text);

/*
 * iconv loads its modules from files when first used. A process that gives up its access to files
 * calls charsets_hold before: it opens all of the list, and they stay loaded until
 * charsets_release.
 */
struct charsets;
[[nodiscard]] struct charsets *charsets_hold(void); /* NULL: out of memory */
size_t charsets_missing(const struct charsets *c);  /* how many the system does not have */
void charsets_release(struct charsets *c);

#endif
