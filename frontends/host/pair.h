#ifndef HOST_PAIR_H
#define HOST_PAIR_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

#include <openssl/x509.h>

/* A certificate, those above it, and its key, made of PEM. Zeroed memory is a valid empty one. */
struct pair {
	X509 *leaf;
	EVP_PKEY *key;
	STACK_OF(X509) * chain; /* those above it */
};

/* PK_EINVAL: they are no pair; the words are in OpenSSL's queue. To be cleared in any case. */
enum pk_status pair_read(struct pair *p, struct slice chain, struct slice key);
void pair_clear(struct pair *p);

/* The first certificate alone. NULL: there is none; the words are in OpenSSL's queue. */
X509 *pair_leaf(struct slice chain);

#endif
