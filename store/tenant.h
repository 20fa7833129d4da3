#ifndef STORE_TENANT_H
#define STORE_TENANT_H

#include "record.h"
#include "tenant_name.h"
#include "txn.h"

#include <postkeep/arena.h>

/*
 * Tenants, domains, users, aliases and credentials: the `tenant` tree of a volume, which is the
 * truth; the directory is an index of it. Keys: tenant u32, kind u8, the rest (pk-store(5)).
 */
enum tenant_kind {
	KIND_VOLUME = 0x00,      /* tenant 0 only: the volume's header: format, epoch, number */
	KIND_TENANT = 0x01,      /* struct tenant_row */
	KIND_SETTING = 0x02,     /* scope u8, id u32 (0: the tenant), setting's name -> value */
	KIND_DOMAIN = 0x03,      /* domain id u32 -> struct domain_row */
	KIND_DOMAIN_NAME = 0x04, /* name -> domain id u32 */
	KIND_USER = 0x05,        /* user id u32 -> struct user_row */
	KIND_USER_NAME = 0x06,   /* domain id u32, local part -> user id u32 */
	KIND_ALIAS = 0x07,      /* domain id u32, local part (catch-all: empty), 00, n u16 -> target
	                           address */
	KIND_CREDENTIAL = 0x08, /* user id u32, n u16 -> struct credential_row, sealed */
	KIND_PLAN = 0x09,
	KIND_HOLD = 0x0a,
	KIND_SEND = 0x0b,   /* user u32 (0: the tenant) -> struct send_row */
	KIND_SENDAS = 0x0c, /* user u32, an address, folded -> struct sendas_row */
	KIND_LAST = KIND_SENDAS,
};

enum state { STATE_ACTIVE = 1, STATE_SUSPENDED = 2, STATE_DELETING = 3 };

struct counters {                                               /* of a tenant or a domain */
	uint64_t octets, messages, mailboxes;                   /* used */
	uint64_t limit_octets, limit_messages, limit_mailboxes; /* granted; LIMIT_NONE */
};
struct tenant_row {
	uint8_t state; /* enum state */
	uint32_t next_domain, next_user;
	uint32_t domains, users;
	struct counters use;
	int64_t created_ms;
	struct slice name;
};
struct domain_row {
	uint8_t state;
	uint32_t users;
	struct counters use;
	int64_t created_ms;
	struct slice name; /* lower case, A-labels */
};
struct user_row {
	uint8_t state;
	uint32_t domain;
	int64_t created_ms;
	uint32_t credential_version; /* grows with each change of a credential */
	struct slice address;        /* as created, domain in lower case */
};

/* What settings and limits are of. */
struct scope {
	uint32_t tenant;
	uint8_t kind; /* enum pk_scope: tenant, domain or user */
	uint32_t id;  /* 0, of the domain, of the user */
};

enum pk_status tenant_load(struct txn *, uint32_t tenant, struct tenant_row *);
enum pk_status tenant_save(struct txn *, uint32_t tenant, const struct tenant_row *);
enum pk_status domain_load(struct txn *, uint32_t tenant, uint32_t domain, struct domain_row *);
enum pk_status domain_save(struct txn *, uint32_t tenant, uint32_t domain,
                           const struct domain_row *);
enum pk_status user_load(struct txn *, uint64_t acct, struct user_row *);
enum pk_status user_save(struct txn *, uint64_t acct, const struct user_row *);

/*
 * Names in these rows point into the transaction: a row that was loaded before something was
 * written is saved with a name that was copied, or loaded again.
 */

/* The id of a domain of the tenant, by its folded name. PK_ENOTFOUND. */
enum pk_status domain_find(struct txn *, uint32_t tenant, struct slice name, uint32_t *domain);

/* PK_ESUSPENDED when the tenant, the domain or (user 0: not asked) the user is; PK_ENOTFOUND when
 * one of them is gone or being deleted. */
enum pk_status tenant_usable(struct txn *, uint32_t tenant, uint32_t domain, uint32_t user);

/*
 * What an address means inside a tenant: exact, plus-stripped, alias, domain alias, catch-all
 * (DESIGN 6). domain and local are folded. Each account is there once for each part after "+".
 * Targets that are gone or suspended are left out while others remain; PK_ESUSPENDED when only such
 * do, PK_ENOTFOUND when nothing is left.
 */
#define TARGETS_MAX 1000
struct resolution {
	struct reached { /* a mailbox owner who gets a copy */
		uint64_t acct;
		struct slice detail; /* after "+", of the address that led there; folded */
	} * to;
	size_t count;
	struct buf address; /* the first one's own address */
	struct arena arena;
};
enum pk_status tenant_resolve(struct txn *, uint32_t tenant, struct slice domain,
                              struct slice local, struct resolution *);
void resolution_free(struct resolution *);
/* The address is this user's alone, by name or by aliases: PK_OK; PK_EPERM. A catch-all, or a
 * target that is suspended, makes it nobody's. */
enum pk_status tenant_leads_to(struct txn *, uint64_t acct, const struct address *);

/* Cuts the part after "+" off a local part. PK_ENOTFOUND: there is none, or the domain heeds none.
 */
enum pk_status tenant_strip_plus(struct txn *, uint32_t tenant, uint32_t domain,
                                 struct slice *local);

/* The user who has exactly this address. PK_ENOTFOUND. */
enum pk_status user_find(struct txn *, uint32_t tenant, const struct address *, uint64_t *acct,
                         struct user_row *);

/*
 * An effective setting: user, domain, tenant, built-in, nearest first. The table of settings with
 * their types and defaults is in settings.c. value points into the transaction or is static.
 */
enum pk_status setting_get(struct txn *, uint64_t acct, uint32_t domain, const char *name,
                           struct slice *value);
enum pk_status setting_number(struct txn *, uint64_t acct, uint32_t domain, const char *name,
                              uint64_t *value);

#endif
