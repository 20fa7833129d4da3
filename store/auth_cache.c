#include "auth_cache.h"

#include "ipc/control.h"

#include <assert.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

struct auth_cached {
	UT_hash_handle hh; /* insertion order is age */
	unsigned char mac[AUTH_MAC];
	int64_t until_ms;
};

#define LEFT_MARK UINT64_C(0x317466656c6b70) /* "pkleft1" */

/* As it is left: host byte order, as both are on one machine. The oldest first. */
struct left {
	uint64_t mark;
	unsigned char key[32];
	uint64_t count;
	struct left_entry {
		unsigned char mac[AUTH_MAC];
		int64_t until_ms;
	} entries[AUTH_CACHE_MAX];
};
static_assert(sizeof(struct left) <= SUCCESSES_OCTETS);

void auth_cache_mac(const struct auth_cache *c, uint64_t acct, uint32_t version,
                    struct slice password, unsigned char mac[AUTH_MAC])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, c->key, sizeof(c->key), AUTH_MAC);
	crypto_generichash_update(&state, (unsigned char *)&acct, sizeof(acct));
	crypto_generichash_update(&state, (unsigned char *)&version, sizeof(version));
	crypto_generichash_update(&state, (const unsigned char *)password.p, password.n);
	crypto_generichash_final(&state, mac, AUTH_MAC);
	sodium_memzero(&state, sizeof(state));
}

static void cache_remove(struct auth_cache *c, struct auth_cached *e)
{
	HASH_DEL(c->entries, e);
	sodium_memzero(e, sizeof(*e));
	free(e);
}

/* A clock that was set back does not make it last longer. */
static bool still_good(int64_t until_ms, int64_t now_ms)
{
	return now_ms < until_ms && until_ms - now_ms <= AUTH_CACHE_MS;
}

bool auth_cache_has(struct auth_cache *c, const unsigned char mac[AUTH_MAC], int64_t now_ms)
{
	struct auth_cached *e;

	HASH_FIND(hh, c->entries, mac, AUTH_MAC, e);
	if (!e)
		return false;
	if (still_good(e->until_ms, now_ms))
		return true;
	cache_remove(c, e);
	return false;
}

static void cache_add(struct auth_cache *c, const unsigned char mac[AUTH_MAC], int64_t until_ms)
{
	struct auth_cached *e = calloc(1, sizeof(*e));

	if (!e)
		return;
	memcpy(e->mac, mac, AUTH_MAC);
	e->until_ms = until_ms;
	HASH_ADD(hh, c->entries, mac, AUTH_MAC, e);
}

void auth_cache_put(struct auth_cache *c, const unsigned char mac[AUTH_MAC], int64_t now_ms)
{
	struct auth_cached *e;

	HASH_FIND(hh, c->entries, mac, AUTH_MAC, e);
	if (e)
		cache_remove(c, e);
	while (c->entries &&
	       (HASH_COUNT(c->entries) >= AUTH_CACHE_MAX || c->entries->until_ms <= now_ms))
		cache_remove(c, c->entries);
	cache_add(c, mac, now_ms + AUTH_CACHE_MS);
}

void auth_cache_free(struct auth_cache *c)
{
	while (c->entries) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		cache_remove(c, c->entries);
	sodium_memzero(c, sizeof(*c));
}

void auth_cache_leave(const struct auth_cache *c, int fd, int64_t now_ms)
{
	struct left *left = calloc(1, sizeof(*left));

	if (!left)
		return;
	left->mark = LEFT_MARK;
	memcpy(left->key, c->key, sizeof(c->key));
	for (const struct auth_cached *e = c->entries; e; e = e->hh.next) {
		struct left_entry *to = &left->entries[left->count];

		if (!still_good(e->until_ms, now_ms))
			continue;
		memcpy(to->mac, e->mac, AUTH_MAC);
		to->until_ms = e->until_ms;
		left->count++;
	}
	/* If it is cut short, entries that were not written are long over. */
	(void)!pwrite(fd, left, offsetof(struct left, entries[left->count]), 0);
	sodium_memzero(left, sizeof(*left));
	free(left);
}

static bool read_left(struct left *left, int fd)
{
	return pread(fd, left, sizeof(*left), 0) == sizeof(*left) && left->mark == LEFT_MARK &&
	       left->count <= AUTH_CACHE_MAX;
}

size_t auth_cache_take(struct auth_cache *c, int fd, int64_t now_ms)
{
	struct left *left = calloc(1, sizeof(*left));
	bool good = left && read_left(left, fd);

	if (good)
		memcpy(c->key, left->key, sizeof(c->key));
	for (uint64_t i = 0; good && i < left->count; i++)
		if (still_good(left->entries[i].until_ms, now_ms))
			cache_add(c, left->entries[i].mac, left->entries[i].until_ms);
	(void)!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, SUCCESSES_OCTETS);
	if (left)
		sodium_memzero(left, sizeof(*left));
	free(left);
	return HASH_COUNT(c->entries);
}
