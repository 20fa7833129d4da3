#ifndef HOST_CERTIFICATES_H
#define HOST_CERTIFICATES_H

#include <postkeep/messages.h>

#include "pair.h"

#include <uthash.h>

/*
 * The certificates of a service, by their own name, and which one a client is shown who asks for a
 * DNS name. What is shown depends on which certificates there are, not on the order in which they
 * came or were changed: of two with a name in them the lower rank has it, then the own name that
 * sorts first. A look-up keeps no name (HAZARDS 12); a change costs as many steps as the
 * certificate has names.
 *
 * A pair takes five times its text in memory and half a millisecond to be made of it. So a number
 * of them is kept ready, those that were shown last; of the others, which may be thousands, there
 * is the text. Zeroed memory has none.
 */
#define CERTIFICATES_READY 256u

struct certificates {
	struct certificate *all, *first; /* first: for those that ask for no name */
	struct served *names;
	struct certificate *newest, *oldest; /* of those that are ready, by when they were shown */
	unsigned ready;
};

struct certificate {
	struct slice name; /* its own */
	/* below: the module's own */
	char *text; /* PEM: chain, then key */
	size_t chain_octets, key_octets;
	struct pair pair; /* while it is ready */
	struct certificate *newer, *older;
	uint32_t rank;
	struct claim *claims;
	UT_hash_handle hh;
};

/*
 * Adds a chain and its key, or puts it in the place of the one of this name. PK_EINVAL: they are no
 * pair; the words are in OpenSSL's queue, and the old one stays. Beyond those that are kept ready
 * only the first certificate is looked at. Connections keep what they have.
 */
enum pk_status certificates_set(struct certificates *cs, const struct pk_ctl_certificate *pair);
void certificates_forget(struct certificates *cs, struct slice name);
void certificates_free(struct certificates *cs);

/* The name itself, then a wildcard for its first label (RFC 6125 section 6.4.3). NULL: none has it.
 */
struct certificate *certificates_find(const struct certificates *cs, struct slice name);
/* That one, or the first. NULL: there is none at all. */
struct certificate *certificates_choose(const struct certificates *cs, struct slice name);

/* The pair, ready until another call. NULL: it is none; the words are in OpenSSL's queue. */
const struct pair *certificates_pair(struct certificates *cs, struct certificate *c);

#endif
