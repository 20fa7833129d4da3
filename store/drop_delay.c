#include "drop_delay.h"

struct drop_login {
	UT_hash_handle hh;
	uint64_t acct;
	int64_t at_ms, until_ms; /* how long it is remembered */
};

/* They are in the order of their logins, not of their ends: a few at a time. */
static void forget_some(struct drop_delays *d, int64_t now_ms)
{
	struct drop_login *l = d->logins;

	for (unsigned i = 0; l && i < 8; i++) {
		struct drop_login *next = l->hh.next;

		if (l->until_ms <=
		    now_ms) { /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
			HASH_DEL(d->logins, l);
			free(l);
		}
		l = next;
	}
}

static int64_t later(int64_t at_ms, uint32_t delay_s)
{
	return at_ms + delay_s * INT64_C(1000);
}

int64_t drop_delay(struct drop_delays *d, uint64_t acct, uint32_t delay_s, int64_t now_ms)
{
	struct drop_login *l;

	HASH_FIND(hh, d->logins, &acct, sizeof(acct), l);
	return l && delay_s ? later(l->at_ms, delay_s) - now_ms : 0;
}

void drop_delay_begin(struct drop_delays *d, uint64_t acct, uint32_t delay_s, int64_t now_ms)
{
	struct drop_login *l;

	forget_some(d, now_ms); /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
	HASH_FIND(hh, d->logins, &acct, sizeof(acct), l);
	if (!l && delay_s)
		l = calloc(1, sizeof(*l));
	if (!l)
		return; /* who has no memory refuses nobody for it */
	if (!l->acct) {
		l->acct = acct; /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		HASH_ADD(hh, d->logins, acct, sizeof(l->acct), l);
	}
	l->at_ms = now_ms;
	l->until_ms = later(now_ms, delay_s);
}

void drop_delays_free(struct drop_delays *d)
{
	struct drop_login *l, *next;

	HASH_ITER(hh, d->logins, l, next)
	{ /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		HASH_DEL(d->logins, l);
		free(l);
	}
}
