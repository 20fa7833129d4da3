#include "sender.h"

enum pk_status sender_check(struct txn *t, uint64_t acct, struct slice address)
{
	struct address a;

	if (address_fold(address, &a) != PK_OK)
		return PK_EPERM;
	return tenant_leads_to(t, acct, &a);
}
