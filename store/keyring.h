#ifndef STORE_KEYRING_H
#define STORE_KEYRING_H

#include "keyfile.h"

#include <postkeep/buf.h>
#include <postkeep/status.h>

/*
 * The tenants' data keys and what is derived from them, read from their files (keyfile.h) when they
 * are first asked for and kept in locked memory. Thread-safe.
 */
struct keyring;

/* operator_key: KEY_BYTES, copied. Checks it against the key files: PK_EAUTH when it is not theirs.
 */
enum pk_status keyring_open(struct keyring **, const char *dir, const unsigned char *operator_key);
void keyring_close(struct keyring *);

enum pk_status keyring_create(struct keyring *, uint32_t tenant); /* a new random key; PK_EEXISTS */
enum pk_status keyring_destroy(struct keyring *, uint32_t tenant); /* wipes and removes the file */

/* Copies the key of a tenant and tells its version. PK_ENOTFOUND. */
enum pk_status keyring_get(struct keyring *, uint32_t tenant, unsigned char key[KEY_BYTES],
                           uint8_t *version);

/* The key for the sealed part of rows: HKDF-SHA-256 of the tenant's, once. */
enum pk_status keyring_rows(struct keyring *, uint32_t tenant, unsigned char key[KEY_BYTES],
                            uint8_t *version);

/* HMAC-SHA-256 under the tenant's key for a purpose ("dedup", "message-id"): 32 octets. */
enum pk_status keyring_mac(struct keyring *, uint32_t tenant, const char *purpose,
                           struct slice data, unsigned char out[32]);

/* The key of keyring_mac, for data that comes in pieces. */
enum pk_status keyring_mac_key(struct keyring *, uint32_t tenant, const char *purpose,
                               unsigned char out[KEY_BYTES]);

/* A key of the house, of no tenant: HKDF-SHA-256 of the operator key for a purpose. */
enum pk_status keyring_house_key(struct keyring *, const char *purpose,
                                 unsigned char out[KEY_BYTES]);

struct crypts *keyring_crypts(struct keyring *); /* contexts for crypt.h, kept here for all */

/* Seals and opens small secrets (credentials) under the operator key; out = plain.n + 40 octets. */
enum pk_status keyring_wrap(struct keyring *, struct slice context, struct slice plain,
                            struct buf *out);
enum pk_status keyring_unwrap(struct keyring *, struct slice context, struct slice sealed,
                              struct buf *plain);

#endif
