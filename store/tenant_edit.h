#ifndef STORE_TENANT_EDIT_H
#define STORE_TENANT_EDIT_H

#include "tenant.h"

/*
 * Making, changing and taking away what a tenant consists of, inside a write transaction. Each
 * checks all, then writes; but for failures of the storage a status other than PK_OK comes before
 * the first write. Names are folded by the caller (tenant_name.h).
 */
enum pk_status tenant_make(struct txn *, uint32_t tenant, struct slice name);
enum pk_status domain_make(struct txn *, uint32_t tenant, struct slice name, uint32_t *domain);

/* With its mailboxes; shown: the local part as it was given. PK_EEXISTS: a user or an alias has
 * this name. */
enum pk_status user_make(struct txn *, uint32_t tenant, const struct address *, struct slice shown,
                         uint64_t *acct);

struct alias_name {
	uint32_t tenant, domain;
	struct slice local; /* "": the domain's catch-all */
};
struct alias_targets {
	const struct slice *list;
	size_t count;
};

/*
 * An alias gets these targets, folded addresses in domains of the tenant,
 * in place of those it had. PK_EEXISTS: a user has this name; PK_ENOTFOUND: a target's domain is
 * not the tenant's; PK_EINVAL: it would lead to itself; *bad is the target's index.
 */
enum pk_status alias_check(struct txn *, const struct alias_name *, const struct alias_targets *,
                           size_t *bad);
enum pk_status alias_put(struct txn *, const struct alias_name *, const struct alias_targets *);
bool alias_exists(struct txn *, const struct alias_name *);
enum pk_status alias_remove(struct txn *, const struct alias_name *);

/*
 * Erasing, in transactions of bounded size: a call does at most *budget rows of work, takes what
 * it did off it, and leaves 0 there when there is more. The first call marks the thing as being
 * deleted and takes its usage off the counters; called again after a crash it goes on. PK_ENOTFOUND
 * when nothing is left.
 */
#define ERASE_ROWS 2000
enum pk_status user_erase(struct txn *, uint64_t acct, unsigned *budget);
enum pk_status domain_erase(struct txn *, uint32_t tenant, uint32_t domain, unsigned *budget);
/* All but its own row: that goes with tenant_forget once the key is destroyed. */
enum pk_status tenant_erase(struct txn *, uint32_t tenant, unsigned *budget);
enum pk_status tenant_forget(struct txn *, uint32_t tenant);

/* Removes rows that begin with prefix; *budget as above. */
enum pk_status erase_rows(struct txn *, enum tree, struct slice prefix, unsigned *budget);

#endif
