#include "pair.h"

#include <openssl/err.h>
#include <openssl/pem.h>

static bool read_pair(struct pair *p, BIO *certs, BIO *keys)
{
	X509 *above;

	p->chain = sk_X509_new_null();
	p->leaf = certs ? PEM_read_bio_X509(certs, NULL, NULL, NULL) : NULL;
	p->key = keys ? PEM_read_bio_PrivateKey(keys, NULL, NULL, NULL) : NULL;
	while (p->leaf && p->chain && (above = PEM_read_bio_X509(certs, NULL, NULL, NULL)))
		if (!sk_X509_push(p->chain, above))
			X509_free(above);
	return p->leaf && p->key && p->chain && X509_check_private_key(p->leaf, p->key) == 1;
}

enum pk_status pair_read(struct pair *p, struct slice chain, struct slice key)
{
	BIO *certs = BIO_new_mem_buf(chain.p, (int)chain.n);
	BIO *keys = BIO_new_mem_buf(key.p, (int)key.n);
	bool good;

	ERR_clear_error();
	*p = (struct pair){0};
	good = read_pair(p, certs, keys);
	BIO_free(certs);
	BIO_free(keys);
	if (good)
		ERR_clear_error(); /* the end of the chain is one */
	return good ? PK_OK : PK_EINVAL;
}

void pair_clear(struct pair *p)
{
	X509_free(p->leaf);
	EVP_PKEY_free(p->key);
	sk_X509_pop_free(p->chain, X509_free);
	*p = (struct pair){0};
}

X509 *pair_leaf(struct slice chain)
{
	BIO *certs = BIO_new_mem_buf(chain.p, (int)chain.n);
	X509 *leaf;

	ERR_clear_error();
	leaf = certs ? PEM_read_bio_X509(certs, NULL, NULL, NULL) : NULL;
	BIO_free(certs);
	return leaf;
}
