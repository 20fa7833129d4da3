#include "auth_memory.h"

#include <arpa/inet.h>
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

struct auth_failed {
	UT_hash_handle hh;
	unsigned count;
	int64_t last_ms;
	size_t n;
	char key[]; /* address, then the user; the address alone */
};

/* An address as it counts; what is not one counts as it is spelled. */
static struct slice address_key(struct slice peer, char out[64])
{
	char text[64];
	struct in6_addr six;
	size_t n = peer.n < sizeof(text) - 1 ? peer.n : sizeof(text) - 1;

	if (n)
		memcpy(text, peer.p, n);
	text[n] = '\0';
	if (inet_pton(AF_INET6, text, &six) != 1) {
		memcpy(out, text, n);
		return (struct slice){out, n};
	}
	out[0] = '6';
	memcpy(out + 1, &six, 8);
	if (!IN6_IS_ADDR_V4MAPPED(&six))
		return (struct slice){out, 1 + 8};
	inet_ntop(AF_INET, (char *)&six + 12, out, 64);
	return slice_str(out);
}

static void failures_remove(struct auth_failures *f, struct auth_failed *e)
{
	HASH_DEL(f->entries, e);
	free(e);
}

static struct auth_failed *failures_find(struct auth_failures *f, struct slice key)
{
	struct auth_failed *e;

	HASH_FIND(hh, f->entries, key.p, key.n, e);
	return e;
}

static unsigned count_one(struct auth_failures *f, struct slice key, int64_t now_ms)
{
	struct auth_failed *e = failures_find(f, key);

	if (e && (now_ms - e->last_ms > AUTH_FORGET_MS || now_ms < e->last_ms)) {
		failures_remove(f, e);
		e = NULL;
	}
	if (!e) {
		while (HASH_COUNT(f->entries) >= AUTH_FAILURES_MAX)
			failures_remove(f, f->entries);
		e = calloc(1, sizeof(*e) + key.n);
		if (!e)
			return 1;
		e->n = key.n;
		memcpy(e->key, key.p, key.n);
		HASH_ADD_KEYPTR(hh, f->entries, e->key, e->n, e);
	}
	e->last_ms = now_ms;
	return ++e->count;
}

static int64_t delay_of(unsigned count, unsigned free_of_charge)
{
	unsigned n = count > free_of_charge ? count - free_of_charge : 0;
	int64_t ms = n == 0 ? 0 : n > 5 ? AUTH_DELAY_MAX_MS : (int64_t)1000 << (n - 1);

	return ms < AUTH_DELAY_MAX_MS ? ms : AUTH_DELAY_MAX_MS;
}

static struct slice pair_key(struct slice user, struct slice address, char out[64 + 1 + 320])
{
	user = slice_head(user, 320);
	memcpy(out, address.p, address.n);
	out[address.n] = '\n';
	if (user.n)
		memcpy(out + address.n + 1, user.p, user.n);
	return (struct slice){out, address.n + 1 + user.n};
}

int64_t auth_failed(struct auth_failures *f, struct slice user, struct slice peer, int64_t now_ms)
{
	char octets[64], pair[64 + 1 + 320];
	struct slice address = address_key(peer, octets);
	int64_t by_user = delay_of(count_one(f, pair_key(user, address, pair), now_ms), 2);
	int64_t by_address = delay_of(count_one(f, address, now_ms), 20);

	if (auth_loopback(peer)) /* a web mail's host: many users, one address */
		by_address = 0;
	return by_user > by_address ? by_user : by_address;
}

void auth_succeeded(struct auth_failures *f, struct slice user, struct slice peer)
{
	char octets[64], pair[64 + 1 + 320];
	struct auth_failed *e = failures_find(f, pair_key(user, address_key(peer, octets), pair));

	if (e)
		failures_remove(f, e);
}

void auth_failures_free(struct auth_failures *f)
{
	while (f->entries) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		failures_remove(f, f->entries);
}

bool auth_loopback(struct slice peer)
{
	char octets[64], text[64];
	struct slice key = address_key(peer, octets);
	struct in_addr four;
	struct in6_addr six;

	memcpy(text, key.p, key.n < 63 ? key.n : 63);
	text[key.n < 63 ? key.n : 63] = '\0';
	if (inet_pton(AF_INET, text, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	memset(text, 0, sizeof(text));
	memcpy(text, peer.p ? peer.p : "", peer.n < 63 ? peer.n : 63);
	return inet_pton(AF_INET6, text, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}
