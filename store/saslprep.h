#ifndef STORE_SASLPREP_H
#define STORE_SASLPREP_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * SASLprep (RFC 4013), the stringprep profile (RFC 3454) for names and passwords, as SCRAM wants
 * it (RFC 5802 section 2.2): other spaces become SPACE, what is mapped to nothing goes, then NFKC.
 * The result is appended to out, whose room is made before, so that no copy of a password stays
 * behind. As for a query: code points that Unicode has not assigned are let through.
 * PK_EINVAL: not UTF-8, a prohibited character (section 2.3), left and right mixed against RFC
 * 3454 section 6, or nothing is left. PK_ENOMEM.
 */
enum pk_status saslprep(struct slice in, struct buf *out);

#endif
