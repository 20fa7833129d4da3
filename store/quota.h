#ifndef STORE_QUOTA_H
#define STORE_QUOTA_H

#include "mailbox.h"

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

/* Adds at tenant, domain and account (the account's row in memory, the others in their rows). */
enum pk_status quota_add(struct account *, int64_t octets, int64_t messages, int64_t mailboxes);

/* Usage and limits as rows for quota, quota_show; mailbox may be NULL. */
struct quota_level {
	uint8_t scope, resource; /* enum pk_scope, enum pk_resource */
	uint64_t used, limit;    /* LIMIT_NONE */
	char name[512];
};
enum pk_status quota_levels(struct account *, const struct mailbox *, struct quota_level *out,
                            size_t cap, size_t *n);

#endif
