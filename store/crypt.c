#include "crypt.h"

#include "dictionary.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sys/random.h>

#include <openssl/evp.h>
#include <sodium.h>
#include <zstd.h>

#define BLOCK 64 /* of SHA-256 */

struct crypts {
	pthread_mutex_t lock;
	struct crypt *idle;
	EVP_MD *sha256;
	EVP_CIPHER *aes;
	ZSTD_CDict *pack[DICTIONARY_COUNT];
	ZSTD_DDict *unpack[DICTIONARY_COUNT];
};

struct crypt {
	struct crypts *all;
	struct crypt *next;
	EVP_MD_CTX *digest;
	EVP_CIPHER_CTX *seal, *open, *open_again;
	unsigned char again[CRYPT_KEY]; /* the key that open_again is set up with */
	bool has_again;
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
	unsigned char random[512]; /* what is left of the last draw, at its end */
	size_t random_left;
	struct buf scratch;
};

struct crypts *crypts_new(void)
{
	struct crypts *all = calloc(1, sizeof *all);
	bool good;

	if (!all)
		return NULL;
	pthread_mutex_init(&all->lock, NULL);
	all->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	all->aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	good = all->sha256 && all->aes;
	for (uint8_t i = 1; good && i < DICTIONARY_COUNT; i++) {
		struct slice bytes = dictionary_bytes(i);

		all->pack[i] = ZSTD_createCDict(bytes.p, bytes.n, 1);
		all->unpack[i] = ZSTD_createDDict(bytes.p, bytes.n);
		good = all->pack[i] && all->unpack[i];
	}
	if (good)
		return all;
	crypts_free(all);
	return NULL;
}

static void crypt_free(struct crypt *c)
{
	if (!c)
		return;
	EVP_MD_CTX_free(c->digest);
	EVP_CIPHER_CTX_free(c->seal);
	EVP_CIPHER_CTX_free(c->open);
	EVP_CIPHER_CTX_free(c->open_again);
	ZSTD_freeCCtx(c->pack);
	ZSTD_freeDCtx(c->unpack);
	sodium_memzero(c->random, sizeof c->random);
	sodium_memzero(c->again, sizeof c->again);
	buf_wipe(&c->scratch);
	free(c);
}

void crypts_free(struct crypts *all)
{
	struct crypt *c, *next;

	if (!all)
		return;
	for (c = all->idle; c; c = next) {
		next = c->next;
		crypt_free(c);
	}
	for (size_t i = 0; i < DICTIONARY_COUNT; i++) {
		ZSTD_freeCDict(all->pack[i]);
		ZSTD_freeDDict(all->unpack[i]);
	}
	EVP_MD_free(all->sha256);
	EVP_CIPHER_free(all->aes);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

static struct crypt *crypt_new(struct crypts *all)
{
	struct crypt *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->all = all;
	c->digest = EVP_MD_CTX_new();
	c->seal = EVP_CIPHER_CTX_new();
	c->open = EVP_CIPHER_CTX_new();
	c->open_again = EVP_CIPHER_CTX_new();
	c->pack = ZSTD_createCCtx();
	c->unpack = ZSTD_createDCtx();
	if (c->digest && c->seal && c->open && c->open_again && c->pack && c->unpack &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(c->pack, ZSTD_c_compressionLevel, 1)) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(c->pack, ZSTD_c_dictIDFlag, 0)) &&
	    EVP_EncryptInit_ex2(c->seal, all->aes, NULL, NULL, NULL) &&
	    EVP_DecryptInit_ex2(c->open, all->aes, NULL, NULL, NULL) &&
	    EVP_DecryptInit_ex2(c->open_again, all->aes, NULL, NULL, NULL))
		return c;
	crypt_free(c);
	return NULL;
}

struct crypt *crypt_take(struct crypts *all)
{
	struct crypt *c;

	pthread_mutex_lock(&all->lock);
	c = all->idle;
	if (c)
		all->idle = c->next;
	pthread_mutex_unlock(&all->lock);
	return c ? c : crypt_new(all);
}

void crypt_give(struct crypts *all, struct crypt *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&all->lock);
	c->next = all->idle;
	all->idle = c;
	pthread_mutex_unlock(&all->lock);
}

struct buf *crypt_scratch(struct crypt *c)
{
	buf_clear(&c->scratch);
	return &c->scratch;
}

/* The kernel's generator cannot fail once it has been seeded; nothing may go on without it. */
static void draw(void *to, size_t octets)
{
	ssize_t n;

	do
		n = getrandom(to, octets, 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)octets)
		randombytes_buf(to, octets);
}

void crypt_random(struct crypt *c, void *to, size_t octets)
{
	unsigned char *from;

	assert(octets <= sizeof c->random);
	if (c->random_left < octets) {
		draw(c->random, sizeof c->random);
		c->random_left = sizeof c->random;
	}
	from = c->random + sizeof c->random - c->random_left;
	memcpy(to, from, octets);
	sodium_memzero(from, octets);
	c->random_left -= octets;
}

/* Starts a digest with the key's block: the inner or the outer half of HMAC. */
static bool half_begin(EVP_MD_CTX *ctx, const EVP_MD *md, struct slice key, unsigned char pad)
{
	unsigned char block[BLOCK];
	bool good;

	assert(key.n <= BLOCK);
	memset(block, pad, sizeof block);
	for (size_t i = 0; i < key.n; i++)
		block[i] ^= (unsigned char)key.p[i];
	good = EVP_DigestInit_ex2(ctx, md, NULL) && EVP_DigestUpdate(ctx, block, sizeof block);
	sodium_memzero(block, sizeof block);
	return good;
}

static bool half_end(EVP_MD_CTX *ctx, unsigned char out[CRYPT_MAC])
{
	return EVP_DigestFinal_ex(ctx, out, NULL);
}

static bool inner_to_mac(EVP_MD_CTX *ctx, const EVP_MD *md, struct slice key,
                         unsigned char out[CRYPT_MAC])
{
	unsigned char inner[CRYPT_MAC];

	return half_end(ctx, inner) && half_begin(ctx, md, key, 0x5c) &&
	       EVP_DigestUpdate(ctx, inner, sizeof inner) && half_end(ctx, out);
}

bool crypt_mac(struct crypt *c, struct slice key, struct slice data, unsigned char out[CRYPT_MAC])
{
	return half_begin(c->digest, c->all->sha256, key, 0x36) &&
	       EVP_DigestUpdate(c->digest, data.p, data.n) &&
	       inner_to_mac(c->digest, c->all->sha256, key, out);
}

struct mac {
	EVP_MD_CTX *digest;
	const EVP_MD *md;
	unsigned char key[CRYPT_KEY];
};

struct mac *mac_new(struct crypt *c, const unsigned char *key)
{
	struct mac *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	memcpy(m->key, key, CRYPT_KEY);
	m->md = c->all->sha256;
	m->digest = EVP_MD_CTX_new();
	if (m->digest &&
	    half_begin(m->digest, m->md, (struct slice){(char *)m->key, CRYPT_KEY}, 0x36))
		return m;
	mac_free(m);
	return NULL;
}

bool mac_add(struct mac *m, struct slice data)
{
	return EVP_DigestUpdate(m->digest, data.p, data.n);
}

bool mac_end(struct mac *m, unsigned char out[CRYPT_MAC])
{
	return inner_to_mac(m->digest, m->md, (struct slice){(char *)m->key, CRYPT_KEY}, out);
}

void mac_free(struct mac *m)
{
	if (!m)
		return;
	EVP_MD_CTX_free(m->digest);
	sodium_memzero(m->key, sizeof m->key);
	free(m);
}

bool crypt_derive(struct crypt *c, struct slice key, struct slice salt, struct slice info,
                  unsigned char out[CRYPT_KEY])
{
	unsigned char prk[CRYPT_MAC];
	struct slice prk_slice = {(char *)prk, sizeof prk};
	bool good;

	good = crypt_mac(c, salt, key, prk) &&
	       half_begin(c->digest, c->all->sha256, prk_slice, 0x36) &&
	       EVP_DigestUpdate(c->digest, info.p, info.n) &&
	       EVP_DigestUpdate(c->digest, "\1", 1) &&
	       inner_to_mac(c->digest, c->all->sha256, prk_slice, out);
	sodium_memzero(prk, sizeof prk);
	return good;
}

bool crypt_seal(struct crypt *c, const struct gcm *g, struct buf *b, size_t from)
{
	size_t octets = b->n - from;
	unsigned char *at;
	int n, rest;

	if (octets > INT32_MAX || !buf_room(b, CRYPT_TAG))
		return false;
	at = (unsigned char *)b->p + from;
	if (!EVP_EncryptInit_ex2(c->seal, NULL, g->key, g->nonce, NULL) ||
	    !EVP_EncryptUpdate(c->seal, NULL, &n, (const unsigned char *)g->aad.p, (int)g->aad.n) ||
	    !EVP_EncryptUpdate(c->seal, at, &n, at, (int)octets) ||
	    !EVP_EncryptFinal_ex(c->seal, at + n, &rest) ||
	    !EVP_CIPHER_CTX_ctrl(c->seal, EVP_CTRL_AEAD_GET_TAG, CRYPT_TAG, at + octets))
		return false;
	b->n += CRYPT_TAG;
	return true;
}

/* The context that opens this, with its key and nonce. A key that comes again is set up once: that
 * takes a third of the time of a row. */
static EVP_CIPHER_CTX *opener(struct crypt *c, const struct gcm *g)
{
	EVP_CIPHER_CTX *ctx = g->again ? c->open_again : c->open;
	bool same = g->again && c->has_again && !memcmp(c->again, g->key, CRYPT_KEY);

	if (g->again && !same) {
		c->has_again = false;
		memcpy(c->again, g->key, CRYPT_KEY);
	}
	if (!EVP_DecryptInit_ex2(ctx, NULL, same ? NULL : g->key, g->nonce, NULL))
		return NULL;
	c->has_again |= g->again;
	return ctx;
}

bool crypt_open(struct crypt *c, const struct gcm *g, struct slice sealed, struct buf *out)
{
	EVP_CIPHER_CTX *ctx = opener(c, g);
	unsigned char tag[CRYPT_TAG];
	unsigned char *to;
	int n, rest;

	if (!ctx || sealed.n < CRYPT_TAG || sealed.n > INT32_MAX || !buf_room(out, sealed.n))
		return false;
	sealed.n -= CRYPT_TAG;
	memcpy(tag, sealed.p + sealed.n, CRYPT_TAG);
	to = (unsigned char *)out->p + out->n;
	if (!EVP_DecryptUpdate(ctx, NULL, &n, (const unsigned char *)g->aad.p, (int)g->aad.n) ||
	    !EVP_DecryptUpdate(ctx, to, &n, (const unsigned char *)sealed.p, (int)sealed.n) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, CRYPT_TAG, tag) ||
	    !EVP_DecryptFinal_ex(ctx, to + n, &rest))
		return false;
	out->n += sealed.n;
	return true;
}

bool crypt_pack(struct crypt *c, uint8_t dictionary, struct slice plain, struct buf *out)
{
	size_t n;

	if (plain.n < 2 || dictionary >= DICTIONARY_COUNT || !buf_room(out, plain.n))
		return false;
	ZSTD_CCtx_refCDict(c->pack, c->all->pack[dictionary]);
	n = ZSTD_compress2(c->pack, out->p + out->n, plain.n - 1, plain.p, plain.n);
	if (ZSTD_isError(n))
		return false;
	out->n += n;
	return true;
}

bool crypt_unpack(struct crypt *c, uint8_t dictionary, struct slice frame, size_t octets,
                  struct buf *out)
{
	size_t n;

	if (dictionary >= DICTIONARY_COUNT || !buf_room(out, octets))
		return false;
	n = ZSTD_decompress_usingDDict(c->unpack, out->p + out->n, octets, frame.p, frame.n,
	                               c->all->unpack[dictionary]);
	if (ZSTD_isError(n) || n != octets)
		return false;
	out->n += n;
	return true;
}
