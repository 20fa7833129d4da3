#include "verify.h"

#include "tenant_record.h"

/* Rows of accounts that no user has. */
static enum pk_status one_account(struct verify *v, uint64_t acct)
{
	struct user_row user;

	verify_good(v, user_load(v->txn, acct, &user), "an account without its user", acct, 0);
	return PK_OK;
}

enum pk_status verify_strays(struct verify *v)
{
	uint64_t acct = ACCT(v->tenant, 0);
	enum pk_status st = PK_OK;

	while (st == PK_OK) {
		struct key from = key_u64(acct);
		struct slice key, value;

		st = txn_first(v->txn, TREE_ACCT, S(""), key_slice(&from), &key, &value);
		if (st != PK_OK)
			break;
		acct = key_u64_at(key, 0);
		if (v->tenant && ACCT_TENANT(acct) != v->tenant)
			break;
		st = one_account(v, acct);
		if (++acct == 0)
			break;
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}
