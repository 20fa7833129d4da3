#include "keyring.h"

#include "crypt.h"
#include "disk.h"

#include "base/log.h"

#include <pthread.h>

#include <sodium.h>
#include <uthash.h>

/*
 * A key file (pk-store(5)): magic "PKEY", format u8, key version u8, 2 zero octets, tenant u32,
 * nonce 24, then the key sealed under the operator key with the first 12 octets as associated data.
 * The file "operator" is one as well, with the magic "PKOP" and zeros for a key: it tells a wrong
 * operator key when there is no tenant yet.
 */
#define HEAD_OCTETS  12
#define NONCE_OCTETS crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_OCTETS   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define FILE_OCTETS  (HEAD_OCTETS + NONCE_OCTETS + KEY_BYTES + TAG_OCTETS)
#define FILE_FORMAT  0
#define FIRST        1 /* version of a tenant's first key */

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
	int dir;
	unsigned char *operator_key; /* locked memory, like the slabs */
	struct crypts *crypts;
	pthread_rwlock_t lock; /* for all below, and for writing key files */
	struct tenant_key *keys;
	struct slab *slabs;
	struct secret *unused;
};

static void head_put(unsigned char *p, const char *magic, uint8_t version, uint32_t tenant)
{
	memcpy(p, magic, 4);
	p[4] = FILE_FORMAT;
	p[5] = version;
	p[6] = p[7] = 0;
	for (unsigned i = 0; i < 4; i++)
		p[8 + i] = (unsigned char)(tenant >> (8 * i));
}

static void file_name(uint32_t tenant, char name[16])
{
	snprintf(name, 16, "%08x.key", tenant);
}

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

/* Writes NAME whole or not at all: a new file, synced, renamed, and the directory synced. */
static enum pk_status file_write(struct keyring *ring, const char *name,
                                 const unsigned char bytes[FILE_OCTETS])
{
	char fresh[24];
	enum pk_status st;
	int fd;

	snprintf(fresh, sizeof fresh, ".%s.new", name);
	st = disk_unlink(ring->dir, fresh); /* of a crash */
	if (st == PK_OK || st == PK_ENOTFOUND)
		st = disk_create(ring->dir, fresh, &fd);
	if (st != PK_OK)
		return st;
	st = disk_write(fd, fresh, (struct slice){(const char *)bytes, FILE_OCTETS}, 0);
	if (st == PK_OK)
		st = disk_sync(fd, fresh);
	disk_close(fd);
	if (st == PK_OK)
		st = disk_rename(ring->dir, fresh, name);
	if (st == PK_OK)
		st = disk_sync_dir(ring->dir, name);
	return st;
}

static enum pk_status file_seal(struct keyring *ring, const char *name,
                                const unsigned char head[HEAD_OCTETS],
                                const unsigned char key[KEY_BYTES])
{
	unsigned char bytes[FILE_OCTETS];

	memcpy(bytes, head, HEAD_OCTETS);
	randombytes_buf(bytes + HEAD_OCTETS, NONCE_OCTETS);
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + HEAD_OCTETS + NONCE_OCTETS, NULL, key,
	                                           KEY_BYTES, bytes, HEAD_OCTETS, NULL,
	                                           bytes + HEAD_OCTETS, ring->operator_key);
	return file_write(ring, name, bytes);
}

static enum pk_status refuse(const char *name, const char *why, enum pk_status st)
{
	LOG(PK_LOG_ERROR, "key-file", LOG_CSTR("file", name), LOG_CSTR("reason", why));
	return st;
}

/* What a file must be: its name, its magic, whose key. */
struct key_file {
	const char *name, *magic;
	uint32_t tenant;
};

/* Reads and opens a key file. PK_ENOTFOUND; PK_EAUTH: it was sealed under another operator key. */
static enum pk_status file_open(struct keyring *ring, const struct key_file *file, uint8_t *version,
                                unsigned char key[KEY_BYTES])
{
	unsigned char bytes[FILE_OCTETS], head[HEAD_OCTETS];
	enum pk_status st;
	int fd;

	st = disk_open(ring->dir, file->name, false, &fd);
	if (st != PK_OK)
		return st;
	st = disk_read(fd, file->name, bytes, sizeof bytes, 0);
	disk_close(fd);
	if (st != PK_OK)
		return st;
	if (memcmp(bytes, file->magic, 4) == 0 && bytes[4] > FILE_FORMAT)
		return refuse(file->name, "made by a newer release", PK_EIO);
	head_put(head, file->magic, bytes[5], file->tenant);
	if (memcmp(bytes, head, HEAD_OCTETS) != 0)
		return refuse(file->name, "not such a file", PK_EIO);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    key, NULL, NULL, bytes + HEAD_OCTETS + NONCE_OCTETS, KEY_BYTES + TAG_OCTETS,
		    bytes, HEAD_OCTETS, bytes + HEAD_OCTETS, ring->operator_key))
		return refuse(file->name, "the operator key is not the one it was sealed with",
		              PK_EAUTH);
	*version = bytes[5];
	return PK_OK;
}

/* The first key file of the directory, to try the operator key on where there is no check file. */
struct sample {
	bool found;
	uint32_t tenant;
};

static bool is_key_file(const char *name, uint32_t *tenant)
{
	char again[16];
	char *end;

	*tenant = (uint32_t)strtoul(name, &end, 16);
	file_name(*tenant, again);
	return !strcmp(name, again);
}

static void take_sample(void *arg, const char *name)
{
	struct sample *s = arg;
	uint32_t tenant;

	if (s->found || !is_key_file(name, &tenant))
		return;
	s->found = true;
	s->tenant = tenant;
}

static enum pk_status check_operator(struct keyring *ring)
{
	static const unsigned char zeros[KEY_BYTES];
	unsigned char key[KEY_BYTES], head[HEAD_OCTETS];
	struct sample sample = {0};
	enum pk_status st;
	uint8_t version;
	char name[16];

	st = file_open(ring, &(struct key_file){"operator", "PKOP", 0}, &version, key);
	if (st != PK_ENOTFOUND)
		return st;
	st = disk_list(ring->dir, take_sample, &sample);
	if (st == PK_OK && sample.found) {
		file_name(sample.tenant, name);
		st = file_open(ring, &(struct key_file){name, "PKEY", sample.tenant}, &version,
		               key);
		sodium_memzero(key, sizeof key);
	}
	if (st != PK_OK)
		return st;
	head_put(head, "PKOP", FIRST, 0);
	return file_seal(ring, "operator", head, zeros);
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
	ring->dir = -1;
	pthread_rwlock_init(&ring->lock, NULL);
	ring->operator_key = sodium_malloc(KEY_BYTES);
	ring->crypts = crypts_new();
	if (ring->operator_key && ring->crypts) {
		memcpy(ring->operator_key, operator_key, KEY_BYTES);
		st = disk_open_dir(DISK_CWD, dir, true, &ring->dir);
	}
	if (st == PK_OK)
		st = check_operator(ring);
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
	sodium_free(ring->operator_key);
	crypts_free(ring->crypts);
	disk_close(ring->dir);
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
	char name[16];

	if (key_find(ring, tenant))
		return PK_OK;
	file_name(tenant, name);
	st = file_open(ring, &(struct key_file){name, "PKEY", tenant}, &version, key);
	if (st == PK_EAUTH) /* after the start this is a broken file */
		st = PK_EIO;
	if (st == PK_OK)
		st = key_add(ring, tenant, version, key);
	sodium_memzero(key, sizeof key);
	return st;
}

enum pk_status keyring_create(struct keyring *ring, uint32_t tenant)
{
	unsigned char key[KEY_BYTES], head[HEAD_OCTETS];
	enum pk_status st;
	char name[16];

	file_name(tenant, name);
	head_put(head, "PKEY", FIRST, tenant);
	randombytes_buf(key, sizeof key);
	pthread_rwlock_wrlock(&ring->lock);
	st = key_load(ring, tenant);
	if (st == PK_OK)
		st = PK_EEXISTS;
	else if (st == PK_ENOTFOUND)
		st = file_seal(ring, name, head, key);
	if (st == PK_OK)
		st = key_add(ring, tenant, FIRST, key);
	pthread_rwlock_unlock(&ring->lock);
	sodium_memzero(key, sizeof key);
	return st;
}

static enum pk_status file_wipe(struct keyring *ring, const char *name)
{
	static const char zeros[FILE_OCTETS];
	enum pk_status st;
	int fd;

	st = disk_open(ring->dir, name, true, &fd);
	if (st != PK_OK)
		return st;
	st = disk_write(fd, name, (struct slice){zeros, sizeof zeros}, 0);
	if (st == PK_OK)
		st = disk_sync(fd, name);
	disk_close(fd);
	if (st == PK_OK)
		st = disk_unlink(ring->dir, name);
	if (st == PK_OK)
		st = disk_sync_dir(ring->dir, name);
	return st;
}

enum pk_status keyring_destroy(struct keyring *ring, uint32_t tenant)
{
	struct tenant_key *k;
	enum pk_status st;
	char name[16];

	file_name(tenant, name);
	pthread_rwlock_wrlock(&ring->lock);
	st = file_wipe(ring, name);
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
	unsigned char *to;

	wrap_context(&aad, context);
	if (aad.failed || !buf_room(out, NONCE_OCTETS + plain.n + TAG_OCTETS)) {
		buf_free(&aad);
		return PK_ENOMEM;
	}
	to = (unsigned char *)out->p + out->n;
	randombytes_buf(to, NONCE_OCTETS);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		to + NONCE_OCTETS, NULL, (const unsigned char *)plain.p, plain.n,
		(const unsigned char *)aad.p, aad.n, NULL, to, ring->operator_key);
	out->n += NONCE_OCTETS + plain.n + TAG_OCTETS;
	buf_free(&aad);
	return PK_OK;
}

enum pk_status keyring_unwrap(struct keyring *ring, struct slice context, struct slice sealed,
                              struct buf *plain)
{
	const unsigned char *from = (const unsigned char *)sealed.p;
	struct buf aad = {0};
	enum pk_status st = PK_OK;
	size_t n;

	if (sealed.n < NONCE_OCTETS + TAG_OCTETS)
		return PK_EIO;
	n = sealed.n - NONCE_OCTETS - TAG_OCTETS;
	wrap_context(&aad, context);
	if (aad.failed || !buf_room(plain, n + 1))
		st = PK_ENOMEM;
	else if (crypto_aead_xchacha20poly1305_ietf_decrypt(
			 (unsigned char *)plain->p + plain->n, NULL, NULL, from + NONCE_OCTETS,
			 n + TAG_OCTETS, (const unsigned char *)aad.p, aad.n, from,
			 ring->operator_key))
		st = PK_EIO;
	else
		plain->n += n;
	buf_free(&aad);
	return st;
}
