#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <postkeep/buf.h>

/*
 * Base64 of one whole string (RFC 4648 section 4), as SASL and others put it on a line. Strict:
 * padded, no octet outside the alphabet, no line ends, no stray bits behind the last octet, so
 * that each string of octets has exactly one form.
 */
void base64_encode(struct slice in, struct buf *out); /* appends; out->failed without memory */

/* Appends what `in` stands for. False: it is no base64, or no memory; out is as before. */
[[nodiscard]] bool base64_decode(struct slice in, struct buf *out);

#endif
