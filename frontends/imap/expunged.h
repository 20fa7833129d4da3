#ifndef IMAP_EXPUNGED_H
#define IMAP_EXPUNGED_H

#include "imap.h"
#include "view.h"

/*
 * Telling of messages that are gone. Both stop when output is full, return false and go on when
 * called again.
 */

/* Those in view->gone: as EXPUNGE, or as VANISHED once QRESYNC is on (RFC 7162 3.2.10.2). */
bool put_expunged(struct imap *s);

/* VANISHED (EARLIER), RFC 7162 3.2.10.1: of UIDs that the client does not count. */
bool put_earlier(struct imap *s, roaring_uint32_iterator_t *uids);

#endif
