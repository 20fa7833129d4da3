#include "wrap.h"

#include <assert.h>

#include <sodium.h>

#define NONCE_OCTETS crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_OCTETS   crypto_aead_xchacha20poly1305_ietf_ABYTES
static_assert(WRAP_OCTETS == NONCE_OCTETS + TAG_OCTETS);
static_assert(WRAP_KEY_OCTETS == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void wrap_seal(const unsigned char key[WRAP_KEY_OCTETS], struct slice context, struct slice plain,
               unsigned char *out)
{
	randombytes_buf(out, NONCE_OCTETS);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		out + NONCE_OCTETS, NULL, (const unsigned char *)plain.p, plain.n,
		(const unsigned char *)context.p, context.n, NULL, out, key);
}

bool wrap_open(const unsigned char key[WRAP_KEY_OCTETS], struct slice context, struct slice sealed,
               unsigned char *out)
{
	const unsigned char *from = (const unsigned char *)sealed.p;

	return sealed.n >= WRAP_OCTETS &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(
		       out, NULL, NULL, from + NONCE_OCTETS, sealed.n - NONCE_OCTETS,
		       (const unsigned char *)context.p, context.n, from, key) == 0;
}
