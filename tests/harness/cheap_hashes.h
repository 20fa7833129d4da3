#ifndef CHEAP_HASHES_H
#define CHEAP_HASHES_H

/*
 * For fuzz targets: Argon2 with the least that libsodium takes, and no keys of SCRAM, in place of
 * what makes a login dear. Defined in the program, so the store calls these.
 */
#include <openssl/evp.h>
#include <sodium.h>

int crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *password,
                          unsigned long long n, unsigned long long passes, size_t octets, int alg)
{
	(void)passes, (void)octets, (void)alg;
	return crypto_pwhash_argon2id_str(out, password, n, crypto_pwhash_argon2id_OPSLIMIT_MIN,
	                                  crypto_pwhash_argon2id_MEMLIMIT_MIN);
}

int crypto_pwhash_str_needs_rehash(const char *hash, unsigned long long passes, size_t octets)
{
	(void)passes, (void)octets;
	return crypto_pwhash_argon2id_str_needs_rehash(hash, crypto_pwhash_argon2id_OPSLIMIT_MIN,
	                                               crypto_pwhash_argon2id_MEMLIMIT_MIN);
}

int PKCS5_PBKDF2_HMAC(const char *password, int n, const unsigned char *salt, int salt_octets,
                      int rounds, const EVP_MD *md, int octets, unsigned char *out)
{
	(void)password, (void)n, (void)salt, (void)salt_octets, (void)rounds, (void)md;
	memset(out, 1, (size_t)octets);
	return 1;
}

#endif
