#ifndef MIME_SCAN_H
#define MIME_SCAN_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * Reads a message once, in pieces of any size, and makes its summary (summary.h). The result does
 * not depend on how the message was cut into pieces.
 *
 * It never refuses a message: whatever bytes come, there is a part 0 that spans them all.
 *   - Lines end in LF or CRLF; a lone CR is a byte like others; NUL is one too (in texts of the
 *     summary it becomes '?').
 *   - A header ends at the first empty line, at a boundary line of a multipart around it, or at
 *     the end. Lines in it that are no fields are skipped.
 *   - A boundary line is "--", the boundary, perhaps "--", spaces and tabs, nothing else, and at
 *     most 512 octets (RFC 2046 5.1.1; a mere prefix is not enough, so that "b" and "b1" can nest).
 * The line end before it belongs to it. Of equal boundaries the innermost counts.
 *   - A multipart without closing boundary ends where what holds it ends. After the closing
 *     boundary its boundary is forgotten: the rest is epilogue.
 *   - message/rfc822 and message/global are looked into, unless encoded (base64,
 *     quoted-printable).
 *   - What cannot be looked into (a limit, a multipart without boundary parameter, an encoded
 *     message) is an opaque leaf.
 *
 * Time is linear in the message's size. Memory: about 15 KB, plus the header block being read (at
 * most MIME_HEADER_MAX of it), plus 80 octets a part and the summary's texts: 20 to 40 KB for
 * usual mail, below 2 MB whatever comes.
 *
 * The summary has its own limit, SUMMARY_MAX. Of what would go beyond it, addresses at the end of
 * lists are left out first, then texts of parts but for their type; then the next part is opaque
 * and reaches to the end, as behind MIME_PARTS_MAX.
 */
#define MIME_DEPTH_MAX     100    /* parts inside one another; deeper: opaque */
#define MIME_PARTS_MAX     10000  /* more: part 10000 is opaque and reaches to the end */
#define MIME_HEADER_MAX    262144 /* octets of one header block that are looked at */
#define MIME_BOUNDARY_MAX  250    /* octets; RFC 2046 allows 70. Longer: as if there were none */
#define MIME_PARAMS_MAX    64     /* parameters of one field, RFC 2231 pieces counted one by one */
#define MIME_TEXT_MAX      4096   /* octets kept of any single text */
#define MIME_ADDRESSES_MAX 8192   /* addresses kept of a message, all lists together */
#define MIME_PREVIEW_CHARS 200    /* characters (not octets) of the preview, RFC 8970 */

struct mime_scan;

[[nodiscard]] struct mime_scan *mime_scan_new(void); /* NULL: out of memory */
void mime_scan_feed(struct mime_scan *s, struct slice piece);
/* The message is complete: appends its summary, at most SUMMARY_MAX octets. PK_OK or PK_ENOMEM.
 * Then only mime_scan_free. */
enum pk_status mime_scan_end(struct mime_scan *s, struct buf *summary);
void mime_scan_free(struct mime_scan *s); /* at any time; accepts NULL */

#endif
