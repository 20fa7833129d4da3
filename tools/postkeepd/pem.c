#include "pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static const char *check(X509 *leaf, EVP_PKEY *key)
{
	if (!leaf)
		return "the chain file holds no certificate";
	if (!key)
		return "the key file holds no private key that can be read without a password";
	if (X509_check_private_key(leaf, key) != 1)
		return "the key is not the one of the first certificate of the chain";
	return NULL;
}

/* Never asks a terminal. */
static int no_password(char *into, int size, int writing, void *user)
{
	(void)into, (void)size, (void)writing, (void)user;
	return 0;
}

/* A file that is cut short or damaged behind its first certificate. */
static const char *check_rest(BIO *chain)
{
	unsigned long e;
	X509 *above;

	ERR_clear_error();
	while ((above = PEM_read_bio_X509(chain, NULL, no_password, NULL)))
		X509_free(above);
	e = ERR_peek_last_error();
	ERR_clear_error();
	if (ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE)
		return NULL; /* its end */
	return "a certificate of the chain behind the first is damaged";
}

static int64_t expiry(const X509 *leaf)
{
	struct tm tm;

	return ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &tm) == 1 ? timegm(&tm) : 0;
}

const char *pem_check_pair(const char *chain, const char *key, struct end_point *e,
                           int64_t *expires)
{
	BIO *chain_bio = BIO_new_mem_buf(chain, -1), *key_bio = BIO_new_mem_buf(key, -1);
	X509 *leaf = chain_bio ? PEM_read_bio_X509(chain_bio, NULL, no_password, NULL) : NULL;
	EVP_PKEY *private_key =
		key_bio ? PEM_read_bio_PrivateKey(key_bio, NULL, no_password, NULL) : NULL;
	const char *why = check(leaf, private_key);

	if (!why)
		why = check_rest(chain_bio);
	if (!why) {
		end_point_of(leaf, e);
		*expires = expiry(leaf);
	}
	ERR_clear_error();
	X509_free(leaf);
	EVP_PKEY_free(private_key);
	BIO_free(chain_bio);
	BIO_free(key_bio);
	return why;
}
