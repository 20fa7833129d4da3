#include "send_window.h"

#include "record.h"

#define MINUTE_MS 60000

static int64_t minute_of(int64_t now_ms)
{
	return now_ms / MINUTE_MS;
}

void send_window_move(struct send_row *w, int64_t now_ms)
{
	int64_t by = minute_of(now_ms) - w->minute;

	if (by <= -SEND_MINUTES || by >= SEND_MINUTES) {
		*w = (struct send_row){.minute = minute_of(now_ms)};
		return;
	}
	if (by <= 0)
		return;
	memmove(w->counts + by, w->counts, (size_t)(SEND_MINUTES - by) * sizeof(*w->counts));
	memset(w->counts, 0, (size_t)by * sizeof(*w->counts));
	w->minute += by;
}

uint64_t send_window_sum(const struct send_row *w)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < SEND_MINUTES; i++)
		sum += w->counts[i];
	return sum;
}

uint32_t send_window_wait(const struct send_row *w, uint64_t limit, int64_t now_ms)
{
	uint64_t left = send_window_sum(w);
	int64_t until_ms = 0;

	/* The oldest leave first. */
	for (int64_t age = SEND_MINUTES; left >= limit && age-- > 0;) {
		left -= w->counts[age];
		until_ms = (w->minute - age + SEND_MINUTES) * MINUTE_MS;
	}
	return until_ms > now_ms ? (uint32_t)((until_ms - now_ms + 999) / 1000) : 0;
}

void send_window_add(struct send_row *w)
{
	w->counts[0] += w->counts[0] < UINT32_MAX;
}

static const char *const limits[] = {"submit.hour", "submit.tenant_hour"};
#define SCOPES (sizeof(limits) / sizeof(*limits))

/* Scope 0 is the user, 1 its tenant. */
static struct key key_of(uint64_t acct, size_t scope)
{
	return key_tenant_u32(ACCT_TENANT(acct), KIND_SEND, scope ? 0 : ACCT_USER(acct));
}

static enum pk_status load(struct txn *t, uint64_t acct, size_t scope, struct send_row *w)
{
	struct key k = key_of(acct, scope);
	struct slice value;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &value);

	*w = (struct send_row){0};
	if (st == PK_OK)
		st = send_decode(value, w);
	if (st == PK_ENOTFOUND)
		st = PK_OK;
	send_window_move(w, t->now_ms);
	return st;
}

enum pk_status send_window_check(struct txn *t, uint64_t acct, uint32_t domain,
                                 struct send_full *full)
{
	*full = (struct send_full){0};
	for (size_t i = 0; i < SCOPES; i++) {
		struct send_row w;
		uint64_t limit;
		enum pk_status st = setting_number(t, acct, domain, limits[i], &limit);

		if (st == PK_OK && !limit)
			continue;
		if (st == PK_OK)
			st = load(t, acct, i, &w);
		if (st != PK_OK)
			return st;
		full->wait_s = send_window_wait(&w, limit, t->now_ms);
		if (full->wait_s) {
			full->tenant = i == 1;
			full->limit = limit;
			return PK_ELIMIT;
		}
	}
	return PK_OK;
}

enum pk_status send_window_charge(struct txn *t, uint64_t acct, uint32_t domain)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < SCOPES; i++) {
		struct key k = key_of(acct, i);
		struct buf row = {0};
		struct send_row w;
		uint64_t limit;

		st = setting_number(t, acct, domain, limits[i], &limit);
		if (st != PK_OK || !limit)
			continue;
		st = load(t, acct, i, &w);
		if (st != PK_OK)
			return st;
		send_window_add(&w);
		send_encode(&row, &w);
		st = put_row(t, TREE_TENANT, &k, &row);
	}
	return st;
}
