#ifndef STORE_TENANT_ADMIN_H
#define STORE_TENANT_ADMIN_H

#include "call.h"
#include "quota.h"
#include "settings.h"
#include "tenant_name.h"

/*
 * What the handlers of administrative requests share: finding what a request names, and settings
 * as the protocol has them. Functions that return false have ended the call in clear words.
 */
struct target {
	struct volume *volume;
	uint32_t tenant;
	struct selector selector;
	/* Inside a transaction, from target_ids: */
	uint32_t domain;
	uint64_t acct; /* 0: a tenant or a domain */
};

/* For "%.*s": at most so much of what was sent goes back into an error's words. */
#define WORDS(s) (int)((s).n < 100 ? (s).n : 100), (s).p

/* By name, by domain, by address, or by any selector; its tenant exists and is active in the
 * directory. */
typedef bool admin_find(struct call *, struct slice name, struct target *);
admin_find admin_tenant, admin_domain, admin_user, admin_selector;
admin_find admin_alias; /* an address, or "@domain" */

/* The ids of the selector's domain and user. Sets c->error when one is missing. */
enum pk_status target_ids(struct call *, struct txn *, struct target *);
enum pk_status target_domain(struct call *, struct txn *, struct target *); /* the domain's only */
struct scope target_scope(const struct target *);                           /* after target_ids */
/* Its sessions; enum pk_kick. How many. */
uint32_t target_kick(struct server *, const struct target *, uint8_t why);

/* Requests that name one thing. Shows it: step finds its struct target in c->state. */
void admin_show(struct call *, admin_find *, struct slice name,
                enum pk_status (*step)(struct call *, struct txn *));
/* Changes its settings; where they suspend it, its sessions end. */
void admin_set(struct call *, admin_find *, struct slice name, struct pk_rows wanted);

/* Settings to be changed, checked, in the call's arena. */
struct change {
	const struct setting *setting;
	struct slice value;
};
struct changes {
	struct change *list;
	size_t count;
};
bool admin_changes(struct call *, struct pk_rows, uint8_t scope, struct changes *);
/* Sets c->error. */
enum pk_status changes_apply(struct call *, struct txn *, const struct scope *,
                             const struct changes *);
bool changes_suspend(const struct changes *); /* it suspends: its sessions end */

/* Appends the settings of a scope as rows, each as it holds there. acct: tenant and user. */
enum pk_status settings_rows(struct txn *, uint8_t scope, uint64_t acct, uint32_t domain,
                             struct buf *rows);

const char *state_word(uint8_t state);
/* The same of what is active itself, but not what it is in. */
const char *state_within(uint8_t own, uint8_t domain, uint8_t tenant);

#endif
