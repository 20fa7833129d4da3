#ifndef STORE_AUTH_CACHE_H
#define STORE_AUTH_CACHE_H

#include <postkeep/slice.h>

#include <uthash.h>

#define AUTH_MAC 32

/*
 * Passwords that were right a short while ago, as keyed hashes: bounded, in memory only, the
 * oldest forgotten first. Times are milliseconds of one clock that the caller reads. Zeroed memory
 * but for `key` is an empty one.
 */
struct auth_cache {
	unsigned char key[32]; /* random, of this process */
	struct auth_cached *entries;
};
#define AUTH_CACHE_MS  ((int64_t)10 * 60 * 1000)
#define AUTH_CACHE_MAX 65536

/* The name of a success: bound to the account, the version of its credentials and the password. */
void auth_cache_mac(const struct auth_cache *, uint64_t acct, uint32_t version,
                    struct slice password, unsigned char mac[AUTH_MAC]);
bool auth_cache_has(struct auth_cache *, const unsigned char mac[AUTH_MAC], int64_t now_ms);
void auth_cache_put(struct auth_cache *, const unsigned char mac[AUTH_MAC], int64_t now_ms);
void auth_cache_free(struct auth_cache *);

/*
 * What a store leaves to the next one, in memory that only these and their supervisor have
 * (DESIGN 3.6): the key and what it may still remember. To take it empties the memory; what is no
 * cache, or damaged, is an empty one. Both stores read the same clock.
 */
void auth_cache_leave(const struct auth_cache *, int fd, int64_t now_ms);
/* Into an empty cache, whose key it replaces. Returns how many there are. */
size_t auth_cache_take(struct auth_cache *, int fd, int64_t now_ms);

#endif
