#ifndef MIME_DECODE_H
#define MIME_DECODE_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * Content transfer encodings (RFC 2045 6). Base64 of whole strings: base/base64.h.
 */
enum mime_encoding {
	MIME_IDENTITY, /* 7bit, 8bit, binary, none */
	MIME_BASE64,
	MIME_QUOTED_PRINTABLE,
	MIME_UNKNOWN, /* anything else, taken as it stands: BINARY answers UNKNOWN-CTE */
};

enum mime_encoding
mime_encoding(struct slice token); /* without case; the empty token is MIME_IDENTITY */

/*
 * A streaming decoder. Zeroed memory with `encoding` set is ready. Any piece sizes, same result.
 * Bad input is never refused, `damaged` notes it:
 *   base64            octets outside the alphabet are skipped (white space is no damage); '=' ends
 * a group, another may follow; a single left-over character is dropped quoted-printable  a '=' that
 * begins nothing stays; white space at a line's end goes (RFC 2045 6.7 rule 3; only the last 96
 * octets of it); hard line ends stay as they are What decodes is never longer than what came.
 */
struct mime_decoder {
	enum mime_encoding encoding;
	bool damaged;
	uint8_t held_n; /* private from here: octets in `held` */
	uint8_t phase;
	uint32_t bits;
	char held[96]; /* what may yet turn out to end a line, or an escape that is not complete */
};

/* Appends what can be decoded. `out` NULL: only counts. Returns how many octets that were. */
uint64_t mime_decode(struct mime_decoder *d, struct slice in, struct buf *out);
uint64_t mime_decode_end(struct mime_decoder *d, struct buf *out); /* the rest */

#endif
