#ifndef IMAP_MUTF7_H
#define IMAP_MUTF7_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * Mailbox names: modified UTF-7 on the wire (RFC 3501 section 5.1.3), UTF-8 in NFC in the store.
 * Decoding is strict: what is not the one form that encoding gives is refused, so that no two names
 * on the wire mean one mailbox but those that differ in Unicode normalisation only.
 */

/* Appends UTF-8. PK_EINVAL: not modified UTF-7, not its canonical form, or a control character.
 * PK_ENOMEM. */
enum pk_status mutf7_decode(struct slice name, struct buf *out);

/* Appends modified UTF-7. Octets that are not UTF-8 become U+FFFD. */
void mutf7_encode(struct slice utf8, struct buf *out);

/* What a client wrote, in modified UTF-7 or in UTF-8 (RFC 6855 3, RFC 9051 5.1), as the store wants
 * it: decoded, NFC, INBOX in capitals also as the first level of a longer name. Statuses as above.
 */
enum pk_status mailbox_from_wire(struct slice name, bool utf8, struct buf *out);

#endif
