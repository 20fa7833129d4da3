#ifndef STORE_TENANT_RECORD_H
#define STORE_TENANT_RECORD_H

#include "tenant.h"

/*
 * Keys and values of the `tenant` tree: with record.c the only place that knows octets on disk;
 * pk-store(5) describes each. A key is tenant u32, kind u8, the rest, big-endian; a value begins
 * with a version octet and is little-endian. Decoders return PK_EIO for octets that are not such
 * a row; decoded slices point into the value.
 */
struct key key_tenant(uint32_t tenant, uint8_t kind); /* also the prefix of all rows of a kind */
struct key key_tenant_u32(uint32_t tenant, uint8_t kind, uint32_t id); /* domain, user; or prefix */
struct key key_setting(uint32_t tenant, uint8_t scope, uint32_t id, struct slice name);
struct key key_domain_name(uint32_t tenant, struct slice name);
/* local as local_fold() makes it. */
struct key key_user_name(uint32_t tenant, uint32_t domain, struct slice local);
struct key key_alias(uint32_t tenant, uint32_t domain, struct slice local); /* prefix of targets */
struct key key_alias_target(uint32_t tenant, uint32_t domain, struct slice local, uint16_t n);
struct key key_credential(uint32_t tenant, uint32_t user, uint16_t n);
struct key key_sendas(uint32_t tenant, uint32_t user, const struct address *);

/* The parts of an alias's key that a walk found. False: not such a key. */
bool key_alias_split(struct slice key, uint32_t *domain, struct slice *local, uint16_t *n);

enum pk_status tenant_decode(struct slice, struct tenant_row *);
void tenant_encode(struct buf *, const struct tenant_row *);
enum pk_status domain_decode(struct slice, struct domain_row *);
void domain_encode(struct buf *, const struct domain_row *);
enum pk_status user_decode(struct slice, struct user_row *);
void user_encode(struct buf *, const struct user_row *);

/* Rows that are one number or one string: names to ids, alias targets, settings. */
enum pk_status id_decode(struct slice, uint32_t *id);
void id_encode(struct buf *, uint32_t id);
enum pk_status text_decode(struct slice, struct slice *text);
void text_encode(struct buf *, struct slice text);

/* How many messages were sent in each of the last minutes (send_window.h). */
#define SEND_MINUTES 61
struct send_row {
	int64_t minute;                /* since 1970: of counts[0] */
	uint32_t counts[SEND_MINUTES]; /* of it and of those before it */
};
enum pk_status send_decode(struct slice, struct send_row *);
void send_encode(struct buf *, const struct send_row *);

/* The right of a user to send mail as another address. */
struct sendas_row {
	int64_t created_ms;
};
enum pk_status sendas_decode(struct slice, struct sendas_row *);
void sendas_encode(struct buf *, const struct sendas_row *);

enum credential_kind {
	CREDENTIAL_PASSWORD = 1, /* `hash`; SCRAM keys when there are any */
	CREDENTIAL_SCRAM = 2,    /* SCRAM keys only */
	CREDENTIAL_APP = 3,      /* drawn_hash of an app password, and SCRAM keys */
	CREDENTIAL_TOKEN =
		4, /* drawn_hash of an impersonation token; the label is why it was made */
	CREDENTIAL_CERTIFICATE = 5, /* SHA-256 of a client's certificate */
};

/*
 * One way for a user to log in. n 0 of the key is the user's own password, 1 and above are app
 * passwords. On disk it is sealed whole (keyring_wrap, context tenant, user, n).
 */
struct credential_row {
	uint8_t kind;       /* enum credential_kind */
	uint32_t protocols; /* bits of services it serves; 0: all */
	int64_t created_ms;
	int64_t expires_ms; /* 0: never */
	struct slice label; /* of an app password */
	struct slice hash;  /* $argon2id$..., crypt(3), {SCHEME}...; empty: nothing fits */
	uint32_t scram_iterations;
	struct slice scram_salt, scram_stored, scram_server; /* RFC 5802 section 3 */
};
enum pk_status credential_decode(struct slice, struct credential_row *);
void credential_encode(struct buf *, const struct credential_row *);

#endif
