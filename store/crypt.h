#ifndef STORE_CRYPT_H
#define STORE_CRYPT_H

#include <postkeep/buf.h>

/*
 * The primitives of sealing, over contexts of OpenSSL and zstd that are kept and lent: one thread
 * uses a crypt at a time. False: out of memory, or, where it says so, a broken seal.
 */
struct crypts;
struct crypt;

#define CRYPT_KEY   32
#define CRYPT_NONCE 12
#define CRYPT_TAG   16
#define CRYPT_MAC   32

struct crypts *crypts_new(void); /* NULL: out of memory */
void crypts_free(struct crypts *);
struct crypt *crypt_take(struct crypts *); /* NULL: out of memory */
void crypt_give(struct crypts *, struct crypt *);

struct buf *crypt_scratch(struct crypt *); /* an empty one, for whoever has the crypt */

/* From the kernel, drawn in blocks. */
void crypt_random(struct crypt *, void *to, size_t octets);

/* HMAC-SHA-256 (RFC 2104) of data that comes in pieces; the key is CRYPT_KEY octets. */
struct mac;
struct mac *mac_new(struct crypt *, const unsigned char *key);
bool mac_add(struct mac *, struct slice data);
bool mac_end(struct mac *, unsigned char out[CRYPT_MAC]); /* once */
void mac_free(struct mac *);
bool crypt_mac(struct crypt *, struct slice key, struct slice data, unsigned char out[CRYPT_MAC]);

/* HKDF-SHA-256 (RFC 5869), one block of output. */
bool crypt_derive(struct crypt *, struct slice key, struct slice salt, struct slice info,
                  unsigned char out[CRYPT_KEY]);

/*
 * AES-256-GCM: seal makes ciphertext and tag of what stands in a buffer from `from` on; open
 * appends the plain octets.
 */
struct gcm {
	const unsigned char *key;   /* CRYPT_KEY octets */
	const unsigned char *nonce; /* CRYPT_NONCE octets, never twice under a key */
	struct slice aad;
	bool again; /* open: the key is one for many, kept at hand */
};
bool crypt_seal(struct crypt *, const struct gcm *, struct buf *b, size_t from);
bool crypt_open(struct crypt *, const struct gcm *, struct slice sealed, struct buf *out);

/*
 * One zstd frame of level 1 with a dictionary (0: none). Pack appends at most plain.n - 1 octets
 * and says false, appending nothing, when the frame is not smaller than that. Unpack appends
 * exactly `octets`, or says false.
 */
bool crypt_pack(struct crypt *, uint8_t dictionary, struct slice plain, struct buf *out);
bool crypt_unpack(struct crypt *, uint8_t dictionary, struct slice frame, size_t octets,
                  struct buf *out);

#endif
