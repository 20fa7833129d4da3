#ifndef STORE_QUOTA_H
#define STORE_QUOTA_H

#include "mailbox.h"
#include "tenant.h"

#define QUOTA_NAME_MAX   512
#define QUOTA_LEVELS_MAX 12 /* of one mailbox */

/*
 * Quota at four scopes: tenant > domain > user > mailbox; a limit on each applies. Usage is
 * counted in the transaction that changes it. mailbox_add and mailbox_remove gather it in the
 * mailbox, mailbox_save calls quota_add; nobody else does.
 */

/* PK_EQUOTA when so much more does not fit at some scope (what the mailbox gathered counts);
 * *scope (enum pk_scope) tells which; it may be NULL. */
enum pk_status quota_check(const struct mailbox *, uint64_t octets, uint64_t messages,
                           uint8_t *scope);
enum pk_status quota_check_mailboxes(struct account *, uint32_t more);

/* The same where each scope expects another amount: other sessions' reservations, other recipients
 * of the same message. */
struct quota_need {
	uint64_t octets, messages;
};
struct quota_needs {
	struct quota_need tenant, domain, user, mailbox;
};
static inline struct quota_need quota_less(const struct quota_need *a, const struct quota_need *b)
{
	return (struct quota_need){a->octets > b->octets ? a->octets - b->octets : 0,
	                           a->messages > b->messages ? a->messages - b->messages : 0};
}
enum pk_status quota_check_needs(const struct mailbox *, const struct quota_needs *,
                                 uint8_t *scope);
const char *quota_scope_word(uint8_t scope); /* "tenant"; "" for none */

/* Adds at tenant, domain and account (the account's row in memory, the others in their rows). */
enum pk_status quota_add(struct account *, int64_t octets, int64_t messages, int64_t mailboxes);

/*
 * Usage and limits from the nearest scope to the farthest, one row for each resource of a scope.
 * Scopes that are NULL or 0 are left out: an account comes with its domain and tenant.
 */
struct quota_level {
	uint8_t scope, resource; /* enum pk_scope, enum pk_resource */
	uint64_t used, limit;    /* LIMIT_NONE */
	char name[QUOTA_NAME_MAX + 1];
};
enum pk_status quota_levels(struct account *, const struct mailbox *,
                            struct quota_level out[QUOTA_LEVELS_MAX], size_t *n);
enum pk_status quota_levels_of_domain(struct txn *, uint32_t tenant, uint32_t domain,
                                      struct quota_level out[QUOTA_LEVELS_MAX], size_t *n);
enum pk_status quota_levels_of_tenant(struct txn *, uint32_t tenant,
                                      struct quota_level out[QUOTA_LEVELS_MAX], size_t *n);

/* Sets a limit. PK_EINVAL: no such resource. */
enum pk_status quota_limit(struct txn *, const struct scope *, uint8_t resource, uint64_t limit);
enum pk_status quota_limit_mailbox(struct mailbox *, uint8_t resource, uint64_t limit);

#endif
