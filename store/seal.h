#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "keyring.h"

#include <postkeep/buf.h>

#define GUID_BYTES 16

/*
 * The sealed part of a message's row: AES-256-GCM under one HKDF key per tenant and key version,
 * a random 96-bit nonce, the tenant and the guid as associated data, so that COPY copies the
 * sealed octets. Layout: key version u8, nonce 12, ciphertext, tag 16. Thread-safe.
 */
#define SEAL_EXTRA 29

enum pk_status seal_row(struct keyring *, uint32_t tenant, const uint8_t guid[GUID_BYTES],
                        struct slice plain, struct buf *out);
/* Appends the plain octets to out. PK_EIO: the seal is broken, or the key is gone. */
enum pk_status seal_open(struct keyring *, uint32_t tenant, const uint8_t guid[GUID_BYTES],
                         struct slice sealed, struct buf *out);

#endif
