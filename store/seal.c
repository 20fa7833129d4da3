#include "seal.h"

#include "crypt.h"

#include "base/log.h"

#include <sodium.h>

/* Associated data: tenant u32, little-endian, and the guid. */
#define AAD_OCTETS (4 + GUID_BYTES)

static void aad_put(unsigned char *aad, uint32_t tenant, const uint8_t guid[GUID_BYTES])
{
	for (unsigned i = 0; i < 4; i++)
		aad[i] = (unsigned char)(tenant >> (8 * i));
	memcpy(aad + 4, guid, GUID_BYTES);
}

static struct slice aad_slice(const unsigned char *aad)
{
	return (struct slice){(const char *)aad, AAD_OCTETS};
}

enum pk_status seal_row(struct keyring *ring, uint32_t tenant, const uint8_t guid[GUID_BYTES],
                        struct slice plain, struct buf *out)
{
	unsigned char key[KEY_BYTES], nonce[CRYPT_NONCE], aad[AAD_OCTETS];
	struct gcm gcm = {.key = key, .nonce = nonce, .aad = aad_slice(aad)};
	size_t before = out->n;
	struct crypt *c;
	enum pk_status st;
	uint8_t version;

	st = keyring_rows(ring, tenant, key, &version);
	if (st != PK_OK)
		return st;
	c = crypt_take(keyring_crypts(ring));
	aad_put(aad, tenant, guid);
	if (c)
		crypt_random(c, nonce, sizeof nonce);
	buf_byte(out, (char)version);
	buf_put(out, (struct slice){(char *)nonce, sizeof nonce});
	buf_put(out, plain);
	if (!c || out->failed || !crypt_seal(c, &gcm, out, before + 1 + CRYPT_NONCE)) {
		out->n = before < out->n ? before : out->n;
		st = PK_ENOMEM;
	}
	crypt_give(keyring_crypts(ring), c);
	sodium_memzero(key, sizeof key);
	return st;
}

static enum pk_status broken(uint32_t tenant, const char *why)
{
	LOG(PK_LOG_ERROR, "seal", LOG_NUMBER("tenant", tenant), LOG_CSTR("reason", why));
	return PK_EIO;
}

enum pk_status seal_open(struct keyring *ring, uint32_t tenant, const uint8_t guid[GUID_BYTES],
                         struct slice sealed, struct buf *out)
{
	unsigned char key[KEY_BYTES], aad[AAD_OCTETS];
	const unsigned char *p = (const unsigned char *)sealed.p;
	struct gcm gcm = {.key = key, .aad = aad_slice(aad), .again = true};
	struct crypt *c;
	enum pk_status st;
	uint8_t version;
	bool good;

	if (sealed.n < SEAL_EXTRA)
		return broken(tenant, "a row too short");
	st = keyring_rows(ring, tenant, key, &version);
	if (st == PK_ENOTFOUND || (st == PK_OK && version != p[0]))
		return broken(tenant, "the key of a row is gone");
	c = st == PK_OK ? crypt_take(keyring_crypts(ring)) : NULL;
	if (!c)
		return st == PK_OK ? PK_ENOMEM : st;
	aad_put(aad, tenant, guid);
	gcm.nonce = p + 1;
	good = crypt_open(c, &gcm, slice_skip(sealed, 1 + CRYPT_NONCE), out);
	crypt_give(keyring_crypts(ring), c);
	sodium_memzero(key, sizeof key);
	if (good)
		return PK_OK;
	return out->failed ? PK_ENOMEM : broken(tenant, "a row does not open");
}
