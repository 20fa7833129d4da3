#include "keyring.h"

#include "crypt.h"
#include "wrap.h"

#include <pthread.h>

#include <sodium.h>
#include <uthash.h>

/* What is in locked memory. Secrets are carved from slabs: locked pages are few. */
struct secret {
	unsigned char key[KEY_BYTES], rows[KEY_BYTES];
	struct secret *next; /* unused ones */
};
#define SLAB_SECRETS 64
struct slab {
	struct slab *next;
	struct secret *secrets;
};

struct tenant_key {
	UT_hash_handle hh;
	uint32_t tenant;
	uint8_t version;
	struct secret *secret;
};

struct keyring {
	unsigned char *operator_key; /* locked memory, like the slabs */
	struct crypts *crypts;
	pthread_rwlock_t lock; /* for all below */
	struct key_files files;
	struct tenant_key *keys;
	struct slab *slabs;
	struct secret *unused;
};

static struct secret *secret_new(struct keyring *ring)
{
	struct secret *s = ring->unused;
	struct slab *slab;

	if (s) {
		ring->unused = s->next;
		return s;
	}
	slab = malloc(sizeof *slab);
	if (!slab)
		return NULL;
	slab->secrets = sodium_allocarray(SLAB_SECRETS, sizeof *slab->secrets);
	if (!slab->secrets) {
		free(slab);
		return NULL;
	}
	slab->next = ring->slabs;
	ring->slabs = slab;
	for (size_t i = 1; i < SLAB_SECRETS; i++) {
		slab->secrets[i].next = ring->unused;
		ring->unused = &slab->secrets[i];
	}
	return slab->secrets;
}

static void secret_free(struct keyring *ring, struct secret *s)
{
	sodium_memzero(s, sizeof *s);
	s->next = ring->unused;
	ring->unused = s;
}

enum pk_status keyring_open(struct keyring **out, const char *dir,
                            const unsigned char *operator_key)
{
	struct keyring *ring = calloc(1, sizeof *ring);
	enum pk_status st = PK_ENOMEM;

	*out = NULL;
	if (!ring || sodium_init() < 0) {
		free(ring);
		return PK_ENOMEM;
	}
	ring->files.dir = -1;
	pthread_rwlock_init(&ring->lock, NULL);
	ring->operator_key = sodium_malloc(KEY_BYTES);
	ring->crypts = crypts_new();
	if (ring->operator_key && ring->crypts) {
		memcpy(ring->operator_key, operator_key, KEY_BYTES);
		ring->files.operator_key = ring->operator_key;
		st = key_files_open(&ring->files, dir);
	}
	if (st == PK_OK)
		*out = ring;
	else
		keyring_close(ring);
	return st;
}

void keyring_close(struct keyring *ring)
{
	struct tenant_key *k, *next;

	if (!ring)
		return;
	k = ring->keys;
	HASH_CLEAR(hh, ring->keys);
	for (; k; k = next) {
		next = k->hh.next;
		free(k);
	}
	while (ring->slabs) {
		struct slab *slab = ring->slabs;

		ring->slabs = slab->next;
		sodium_free(slab->secrets); /* which wipes them */
		free(slab);
	}
	key_files_close(&ring->files);
	sodium_free(ring->operator_key);
	crypts_free(ring->crypts);
	pthread_rwlock_destroy(&ring->lock);
	free(ring);
}

static struct tenant_key *key_find(const struct keyring *ring, uint32_t tenant)
{
	struct tenant_key *k;

	HASH_FIND(hh, ring->keys, &tenant, sizeof tenant, k);
	return k;
}

/* Under the write lock: a key that was read or made becomes known. */
static enum pk_status key_add(struct keyring *ring, uint32_t tenant, uint8_t version,
                              const unsigned char key[KEY_BYTES])
{
	struct crypt *c = crypt_take(ring->crypts);
	struct tenant_key *k = calloc(1, sizeof *k);
	struct secret *s = secret_new(ring);
	bool good = c && k && s;

	if (good) {
		memcpy(s->key, key, KEY_BYTES);
		good = crypt_derive(c, (struct slice){(const char *)key, KEY_BYTES}, S(""),
		                    S("postkeep rows"), s->rows);
	}
	crypt_give(ring->crypts, c);
	if (!good) {
		if (s)
			secret_free(ring, s);
		free(k);
		return PK_ENOMEM;
	}
	k->tenant = tenant;
	k->version = version;
	k->secret = s;
	HASH_ADD(hh, ring->keys, tenant, sizeof k->tenant, k);
	return PK_OK;
}

/* Under the write lock. */
static enum pk_status key_load(struct keyring *ring, uint32_t tenant)
{
	unsigned char key[KEY_BYTES];
	enum pk_status st;
	uint8_t version;

	if (key_find(ring, tenant))
		return PK_OK;
	st = key_file_read(&ring->files, tenant, key, &version);
	if (st == PK_OK)
		st = key_add(ring, tenant, version, key);
	sodium_memzero(key, sizeof key);
	return st;
}

enum pk_status keyring_create(struct keyring *ring, uint32_t tenant)
{
	unsigned char key[KEY_BYTES];
	enum pk_status st;
	uint8_t version;

	randombytes_buf(key, sizeof key);
	pthread_rwlock_wrlock(&ring->lock);
	st = key_load(ring, tenant);
	if (st == PK_OK)
		st = PK_EEXISTS;
	else if (st == PK_ENOTFOUND)
		st = key_file_write(&ring->files, tenant, key, &version);
	if (st == PK_OK)
		st = key_add(ring, tenant, version, key);
	pthread_rwlock_unlock(&ring->lock);
	sodium_memzero(key, sizeof key);
	return st;
}

enum pk_status keyring_destroy(struct keyring *ring, uint32_t tenant)
{
	struct tenant_key *k;
	enum pk_status st;

	pthread_rwlock_wrlock(&ring->lock);
	st = key_file_destroy(&ring->files, tenant);
	k = key_find(ring, tenant);
	if (st == PK_OK && k) {
		HASH_DEL(ring->keys, k);
		secret_free(ring, k->secret);
		free(k);
	}
	pthread_rwlock_unlock(&ring->lock);
	return st;
}

/* Copies a key out of the cache; which: the data key or the one for rows. */
static enum pk_status key_copy(struct keyring *ring, uint32_t tenant, size_t which,
                               unsigned char key[KEY_BYTES], uint8_t *version)
{
	struct tenant_key *k;
	enum pk_status st = PK_OK;

	pthread_rwlock_rdlock(&ring->lock);
	k = key_find(ring, tenant);
	if (!k) {
		pthread_rwlock_unlock(&ring->lock);
		pthread_rwlock_wrlock(&ring->lock);
		st = key_load(ring, tenant);
		k = key_find(ring, tenant);
	}
	if (st == PK_OK) {
		memcpy(key, (char *)k->secret + which, KEY_BYTES);
		*version = k->version;
	}
	pthread_rwlock_unlock(&ring->lock);
	return st;
}

enum pk_status keyring_get(struct keyring *ring, uint32_t tenant, unsigned char key[KEY_BYTES],
                           uint8_t *version)
{
	return key_copy(ring, tenant, offsetof(struct secret, key), key, version);
}

enum pk_status keyring_rows(struct keyring *ring, uint32_t tenant, unsigned char key[KEY_BYTES],
                            uint8_t *version)
{
	return key_copy(ring, tenant, offsetof(struct secret, rows), key, version);
}

enum pk_status keyring_mac_key(struct keyring *ring, uint32_t tenant, const char *purpose,
                               unsigned char out[KEY_BYTES])
{
	struct crypt *c = crypt_take(ring->crypts);
	unsigned char key[KEY_BYTES];
	struct buf info = {0};
	enum pk_status st;
	uint8_t version;

	buf_printf(&info, "postkeep mac %s", purpose);
	st = keyring_get(ring, tenant, key, &version);
	if (st == PK_OK && (!c || info.failed ||
	                    !crypt_derive(c, (struct slice){(char *)key, KEY_BYTES}, S(""),
	                                  buf_slice(&info), out)))
		st = PK_ENOMEM;
	buf_free(&info);
	sodium_memzero(key, sizeof key);
	crypt_give(ring->crypts, c);
	return st;
}

enum pk_status keyring_mac(struct keyring *ring, uint32_t tenant, const char *purpose,
                           struct slice data, unsigned char out[32])
{
	unsigned char key[KEY_BYTES];
	struct crypt *c;
	enum pk_status st;

	st = keyring_mac_key(ring, tenant, purpose, key);
	if (st != PK_OK)
		return st;
	c = crypt_take(ring->crypts);
	if (!c || !crypt_mac(c, (struct slice){(char *)key, sizeof key}, data, out))
		st = PK_ENOMEM;
	crypt_give(ring->crypts, c);
	sodium_memzero(key, sizeof key);
	return st;
}

enum pk_status keyring_house_key(struct keyring *ring, const char *purpose,
                                 unsigned char out[KEY_BYTES])
{
	struct crypt *c = crypt_take(ring->crypts);
	struct buf info = {0};
	bool good;

	buf_printf(&info, "postkeep house %s", purpose);
	good = c && !info.failed &&
	       crypt_derive(c, (struct slice){(char *)ring->operator_key, KEY_BYTES}, S(""),
	                    buf_slice(&info), out);
	buf_free(&info);
	crypt_give(ring->crypts, c);
	return good ? PK_OK : PK_ENOMEM;
}

struct crypts *keyring_crypts(struct keyring *ring)
{
	return ring->crypts;
}

/* What keeps a wrapped secret from being taken for a key file, or for another's secret. */
static void wrap_context(struct buf *aad, struct slice context)
{
	buf_put(aad, S("postkeep secret\0"));
	buf_put(aad, context);
}

enum pk_status keyring_wrap(struct keyring *ring, struct slice context, struct slice plain,
                            struct buf *out)
{
	struct buf aad = {0};
	bool good;

	wrap_context(&aad, context);
	good = !aad.failed && buf_room(out, plain.n + WRAP_OCTETS);
	if (good) {
		wrap_seal(ring->operator_key, buf_slice(&aad), plain,
		          (unsigned char *)out->p + out->n);
		out->n += plain.n + WRAP_OCTETS;
	}
	buf_free(&aad);
	return good ? PK_OK : PK_ENOMEM;
}

enum pk_status keyring_unwrap(struct keyring *ring, struct slice context, struct slice sealed,
                              struct buf *plain)
{
	struct buf aad = {0};
	enum pk_status st = PK_OK;
	size_t n;

	if (sealed.n < WRAP_OCTETS)
		return PK_EIO;
	n = sealed.n - WRAP_OCTETS;
	wrap_context(&aad, context);
	if (aad.failed || !buf_room(plain, n + 1))
		st = PK_ENOMEM;
	else if (!wrap_open(ring->operator_key, buf_slice(&aad), sealed,
	                    (unsigned char *)plain->p + plain->n))
		st = PK_EIO;
	else
		plain->n += n;
	buf_free(&aad);
	return st;
}
