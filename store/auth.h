#ifndef STORE_AUTH_H
#define STORE_AUTH_H

#include "call.h"

/*
 * Logins: SASL exchanges under way, the success cache, failures and their delays. On success the
 * session gets acct, volume, body_tenant, domain, scopes and credential_version. Loop thread.
 */
enum pk_status auth_open(struct server *);
void auth_drop(struct session *);  /* an exchange under way ends with its session */
void auth_leave(struct session *); /* so does a login */
void auth_tick(struct server *);
void auth_stop(struct server *); /* ends what waits, and the threads; before the last loop_turn */
void auth_free(struct server *);

/* Ends the sessions of a tenant, of one of its domains (domain not 0) or of one user (user not 0):
 * after a change of password, a suspension, a deletion. */
uint32_t auth_kick(struct server *, uint32_t tenant, uint32_t domain, uint32_t user,
                   uint8_t why); /* how many */

/* Whether it is logged in there. */
bool auth_concerns(const struct session *, uint32_t tenant, uint32_t domain, uint32_t user);

/* Those that one of a user's credentials opened. */
void auth_kick_credential(struct server *, uint64_t acct, uint16_t credential);

struct auth_counts {
	uint64_t hashes; /* passwords hashed, also for users that do not exist */
	uint64_t cached; /* logins that the cache spared a hash */
	uint64_t logins, failures;
};
struct auth_counts auth_counts(const struct server *);

#endif
