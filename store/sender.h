#ifndef STORE_SENDER_H
#define STORE_SENDER_H

#include "tenant.h"

/*
 * Whom a user may send mail as: the own address, also with a part after "+"; addresses that lead to
 * this user alone, by aliases of the address or of its domain; addresses of the tenant to which it
 * was given the right, also with such a part. PK_EPERM. Inside a transaction.
 */
enum pk_status sender_check(struct txn *, uint64_t acct, struct slice address);

/* The rights. put: PK_EEXISTS: it has it, PK_ENOTFOUND: the address is in no domain of the tenant;
 * PK_ELIMIT: it has SENDAS_MAX of them. */
#define SENDAS_MAX 1000
enum pk_status sendas_put(struct txn *, uint64_t acct, const struct address *);
enum pk_status sendas_remove(struct txn *, uint64_t acct,
                             const struct address *); /* PK_ENOTFOUND */

#endif
