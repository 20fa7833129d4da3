#include "verify.h"

#include "tenant_record.h"

#include <stdarg.h>

int64_t verify_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void verify_found(struct verify *v, const char *what, const char *where, ...)
{
	char text[200];
	va_list args;

	va_start(args, where);
	vsnprintf(text, sizeof(text), where, args);
	va_end(args);
	v->findings++;
	pk_put_finding_row(v->rows, &(struct pk_finding){slice_str(text), slice_str(what)});
}

bool verify_good(struct verify *v, enum pk_status st, const char *what, uint64_t acct, uint64_t id)
{
	v->checked++;
	if (st == PK_OK)
		return true;
	verify_found(v, what, "tenant %u user %u id %llu", ACCT_TENANT(acct), ACCT_USER(acct),
	             (unsigned long long)id);
	return false;
}

enum pk_status verify_rows(struct verify *v, enum tree tree, struct slice prefix, verify_row *fn,
                           void *look)
{
	struct cursor c;
	enum pk_status st = cursor_open(v->txn, tree, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, prefix);
	while (st == PK_OK && slice_starts(c.key, prefix)) {
		v->checked++;
		st = fn(look, c.key, c.value);
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

/* The first tenant of the volume at or after `from`. */
static enum pk_status next_tenant(struct txn *t, uint32_t from, uint32_t *tenant)
{
	struct key k = key_tenant(from, KIND_TENANT);
	struct cursor c;
	enum pk_status st = cursor_open(t, TREE_TENANT, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&k));
	if (st == PK_OK)
		*tenant = key_u32_at(c.key, 0);
	cursor_close(&c);
	return st;
}

static enum pk_status step_tenant(struct verify *v)
{
	uint32_t tenant = v->tenant;
	enum pk_status st = PK_OK;

	if (!tenant)
		st = next_tenant(v->txn, v->at_tenant + 1, &tenant);
	if (st == PK_ENOTFOUND || (v->tenant && v->at_tenant == v->tenant)) {
		v->phase = VERIFY_STRAYS;
		return PK_OK;
	}
	if (st != PK_OK)
		return st;
	v->at_tenant = tenant;
	v->at_user = 0;
	v->phase = VERIFY_ACCOUNTS;
	return verify_tenant(v, tenant);
}

static enum pk_status step_account(struct verify *v)
{
	struct key prefix = key_tenant(v->at_tenant, KIND_USER);
	struct key from = key_tenant_u32(v->at_tenant, KIND_USER, v->at_user + 1);
	struct slice key, value;
	enum pk_status st =
		txn_first(v->txn, TREE_TENANT, key_slice(&prefix), key_slice(&from), &key, &value);

	if (st == PK_ENOTFOUND) {
		v->phase = VERIFY_TENANTS;
		return PK_OK;
	}
	if (st != PK_OK)
		return st;
	v->at_user = key_u32_at(key, 5);
	return verify_account(v, ACCT(v->at_tenant, v->at_user));
}

static enum pk_status step_once(struct verify *v, int64_t until_ms)
{
	enum pk_status st;

	switch (v->phase) {
	case VERIFY_TENANTS: return step_tenant(v);
	case VERIFY_ACCOUNTS: return step_account(v);
	case VERIFY_STRAYS: v->phase = VERIFY_REFS; return verify_strays(v);
	case VERIFY_REFS:
		st = verify_refs(v);
		if (v->pass >= v->passes)
			v->phase = VERIFY_SEGMENTS;
		return st;
	case VERIFY_SEGMENTS: v->phase = VERIFY_BODIES; return verify_segments(v);
	case VERIFY_BODIES: return verify_bodies(v, until_ms);
	case VERIFY_DONE: return PK_OK;
	}
	return PK_EINVAL;
}

enum pk_status verify_step(struct verify *v, struct txn *t)
{
	int64_t until = verify_clock() + VERIFY_STEP_MS;
	enum pk_status st = PK_OK;

	v->txn = t;
	while (st == PK_OK && v->phase != VERIFY_DONE && verify_clock() < until &&
	       v->rows->n < (size_t)40 * 1024)
		st = step_once(v, until);
	return st;
}
