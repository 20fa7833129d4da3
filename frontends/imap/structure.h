#ifndef IMAP_STRUCTURE_H
#define IMAP_STRUCTURE_H

#include "mime/summary.h"

#include <postkeep/buf.h>

/* ENVELOPE and BODYSTRUCTURE from a message's summary: RFC 3501 7.4.2. */

/* A text as a quoted string, as a literal where that cannot be; NIL if it is absent. */
void put_nstring(struct buf *out, struct slice text);
/* prefix: what the store has put in front of the message, whose root it is. */
void put_envelope(struct buf *out, const struct summary *sum, uint32_t root, struct slice prefix);
/* In front of what a user sent is the Bcc that nobody else sees. Its value; "": none. */
struct slice prefix_bcc(struct slice prefix);
/* A structure of more than STRUCTURE_MAX octets, which no honest message has, is told as one part
 * of octets. */
#define STRUCTURE_MAX ((size_t)2 << 20)
enum structure_how {
	STRUCTURE_EXTENSIONS = 1 << 0, /* BODYSTRUCTURE */
	STRUCTURE_DECODED = 1 << 1,    /* RFC 9051 7.5.2: parameters of RFC 2231 in UTF-8 */
};
void put_structure(struct buf *out, const struct summary *sum, unsigned how);

#endif
