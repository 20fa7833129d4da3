#ifndef STORE_PASSWORD_H
#define STORE_PASSWORD_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * Passwords and their hashes. Hashing and comparing take milliseconds on purpose: on a pool
 * thread. New hashes are Argon2id; others are verified, so that users can be brought along from
 * other servers, and made anew at the next login.
 */
#define SECRET_MAX   1024 /* octets of a password */
#define HASH_MAX     512  /* octets of a hash */
#define ARGON_OCTETS ((size_t)19 << 20)
#define ARGON_PASSES 2

/* A password that may be used at all: UTF-8, no NUL, 1 to SECRET_MAX octets. */
bool secret_ok(struct slice password);

/* Argon2id of a password, as $argon2id$... PK_EINVAL: secret_ok; PK_ENOMEM. */
enum pk_status password_hash(struct slice password, struct buf *out);

/*
 * Whether a hash that was given is one that can be verified here at a bearable price, and the form
 * in which it is kept, appended to keep:
 *
 *	argon2, crypt(3)                        as they are; {ARGON2ID}, {ARGON2I}, {CRYPT},
 *	                                        {SHA256-CRYPT}, {SHA512-CRYPT}, {BLF-CRYPT} go
 *	{SSHA} {SSHA256} {SSHA512}              base64 of digest and salt
 *	{SHA} {SHA1} {SHA256} {SHA512}          base64 of a digest
 *	{PBKDF2}                                $1$SALT$ROUNDS$ and 40 hexadecimal digits
 *
 * PK_EINVAL: not the form of its scheme, or too costly; PK_ENOTSUP: no such scheme.
 */
enum pk_status password_accept(struct slice hash, struct buf *keep);

/* Takes as long for a right password as for a wrong one. An empty hash fits nothing. */
bool password_fits(struct slice hash, struct slice password);

/* A hash that is as password_hash makes them now. */
bool password_is_current(struct slice hash);

#endif
