#ifndef STORE_CREDENTIAL_H
#define STORE_CREDENTIAL_H

#include "keyring.h"
#include "tenant_record.h"

#include <postkeep/buf.h>

/*
 * Secrets of users. Hashing and verifying take milliseconds on purpose: on a pool thread. Rows
 * are sealed under the operator key, bound to their place, so that one cannot stand for another.
 */
#define SECRET_MAX   1024 /* octets of a password */
#define HASH_MAX     512  /* octets of a hash */
#define ARGON_OCTETS ((size_t)19 << 20)
#define ARGON_PASSES 2

/* A password that may be used at all: UTF-8, no NUL, 1 to SECRET_MAX octets. */
bool secret_ok(struct slice password);

/* Argon2id of a password, as $argon2id$... PK_EINVAL: secret_ok; PK_ENOMEM. */
enum pk_status credential_hash(struct slice password, struct buf *out);

/*
 * Whether a hash that was given is one that can be verified here at a bearable price: argon2,
 * crypt(3), also behind {ARGON2ID}, {CRYPT}, {SHA512-CRYPT}, {SHA256-CRYPT}, {BLF-CRYPT}. The part
 * to keep is left in *keep. PK_EINVAL, PK_ENOTSUP.
 */
enum pk_status credential_accept(struct slice hash, struct slice *keep);

/* In constant time for a given hash. An empty hash fits nothing. */
bool credential_fits(struct slice hash, struct slice password);

/* n 0: the user's own password. What is read points into plain, which is wiped by the caller. */
enum pk_status credential_get(struct txn *, uint64_t acct, uint16_t n, struct buf *plain,
                              struct credential_row *);
/* Stores it; sessions and cached logins of the user end by user_row.credential_version, which
 * grows here. */
enum pk_status credential_put(struct txn *, uint64_t acct, uint16_t n,
                              const struct credential_row *);

#endif
