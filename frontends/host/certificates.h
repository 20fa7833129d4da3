#ifndef HOST_CERTIFICATES_H
#define HOST_CERTIFICATES_H

#include <postkeep/messages.h>

#include <openssl/x509.h>
#include <uthash.h>

/*
 * The certificates of a service, by their own name, and which one a client is shown who asks for a
 * DNS name. What is shown depends on which certificates there are, not on the order in which they
 * came or were changed: of two with a name in them the lower rank has it, then the own name that
 * sorts first. A look-up keeps nothing (HAZARDS 12); a change costs as many steps as the
 * certificate has names. Zeroed memory has none.
 */
struct certificates {
	struct certificate *all, *first; /* first: for those that ask for no name */
	struct served *names;
};

struct certificate {
	X509 *leaf;
	EVP_PKEY *key;
	STACK_OF(X509) * chain; /* those above it */
	/* below: the module's own */
	struct slice name;
	uint32_t rank;
	struct claim *claims;
	UT_hash_handle hh;
};

/*
 * Adds a chain and its key, or puts it in the place of the one of this name. PK_EINVAL: they are no
 * pair; the words are in OpenSSL's queue, and the old one stays. Connections keep what they have.
 */
enum pk_status certificates_set(struct certificates *cs, const struct pk_ctl_certificate *pair);
void certificates_forget(struct certificates *cs, struct slice name);
void certificates_free(struct certificates *cs);

/* The name itself, then a wildcard for its first label (RFC 6125 section 6.4.3), then the first.
 * NULL: there is none at all. */
const struct certificate *certificates_choose(const struct certificates *cs, struct slice name);

#endif
