#ifndef IMAP_OBJECTID_H
#define IMAP_OBJECTID_H

#include <postkeep/buf.h>

/*
 * Object identifiers of messages (RFC 8474). EMAILID is "M" and the guid of the message's row in
 * hexadecimal: COPY and MOVE keep it.
 */
#define OBJECTID_MAX 255

bool is_objectid(struct slice s);
void emailid_put(struct buf *out, struct slice guid);

#endif
