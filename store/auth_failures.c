#include "auth_failures.h"

#include <arpa/inet.h>

#define USER_MOST    320
#define ADDRESS_ROOM 64
#define NEXT_MS      1000 /* between two attempts that wait for the same answer */

/* A table's key: kind, what it is of. */
enum kind { PAIR = 'p', ADDRESS = 'a', LINK = 'l' };
struct name {
	char p[1 + ADDRESS_ROOM + 1 + USER_MOST];
	size_t n;
};

struct auth_known {
	UT_hash_handle hh;
	int64_t last_ms;
	size_t n;
	char key[];
};

/* An address as it counts; what is not one counts as it is spelled. */
static struct slice address_of(struct slice peer, char out[ADDRESS_ROOM])
{
	char text[ADDRESS_ROOM];
	struct in6_addr six;
	size_t n = peer.n < sizeof(text) - 1 ? peer.n : sizeof(text) - 1;

	if (n)
		memcpy(text, peer.p, n);
	text[n] = '\0';
	if (inet_pton(AF_INET6, text, &six) != 1) {
		memcpy(out, text, n);
		return (struct slice){out, n};
	}
	if (IN6_IS_ADDR_V4MAPPED(&six)) {
		inet_ntop(AF_INET, (char *)&six + 12, out, ADDRESS_ROOM);
		return slice_str(out);
	}
	memset((char *)&six + 8, 0, 8);
	inet_ntop(AF_INET6, &six, text, sizeof(text));
	n = (size_t)snprintf(out, ADDRESS_ROOM, "%s/64", text);
	return (struct slice){out, n};
}

static void put(struct name *k, struct slice s)
{
	if (s.n)
		memcpy(k->p + k->n, s.p, s.n);
	k->n += s.n;
}

static void name_of(enum kind kind, const struct auth_origin *o, struct name *k)
{
	char text[ADDRESS_ROOM];

	*k = (struct name){.p = {(char)kind}, .n = 1};
	if (kind == LINK) {
		put(k, (struct slice){(const char *)&o->link, sizeof(o->link)});
		return;
	}
	put(k, address_of(o->peer, text));
	if (kind == PAIR) {
		put(k, S("\n"));
		put(k, slice_head(o->user, USER_MOST));
	}
}

static void forget(struct auth_failures *f, struct auth_failed *e)
{
	HASH_DEL(f->entries, e);
	free(e);
}

static struct auth_failed *find(const struct auth_failures *f, const struct name *k)
{
	struct auth_failed *e;

	HASH_FIND(hh, f->entries, k->p, k->n, e);
	return e;
}

/* A clock that was set back makes an entry old too. */
static bool is_old(int64_t last_ms, int64_t keep_ms, int64_t now_ms)
{
	return now_ms - last_ms > keep_ms || now_ms < last_ms;
}

static struct auth_failed *count_one(struct auth_failures *f, const struct name *k, int64_t now_ms)
{
	struct auth_failed *e = find(f, k);

	if (e && is_old(e->last_ms, AUTH_FORGET_MS, now_ms)) {
		forget(f, e);
		e = NULL;
	}
	if (!e) {
		while (HASH_COUNT(f->entries) >= AUTH_ENTRIES_MAX)
			forget(f, f->entries);
		e = calloc(1, sizeof(*e) + k->n);
		if (!e)
			return NULL;
		e->n = k->n;
		memcpy(e->key, k->p, k->n);
		HASH_ADD_KEYPTR(hh, f->entries, e->key, e->n, e);
	}
	e->last_ms = now_ms;
	e->count++;
	return e;
}

static int64_t delay_of(unsigned count, unsigned for_nothing)
{
	unsigned n = count > for_nothing ? count - for_nothing : 0;

	return n == 0 ? 0 : n > 4 ? AUTH_DELAY_MAX_MS : (int64_t)1000 << (n - 1);
}

static const struct {
	enum kind kind;
	unsigned for_nothing;
} counted[] = {
	{PAIR,    2		},
	{ADDRESS, AUTH_ADDRESS_FREE},
	{LINK,    AUTH_LINK_FREE   },
};

int64_t auth_failed(struct auth_failures *f, const struct auth_origin *o, int64_t now_ms)
{
	int64_t longest = 0;

	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
		struct name k;
		struct auth_failed *e;
		int64_t wait;

		if (counted[i].kind != PAIR && auth_loopback(o->peer))
			continue;
		name_of(counted[i].kind, o, &k);
		e = count_one(f, &k, now_ms);
		wait = e ? delay_of(e->count, counted[i].for_nothing) : 0;
		if (e && e->until_ms < now_ms + wait)
			e->until_ms = now_ms + wait;
		longest = wait > longest ? wait : longest;
	}
	return longest;
}

static struct auth_known *find_known(const struct auth_failures *f, const struct name *k)
{
	struct auth_known *e;

	HASH_FIND(hh, f->known, k->p, k->n, e);
	return e;
}

static void forget_known(struct auth_failures *f, struct auth_known *e)
{
	HASH_DEL(f->known, e);
	free(e);
}

void auth_succeeded(struct auth_failures *f, const struct auth_origin *o, int64_t now_ms)
{
	struct name k;
	struct auth_failed *failed;
	struct auth_known *e;

	name_of(PAIR, o, &k);
	failed = find(f, &k);
	if (failed)
		forget(f, failed);
	e = find_known(f, &k);
	if (e)
		forget_known(f, e); /* it becomes the youngest */
	while (HASH_COUNT(f->known) >= AUTH_ENTRIES_MAX)
		forget_known(f, f->known);
	e = calloc(1, sizeof(*e) + k.n);
	if (!e)
		return;
	e->last_ms = now_ms;
	e->n = k.n;
	memcpy(e->key, k.p, k.n);
	HASH_ADD_KEYPTR(hh, f->known, e->key, e->n, e);
}

enum auth_lane auth_lane(const struct auth_failures *f, const struct auth_origin *o, int64_t now_ms)
{
	const struct auth_known *known;
	const struct auth_failed *failed;
	struct name k;

	name_of(PAIR, o, &k);
	known = find_known(f, &k);
	if (known && !is_old(known->last_ms, AUTH_KNOWN_MS, now_ms))
		return AUTH_KNOWN;
	name_of(ADDRESS, o, &k);
	failed = find(f, &k);
	return failed && !is_old(failed->last_ms, AUTH_FORGET_MS, now_ms) ? AUTH_SUSPECT
	                                                                  : AUTH_FRESH;
}

int64_t auth_pending(struct auth_failures *f, const struct auth_origin *o, int64_t now_ms)
{
	int64_t longest = 0;

	if (auth_lane(f, o, now_ms) == AUTH_KNOWN)
		return 0;
	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
		struct auth_failed *e;
		struct name k;
		int64_t wait;

		if (counted[i].kind == LINK)
			continue; /* others come by it too */
		name_of(counted[i].kind, o, &k);
		e = find(f, &k);
		if (!e || is_old(e->last_ms, AUTH_FORGET_MS, now_ms) || e->until_ms <= now_ms)
			continue;
		wait = e->until_ms - now_ms;
		if (wait <= AUTH_DELAY_MAX_MS)
			e->until_ms += NEXT_MS;
		longest = wait > longest ? wait : longest;
	}
	return longest;
}

bool auth_entry(const struct auth_failed *e, struct slice *address, struct slice *user)
{
	struct slice rest = {e->key + 1, e->n - 1};

	if (e->key[0] == LINK)
		return false;
	*address = slice_cut(&rest, '\n');
	*user = rest;
	return true;
}

bool auth_next(const struct auth_failures *f, int64_t now_ms, const struct auth_failed **at)
{
	struct slice address, user;

	for (*at = *at ? (*at)->hh.next : f->entries; *at; *at = (*at)->hh.next)
		if (!is_old((*at)->last_ms, AUTH_FORGET_MS, now_ms) &&
		    auth_entry(*at, &address, &user))
			return true;
	return false;
}

unsigned auth_forgive(struct auth_failures *f, struct slice user, struct slice peer)
{
	char text[ADDRESS_ROOM];
	struct slice wanted = address_of(peer, text), address, whose;
	struct auth_failed *e, *next;
	unsigned n = 0;

	HASH_ITER(hh, f->entries, e, next)
	{
		if (!auth_entry(e, &address, &whose) || (user.n && !slice_eq(user, whose)) ||
		    (peer.n && !slice_eq(wanted, address)))
			continue;
		forget(f, e);
		n++;
	}
	return n;
}

void auth_failures_free(struct auth_failures *f)
{
	while (f->entries) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		forget(f, f->entries);
	while (f->known) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		forget_known(f, f->known);
}

bool auth_loopback(struct slice peer)
{
	char text[ADDRESS_ROOM];
	size_t n = peer.n < sizeof(text) - 1 ? peer.n : sizeof(text) - 1;
	struct in6_addr six;
	struct in_addr four;

	if (n)
		memcpy(text, peer.p, n);
	text[n] = '\0';
	if (slice_eq(peer, S("unix")))
		return true;
	if (inet_pton(AF_INET, text, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, text, &six) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}
