#ifndef STORE_AUTH_H
#define STORE_AUTH_H

#include "call.h"

/*
 * Logins: SASL exchanges under way, the success cache, failures and their delays. On success the
 * session gets acct, volume, body_tenant, domain, scopes and credential_version. Loop thread.
 */
enum pk_status auth_open(struct server *);
void auth_drop(struct session *); /* an exchange under way ends with its session */
void auth_tick(struct server *);
void auth_free(struct server *);

#endif
