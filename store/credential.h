#ifndef STORE_CREDENTIAL_H
#define STORE_CREDENTIAL_H

#include "keyring.h"
#include "password.h"
#include "scram.h"
#include "tenant_record.h"

/*
 * What users prove themselves with: the password, app passwords, tokens, certificates. Rows are
 * sealed under the operator key, bound to their place, so that one cannot stand for another.
 */
#define CREDENTIALS_MAX 64 /* of a user, beside the password */
#define LABEL_MAX       64 /* octets of a label */

/* What a password becomes. Zeroed memory is an empty one. */
struct secret {
	struct buf hash;         /* as it is kept; empty: none */
	struct scram_keys scram; /* iterations 0: none */
};
/* All three take milliseconds: on a pool thread. PK_EINVAL: secret_ok; PK_ENOMEM. A password that
 * SASLprep does not take has no SCRAM keys. */
enum pk_status secret_make(struct slice password, struct secret *);
enum pk_status secret_scram(struct slice password, struct secret *); /* its SCRAM keys only */
bool secret_fits(const struct credential_row *, struct slice password);
/* What was given: password_accept, {SCRAM-SHA-256}ITERATIONS,SALT,STORED,SERVER, or one of each
 * between spaces, of the same password. */
enum pk_status secret_take(struct slice hashes, struct secret *);
void secret_text(const struct secret *, struct buf *out); /* in the form of secret_take */
void secret_free(struct secret *);

/* A row for it; the row's slices point into the secret. */
void secret_row(const struct secret *, struct credential_row *);
/* The other way; false: the row has none that can be used. */
bool secret_keys(const struct credential_row *, struct scram_keys *);

/*
 * App passwords and tokens are drawn here, with more chance in them than anybody can guess: a fast
 * hash will do, and looking at all of a user's costs nothing.
 */
#define DRAWN_LETTERS 20
void drawn_make(char letters[DRAWN_LETTERS + 1]);
void drawn_hash(struct slice letters, unsigned char hash[32]); /* spaces and hyphens are left out */

/* n 0: the user's own password. What is read points into plain, which is wiped by the caller. */
enum pk_status credential_get(struct txn *, uint64_t acct, uint16_t n, struct buf *plain,
                              struct credential_row *);
/* The first after *n, whose number it leaves there; PK_ENOTFOUND: no more. */
enum pk_status credential_next(struct txn *, uint64_t acct, uint16_t *n, struct buf *plain,
                               struct credential_row *);
/* Stores it; sessions and cached logins of the user end by user_row.credential_version, which
 * grows here. */
enum pk_status credential_put(struct txn *, uint64_t acct, uint16_t n,
                              const struct credential_row *);
/* The user's own password; SCRAM keys only where the tenant wants them. */
enum pk_status credential_set(struct txn *, uint64_t acct, const struct secret *);
/* The same secret in another form: nothing ends. */
enum pk_status credential_keep(struct txn *, uint64_t acct, uint16_t n,
                               const struct credential_row *);
enum pk_status credential_del(struct txn *, uint64_t acct, uint16_t n);

/* What it may be used for: the bit of a service's name (a link's stamp), or of all others. */
uint32_t service_bit(struct slice service);
/* The setting that says whether users may log in there: "login.imap". */
const char *service_setting(struct slice service);

#endif
