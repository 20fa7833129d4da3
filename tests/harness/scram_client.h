#ifndef SCRAM_CLIENT_H
#define SCRAM_CLIENT_H

#include "scram.h"

#include "base/base64.h"

#include <sodium.h>

/* The client's side of SCRAM-SHA-256 (RFC 5802 section 3), written apart from the server's. */

static inline void scram_hmac(const void *key, size_t n, struct slice data, unsigned char out[32])
{
	crypto_auth_hmacsha256_state h;

	crypto_auth_hmacsha256_init(&h, key, n);
	crypto_auth_hmacsha256_update(&h, (const unsigned char *)data.p, data.n);
	crypto_auth_hmacsha256_final(&h, out);
}

/* Hi(): PBKDF2 of one block, by hand. */
static inline void scram_hi(const struct scram_keys *k, struct slice password,
                            unsigned char out[32])
{
	unsigned char u[32];
	struct buf first = {0};

	buf_put(&first, (struct slice){(const char *)k->salt, k->salt_octets});
	buf_put(&first, (struct slice){"\0\0\0\1", 4});
	scram_hmac(password.p, password.n, buf_slice(&first), u);
	memcpy(out, u, 32);
	for (uint32_t i = 1; i < k->iterations; i++) {
		scram_hmac(password.p, password.n, (struct slice){(const char *)u, 32}, u);
		for (int n = 0; n < 32; n++)
			out[n] ^= u[n];
	}
	buf_free(&first);
}

/*
 * client-final-message. auth: client-first-message-bare, a comma, server-first-message; binding:
 * gs2-header and the channel's octets; nonce: both parts.
 */
static inline void scram_answer(const struct scram_keys *k, struct slice auth,
                                struct slice password, struct slice binding, struct slice nonce,
                                struct buf *out)
{
	unsigned char salted[32], client[32], stored[32], signature[32];
	struct buf message = {0};

	buf_put(out, S("c="));
	base64_encode(binding, out);
	buf_put(out, S(",r="));
	buf_put(out, nonce);
	buf_put(&message, auth);
	buf_byte(&message, ',');
	buf_put(&message, buf_slice(out));
	scram_hi(k, password, salted);
	scram_hmac(salted, 32, S("Client Key"), client);
	crypto_hash_sha256(stored, client, 32);
	scram_hmac(stored, 32, buf_slice(&message), signature);
	for (int n = 0; n < 32; n++)
		client[n] ^= signature[n];
	buf_put(out, S(",p="));
	base64_encode((struct slice){(const char *)client, 32}, out);
	buf_free(&message);
}

/* server-first-message taken apart. False: it is none. */
static inline bool scram_challenged(struct slice words, struct scram_keys *k, struct slice *nonce)
{
	struct slice rest = words, salt, iterations;
	struct buf octets = {0};
	uint64_t n = 0;
	bool good;

	*nonce = slice_skip(slice_cut(&rest, ','), 2);
	salt = slice_skip(slice_cut(&rest, ','), 2);
	iterations = slice_skip(rest, 2);
	good = slice_number(iterations, 1000000, &n) && base64_decode(salt, &octets) &&
	       octets.n <= sizeof(k->salt);
	*k = (struct scram_keys){.iterations = (uint32_t)n, .salt_octets = octets.n};
	if (good)
		memcpy(k->salt, octets.p, octets.n);
	buf_free(&octets);
	return good;
}

#endif
