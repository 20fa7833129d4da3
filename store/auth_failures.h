#ifndef STORE_AUTH_FAILURES_H
#define STORE_AUTH_FAILURES_H

#include <postkeep/slice.h>

#include <uthash.h>

/*
 * Failures of late, counted for a user at an address, for the address (IPv6: its /64) and for the
 * link that brought them, and who got in from where. Answers to failures wait longer and longer,
 * so guessing gets slow there, while the rightful owner elsewhere does not notice. In memory only,
 * bounded, the oldest forgotten first; times are milliseconds of one clock that the caller reads.
 */
struct auth_failures {
	struct auth_failed *entries;
	struct auth_known *known;
};
#define AUTH_ENTRIES_MAX  65536 /* of each table */
#define AUTH_FORGET_MS    ((int64_t)15 * 60 * 1000)
#define AUTH_KNOWN_MS     ((int64_t)30 * 24 * 3600 * 1000)
#define AUTH_DELAY_MAX_MS 16000
#define AUTH_ADDRESS_FREE 20   /* failures of an address that cost nothing */
#define AUTH_LINK_FREE    2000 /* of all the addresses that one link tells of */

struct auth_origin {
	struct slice user; /* folded, or as given when it cannot be */
	struct slice peer; /* the client's address as text, on the host's word */
	const void *link;  /* whoever brought it; compared, never followed */
};

/*
 * Counts one and tells how long its answer waits: a user at an address has two for nothing, an
 * address 20, a link 2000; then 1, 2, 4 ... s. Addresses of this host (a web mail's) count only
 * together with the user.
 */
int64_t auth_failed(struct auth_failures *, const struct auth_origin *, int64_t now_ms);
void auth_succeeded(struct auth_failures *, const struct auth_origin *, int64_t now_ms);

/* Who comes next when hashes are short. */
enum auth_lane {
	AUTH_KNOWN,  /* the user has got in from this address */
	AUTH_FRESH,  /* nothing is held against the address */
	AUTH_SUSPECT /* the address has failures */
};
enum auth_lane auth_lane(const struct auth_failures *, const struct auth_origin *, int64_t now_ms);

/*
 * How long an attempt waits before it is looked at while the answer to an earlier failure still
 * waits; each makes the next wait a second longer, so that many guesses at a time do not help.
 * 0 for who is known. Above AUTH_DELAY_MAX_MS: it is to be refused without a look.
 */
int64_t auth_pending(struct auth_failures *, const struct auth_origin *, int64_t now_ms);

/* What is counted now, to be listed. *at begins as NULL; false: the end. */
struct auth_failed {
	UT_hash_handle hh; /* insertion order is age */
	unsigned count;
	int64_t last_ms, until_ms; /* the last one, and when its answer leaves */
	size_t n;
	char key[]; /* kind, address, for a pair a newline and the user */
};
bool auth_entry(const struct auth_failed *, struct slice *address, struct slice *user);
bool auth_next(const struct auth_failures *, int64_t now_ms, const struct auth_failed **at);

/* Forgets those of a user, an address (both: at the address); empty means any. How many. */
unsigned auth_forgive(struct auth_failures *, struct slice user, struct slice peer);
void auth_failures_free(struct auth_failures *);

/* Whether an address is of this host itself: 127/8, ::1, "unix" (a unix socket). */
bool auth_loopback(struct slice peer);

#endif
