#ifndef STORE_WRAP_H
#define STORE_WRAP_H

#include <postkeep/slice.h>

/*
 * Small secrets under the operator key: XChaCha20-Poly1305 with a random nonce, which stands in
 * front. Nothing is kept; sodium_init() was called.
 */
#define WRAP_KEY_OCTETS 32
#define WRAP_OCTETS     40 /* by how much the wrapped is longer: nonce 24, tag 16 */

/* out: plain.n + WRAP_OCTETS octets. context is authenticated, not stored. */
void wrap_seal(const unsigned char key[WRAP_KEY_OCTETS], struct slice context, struct slice plain,
               unsigned char *out);

/* out: sealed.n - WRAP_OCTETS octets. False where key, context or a bit of it is another. */
bool wrap_open(const unsigned char key[WRAP_KEY_OCTETS], struct slice context, struct slice sealed,
               unsigned char *out);

#endif
