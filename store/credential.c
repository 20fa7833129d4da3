#include "credential.h"

#include "format.h"
#include "volume.h"

/* Opens what is kept under a key, which is also where the row belongs. */
static enum pk_status open_row(struct txn *t, struct slice key, struct slice sealed,
                               struct buf *plain, struct credential_row *row)
{
	enum pk_status st;

	if (format_row(sealed).bad)
		return PK_EIO;
	st = keyring_unwrap(t->volume->keys, key, slice_skip(sealed, 1), plain);
	return st == PK_OK ? credential_decode(buf_slice(plain), row) : st;
}

enum pk_status credential_get(struct txn *t, uint64_t acct, uint16_t n, struct buf *plain,
                              struct credential_row *row)
{
	struct key k = key_credential(ACCT_TENANT(acct), ACCT_USER(acct), n);
	struct slice sealed;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &sealed);

	return st == PK_OK ? open_row(t, key_slice(&k), sealed, plain, row) : st;
}

enum pk_status credential_next(struct txn *t, uint64_t acct, uint16_t *n, struct buf *plain,
                               struct credential_row *row)
{
	struct key first = key_credential(ACCT_TENANT(acct), ACCT_USER(acct), 0);
	struct key from = key_credential(ACCT_TENANT(acct), ACCT_USER(acct), (uint16_t)(*n + 1));
	struct slice prefix = slice_head(key_slice(&first), key_slice(&first).n - 2), key, sealed;
	enum pk_status st;

	if (*n == UINT16_MAX)
		return PK_ENOTFOUND;
	st = txn_first(t, TREE_TENANT, prefix, key_slice(&from), &key, &sealed);
	if (st != PK_OK)
		return st;
	*n = (uint16_t)((unsigned char)key.p[key.n - 2] << 8 | (unsigned char)key.p[key.n - 1]);
	return open_row(t, key, sealed, plain, row);
}

enum pk_status credential_keep(struct txn *t, uint64_t acct, uint16_t n,
                               const struct credential_row *row)
{
	struct key k = key_credential(ACCT_TENANT(acct), ACCT_USER(acct), n);
	struct buf plain = {0}, sealed = {0};
	enum pk_status st;

	credential_encode(&plain, row);
	buf_byte(&sealed, FORMAT_ROW); /* in front of the sealed octets */
	st = plain.failed
	             ? PK_ENOMEM
	             : keyring_wrap(t->volume->keys, key_slice(&k), buf_slice(&plain), &sealed);
	if (st == PK_OK)
		st = put_row(t, TREE_TENANT, &k, &sealed);
	buf_wipe(&plain);
	buf_free(&sealed);
	return st;
}

static enum pk_status raise_version(struct txn *t, uint64_t acct)
{
	struct user_row user;
	enum pk_status st = user_load(t, acct, &user);

	if (st != PK_OK)
		return st;
	user.credential_version++;
	return user_save(t, acct, &user);
}

enum pk_status credential_put(struct txn *t, uint64_t acct, uint16_t n,
                              const struct credential_row *row)
{
	enum pk_status st = raise_version(t, acct);

	return st == PK_OK ? credential_keep(t, acct, n, row) : st;
}

enum pk_status credential_set(struct txn *t, uint64_t acct, const struct secret *s)
{
	struct credential_row row = {.kind = CREDENTIAL_PASSWORD, .created_ms = t->now_ms};
	uint64_t scram;
	enum pk_status st = setting_number(t, acct, 0, "scram", &scram);

	secret_row(s, &row);
	if (!scram && row.hash.n)
		row.scram_iterations = 0;
	return st == PK_OK ? credential_put(t, acct, 0, &row) : st;
}

enum pk_status credential_del(struct txn *t, uint64_t acct, uint16_t n)
{
	struct key k = key_credential(ACCT_TENANT(acct), ACCT_USER(acct), n);
	enum pk_status st = txn_del(t, TREE_TENANT, key_slice(&k));

	return st == PK_OK ? raise_version(t, acct) : st;
}

static const struct service {
	struct slice name; /* empty: any other */
	uint32_t bit;
	const char *setting;
} services[] = {
	{S("imap"),       1u << 0,  "login.imap"      },
	{S("pop3"),       1u << 1,  "login.pop3"      },
	{S("submission"), 1u << 2,  "login.submission"},
	{S(""),           1u << 31, "login.other"     },
};

static const struct service *service_of(struct slice name)
{
	const struct service *s = services;

	while (s->name.n && !slice_eq(s->name, name))
		s++;
	return s;
}

uint32_t service_bit(struct slice service)
{
	return service_of(service)->bit;
}

const char *service_setting(struct slice service)
{
	return service_of(service)->setting;
}
