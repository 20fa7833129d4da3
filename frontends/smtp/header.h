#ifndef SMTP_HEADER_H
#define SMTP_HEADER_H

#include <postkeep/buf.h>

#include "mime/scan.h"

/*
 * The header of a message that a user sends, on its way (RFC 6409 section 8). It comes in pieces of
 * any size. Fields that are nobody's business are left out: Bcc, Resent-Bcc, and Return-Path, which
 * the delivery writes. Those that say who sends are kept, and it is counted which ones are there.
 *
 * The header ends at the empty line, or at the first line that is neither a field (RFC 5322 2.2,
 * 4.5: spaces may stand before the colon) nor a fold: that one belongs to the body, and whoever
 * writes the rest puts an empty line before it. So all readers see the same fields, wherever they
 * think that a header ends. Lone CR and LF, and NUL, are for others to refuse.
 *
 * Zeroed memory is ready for the first octet.
 */
#define HEADER_MAX  (MIME_HEADER_MAX - 4096) /* octets; with Received the scanner sees all of it */
#define HEADER_KEPT 16384                    /* octets of the values that are kept */
#define HEADER_NAME 997                      /* octets of a name; RFC 5322 2.1.1 */

enum header_field_kind {
	HEADER_OTHER,
	HEADER_FROM,
	HEADER_SENDER,
	HEADER_RESENT, /* -From and -Sender: a message may have several (RFC 5322 3.6.6) */
	HEADER_DATE,
	HEADER_MESSAGE_ID,
	HEADER_BCC,
	HEADER_DROPPED,
	HEADER_KINDS,
};

struct header {
	uint8_t at;   /* private */
	uint8_t kind; /* private: enum header_field_kind of the field at hand */
	bool over;    /* `held` is the beginning of the body */
	bool too_long;
	bool bcc_too_long;
	uint32_t octets;
	uint32_t fields[HEADER_KINDS]; /* how many of each kind */
	struct buf held;               /* of a line that nobody knows yet what it is */
	struct buf senders; /* values of FROM, SENDER, RESENT as they stand, a NUL before each */
	struct buf bcc;     /* those of BCC likewise, unless they are too long */
};

/* Appends to `out` what is to go on. Returns the octets used: all, unless it is over now. */
size_t header_take(struct header *h, struct slice in, struct buf *out);
/* The message has ended: so has its header, if it had not before. */
void header_finish(struct header *h, struct buf *out);
void header_free(struct header *h);

#endif
