#ifndef SMTP_XTEXT_H
#define SMTP_XTEXT_H

#include <postkeep/buf.h>

/* xtext (RFC 3461 section 4), in which parameters carry what they may not have in them. */

/* Appends what it stands for. False: it is none. */
[[nodiscard]] bool xtext_decode(struct slice in, struct buf *out);

#endif
