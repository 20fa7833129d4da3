#ifndef IMAP_SECTION_H
#define IMAP_SECTION_H

#include "fetch.h"

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

#endif
