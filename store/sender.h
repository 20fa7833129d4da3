#ifndef STORE_SENDER_H
#define STORE_SENDER_H

#include "tenant.h"

/*
 * Whom a user may send mail as: the own address, also with a part after "+"; addresses that lead to
 * this user alone, by aliases of the address or of its domain. PK_EPERM; PK_ESUSPENDED: the user,
 * the domain or the tenant is. Inside a transaction.
 */
enum pk_status sender_check(struct txn *, uint64_t acct, struct slice address);

#endif
