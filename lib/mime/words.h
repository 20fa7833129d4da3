#ifndef MIME_WORDS_H
#define MIME_WORDS_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * Text of headers for people and for sorting.
 */

/*
 * Appends an unfolded header text with its encoded words (RFC 2047, RFC 2231 5) decoded: always
 * valid UTF-8, without NUL, CR and LF. Space between two encoded words goes; a character split over
 * words of one charset is joined. Words that are broken or in an unknown charset stay as they
 * stand; raw text that is not UTF-8 is taken as windows-1252.
 */
void words_decode(struct slice text, struct buf *out);

/*
 * The base subject of RFC 5256 2.1 (without Re:, Fwd:, [list], (fwd)) of a raw Subject, decoded, in
 * the form of words_casemap. *reply_or_forward: whether something said so (RFC 5256 3).
 */
void words_base_subject(struct slice subject, struct buf *out, bool *reply_or_forward);

/*
 * The sort form i;unicode-casemap (RFC 5051) of UTF-8: two texts are equal under it, or in order,
 * as the octets of this form are. Octets that are not UTF-8 stay as they are.
 */
void words_casemap(struct slice utf8, struct buf *out);

#endif
