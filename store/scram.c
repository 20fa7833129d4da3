#include "scram.h"

#include "saslprep.h"

#include "base/base64.h"

#include <openssl/evp.h>
#include <sodium.h>

static void hmac(struct slice key, struct slice data, unsigned char out[SCRAM_HASH])
{
	crypto_auth_hmacsha256_state h;

	crypto_auth_hmacsha256_init(&h, (const unsigned char *)key.p, key.n);
	crypto_auth_hmacsha256_update(&h, (const unsigned char *)data.p, data.n);
	crypto_auth_hmacsha256_final(&h, out);
	sodium_memzero(&h, sizeof(h));
}

static struct slice octets(const unsigned char *p, size_t n)
{
	return (struct slice){(const char *)p, n};
}

enum pk_status scram_derive(struct slice password, struct scram_keys *k)
{
	unsigned char salted[SCRAM_HASH], client[SCRAM_HASH];
	struct buf prepared = {0};
	enum pk_status st = saslprep(password, &prepared);

	if (st == PK_OK &&
	    PKCS5_PBKDF2_HMAC(prepared.p, (int)prepared.n, k->salt, (int)k->salt_octets,
	                      (int)k->iterations, EVP_sha256(), SCRAM_HASH, salted) != 1)
		st = PK_ENOMEM;
	if (st == PK_OK) {
		hmac(octets(salted, SCRAM_HASH), S("Client Key"), client);
		crypto_hash_sha256(k->stored, client, SCRAM_HASH);
		hmac(octets(salted, SCRAM_HASH), S("Server Key"), k->server);
	}
	sodium_memzero(salted, sizeof(salted));
	sodium_memzero(client, sizeof(client));
	buf_wipe(&prepared);
	return st;
}

/* The value of the attribute that comes next; p NULL: it is another, or there is none. */
static struct slice attribute(struct slice *message, char name)
{
	struct slice rest = *message, a = slice_cut(&rest, ',');

	if (a.n < 2 || a.p[0] != name || a.p[1] != '=')
		return (struct slice){0};
	*message = rest;
	return slice_skip(a, 2);
}

/* saslname: "=2C" is a comma, "=3D" an equals sign, and nothing else is spelled with one. */
static bool unescape(struct slice name, struct buf *out)
{
	if (!name.n)
		return false;
	while (name.n) {
		struct slice plain = slice_cut(&name, '=');

		buf_put(out, plain);
		if (!name.p || name.p == plain.p + plain.n) /* no "=" was left */
			break;
		if (slice_starts(name, S("2C")))
			buf_byte(out, ',');
		else if (slice_starts(name, S("3D")))
			buf_byte(out, '=');
		else
			return false;
		name = slice_skip(name, 2);
	}
	return !slice_has(buf_slice(out), '\0');
}

static bool printable(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return s.n > 0;
}

/* gs2-cbind-flag: leaves the binding's octets in *binding. */
static bool flag_fits(const struct scram *s, struct slice flag, const struct scram_channel *ch,
                      struct slice *binding)
{
	*binding = (struct slice){0};
	if (slice_eq(flag, S("n")))
		return !s->plus;
	if (slice_eq(flag, S("y")))
		return !s->plus && !ch->exporter.n && !ch->end_point.n;
	if (slice_eq(flag, S("p=tls-exporter")))
		*binding = ch->exporter;
	else if (slice_eq(flag, S("p=tls-server-end-point")))
		*binding = ch->end_point;
	return s->plus && binding->n && binding->n <= SCRAM_BINDING;
}

enum pk_status scram_first(struct scram *s, struct slice message, const struct scram_channel *ch)
{
	struct slice rest = message, flag, as, binding, bare, name, nonce;

	if (message.n > SCRAM_MESSAGE)
		return PK_EPROTO;
	flag = slice_cut(&rest, ',');
	as = slice_cut(&rest, ',');
	bare = rest;
	if (!flag_fits(s, flag, ch, &binding))
		return PK_EPROTO;
	if (as.n && (!slice_starts(as, S("a=")) || !unescape(slice_skip(as, 2), &s->as)))
		return PK_EPROTO;
	name = attribute(&rest, 'n'); /* a mandatory extension, m=, stands here: refused */
	nonce = attribute(&rest, 'r');
	if (!unescape(name, &s->name) || !printable(nonce))
		return PK_EPROTO;
	buf_put(&s->header, slice_head(message, (size_t)(bare.p - message.p)));
	buf_put(&s->header, binding);
	buf_put(&s->auth, bare);
	buf_put(&s->nonce, nonce);
	return s->header.failed || s->auth.failed || s->nonce.failed ? PK_ENOMEM : PK_OK;
}

enum pk_status scram_challenge(struct scram *s, const unsigned char random[SCRAM_RANDOM],
                               struct buf *out)
{
	size_t from = out->n;

	base64_encode(octets(random, SCRAM_RANDOM), &s->nonce);
	buf_put(out, S("r="));
	buf_put(out, buf_slice(&s->nonce));
	buf_put(out, S(",s="));
	base64_encode(octets(s->keys.salt, s->keys.salt_octets), out);
	buf_printf(out, ",i=%u", (unsigned)s->keys.iterations);
	if (out->failed || s->nonce.failed)
		return PK_ENOMEM;
	buf_byte(&s->auth, ',');
	buf_put(&s->auth, slice_skip(buf_slice(out), from));
	return s->auth.failed ? PK_ENOMEM : PK_OK;
}

/* ClientKey is what the proof is when the signature is taken off; only who knows it knows that. */
static bool proof_fits(const struct scram *s, struct slice proof)
{
	unsigned char signature[SCRAM_HASH], client[SCRAM_HASH], stored[SCRAM_HASH];
	bool fits;

	hmac(octets(s->keys.stored, SCRAM_HASH), buf_slice(&s->auth), signature);
	for (size_t i = 0; i < SCRAM_HASH; i++)
		client[i] = signature[i] ^ (unsigned char)proof.p[i];
	crypto_hash_sha256(stored, client, SCRAM_HASH);
	fits = sodium_memcmp(stored, s->keys.stored, SCRAM_HASH) == 0;
	sodium_memzero(client, sizeof(client));
	return fits;
}

static enum pk_status check_final(struct scram *s, struct slice binding, struct slice nonce,
                                  struct slice proof)
{
	struct buf header = {0}, key = {0};
	enum pk_status st = PK_EAUTH;

	if (!base64_decode(binding, &header) || !base64_decode(proof, &key) || key.n != SCRAM_HASH)
		st = PK_EPROTO;
	else if (slice_eq(buf_slice(&header), buf_slice(&s->header)) &&
	         slice_eq(nonce, buf_slice(&s->nonce)) && proof_fits(s, buf_slice(&key)))
		st = PK_OK;
	buf_free(&header);
	buf_wipe(&key);
	return st;
}

/* ",p=" begins the last attribute; its own value has no comma. */
static bool cut_proof(struct slice message, struct slice *without, struct slice *proof)
{
	size_t i = message.n;

	while (i && message.p[i - 1] != ',')
		i--;
	if (!i)
		return false;
	*without = slice_head(message, i - 1);
	*proof = slice_skip(message, i);
	if (!slice_starts(*proof, S("p=")))
		return false;
	*proof = slice_skip(*proof, 2);
	return true;
}

enum pk_status scram_final(struct scram *s, struct slice message, struct buf *out)
{
	struct slice without, proof, rest, binding, nonce;
	unsigned char signature[SCRAM_HASH];
	enum pk_status st;

	if (message.n > SCRAM_MESSAGE || !cut_proof(message, &without, &proof))
		return PK_EPROTO;
	rest = without;
	binding = attribute(&rest, 'c');
	nonce = attribute(&rest, 'r');
	if (!binding.n || !nonce.n)
		return PK_EPROTO;
	buf_byte(&s->auth, ',');
	buf_put(&s->auth, without);
	if (s->auth.failed)
		return PK_ENOMEM;
	st = check_final(s, binding, nonce, proof);
	if (st != PK_OK)
		return st;
	hmac(octets(s->keys.server, SCRAM_HASH), buf_slice(&s->auth), signature);
	buf_put(out, S("v="));
	base64_encode(octets(signature, SCRAM_HASH), out);
	return out->failed ? PK_ENOMEM : PK_OK;
}

void scram_free(struct scram *s)
{
	buf_wipe(&s->header);
	buf_free(&s->name);
	buf_free(&s->as);
	buf_wipe(&s->auth);
	buf_free(&s->nonce);
	sodium_memzero(&s->keys, sizeof(s->keys));
}
