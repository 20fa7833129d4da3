#ifndef IMAP_SECTION_H
#define IMAP_SECTION_H

#include "fetch.h"

#include "mime/decode.h"
#include "mime/summary.h"

/* Where a section of a message is, in octets of the message as readers see it. */
struct span {
	uint64_t at, octets;
	bool nil; /* there is no such part */
};

/* prefix: octets before the body that the summary describes; octets: of both. `sum` may be NULL for
 * a section that is the whole message. */
struct span section_find(const struct section *sec, const struct summary *sum, uint64_t prefix,
                         uint64_t octets);

/*
 * What a section decodes to (RFC 3516 4.2). Only parts that hold no others have an encoding of
 * their own; the whole message has none. unknown: it cannot be decoded, or not all of it.
 */
struct decoded {
	enum mime_encoding encoding;
	uint64_t octets; /* of what comes out */
	bool unknown;
};
struct decoded section_decoded(const struct section *sec, const struct summary *sum,
                               const struct span *span);

#endif
