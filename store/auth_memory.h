#ifndef STORE_AUTH_MEMORY_H
#define STORE_AUTH_MEMORY_H

#include <postkeep/slice.h>

#include <uthash.h>

/*
 * What is remembered of logins, bounded, in memory only. Times are milliseconds of one clock that
 * the caller reads. Both tables forget their oldest entries first.
 */
#define AUTH_MAC 32

/* Passwords that were right a short while ago, as keyed hashes. Zeroed memory but for `key` is an
 * empty one. */
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
 * Failures of late, counted for a user at an address and for the address (IPv6: its /64). The
 * answer to a failure waits: so guessing gets slow there, while the rightful owner elsewhere does
 * not notice.
 */
struct auth_failures {
	struct auth_failed *entries;
};
#define AUTH_FAILURES_MAX 65536
#define AUTH_FORGET_MS    ((int64_t)15 * 60 * 1000)
#define AUTH_DELAY_MAX_MS 16000

/* Counts one and tells how long its answer waits: a user at an address has two for nothing, then
 * 1, 2, 4 ... s; an address 20. user: folded, or as given when it cannot be. */
int64_t auth_failed(struct auth_failures *, struct slice user, struct slice peer, int64_t now_ms);
void auth_succeeded(struct auth_failures *, struct slice user, struct slice peer);
void auth_failures_free(struct auth_failures *);

/* Whether an address is of this host itself: 127/8, ::1. */
bool auth_loopback(struct slice peer);

#endif
