#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include "tenant.h"

/*
 * The settings that tenants, domains and users have: one table with their types, the scopes at
 * which they may be set, and what holds where nobody set them. Values are kept as text.
 *
 * `suspended` and `quota.*` are told and set like the others but live in the rows of tenant,
 * domain and account: they do not replace what a farther scope says, each scope's own applies.
 */
enum setting_type {
	SETTING_BOOL,    /* on, off */
	SETTING_NUMBER,  /* decimal */
	SETTING_LIMIT,   /* decimal or "none" */
	SETTING_DOMAIN,  /* name of another domain of the tenant, "" for none */
	SETTING_TEXT,    /* words of a reply: printable ASCII, at most SETTING_TEXT_MAX octets */
	SETTING_MAILBOX, /* name of a mailbox other than INBOX, "-" for none; maximum 1: any */
	SETTING_WORD,    /* one of the words in `value`, of which the first is built in */
};
enum setting_place {
	IN_SETTING, /* a row of its own, nearest scope first */
	IN_STATE,   /* the state of the row */
	IN_LIMIT,   /* the counters of the row */
};
struct setting {
	const char *name;
	enum setting_type type;
	enum setting_place place;
	unsigned scopes;   /* 1 << enum pk_scope */
	uint64_t maximum;  /* of a number */
	uint8_t resource;  /* IN_LIMIT: enum pk_resource */
	const char *value; /* built in */
};
extern const struct setting settings[];
extern const size_t settings_count;

const struct setting *setting_find(struct slice name); /* NULL */

/*
 * Checks a value and gives the form in which it is stored ("yes" and "true" become "on"; a domain
 * is folded into out, a mailbox's name made NFC there, SETTING_OCTETS). PK_EINVAL.
 */
#define SETTING_OCTETS   512
#define SETTING_TEXT_MAX 200
enum pk_status setting_check(const struct setting *, struct slice in, char *out,
                             struct slice *value);

/* A scope's own value, without looking at farther ones. PK_ENOTFOUND. */
enum pk_status setting_own(struct txn *, const struct scope *, const char *name,
                           struct slice *value);
/* Stores a checked value; an empty one takes the setting away. */
enum pk_status setting_put(struct txn *, const struct scope *, const char *name,
                           struct slice value);

#endif
