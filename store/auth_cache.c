#include "auth_cache.h"

#include <sodium.h>

struct auth_cached {
	UT_hash_handle hh; /* insertion order is age */
	unsigned char mac[AUTH_MAC];
	int64_t until_ms;
};

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

bool auth_cache_has(struct auth_cache *c, const unsigned char mac[AUTH_MAC], int64_t now_ms)
{
	struct auth_cached *e;

	HASH_FIND(hh, c->entries, mac, AUTH_MAC, e);
	if (!e)
		return false;
	/* A clock that was set back does not make it last longer. */
	if (now_ms < e->until_ms && e->until_ms - now_ms <= AUTH_CACHE_MS)
		return true;
	cache_remove(c, e);
	return false;
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
	e = calloc(1, sizeof(*e));
	if (!e)
		return;
	memcpy(e->mac, mac, AUTH_MAC);
	e->until_ms = now_ms + AUTH_CACHE_MS;
	HASH_ADD(hh, c->entries, mac, AUTH_MAC, e);
}

void auth_cache_free(struct auth_cache *c)
{
	while (c->entries) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		cache_remove(c, c->entries);
	sodium_memzero(c, sizeof(*c));
}
