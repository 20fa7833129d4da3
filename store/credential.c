#include "credential.h"

#include "format.h"
#include "volume.h"

#include <crypt.h>
#include <sodium.h>
#include <utf8proc.h>

#define MEMORY_KIB_MAX (1u << 17)

static bool is_utf8(struct slice s)
{
	utf8proc_int32_t c;

	while (s.n) {
		utf8proc_ssize_t used =
			utf8proc_iterate((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &c);

		if (used <= 0)
			return false;
		s = slice_skip(s, (size_t)used);
	}
	return true;
}

bool secret_ok(struct slice s)
{
	return s.n && s.n <= SECRET_MAX && !slice_has(s, '\0') && is_utf8(s);
}

enum pk_status credential_hash(struct slice password, struct buf *out)
{
	char text[crypto_pwhash_STRBYTES];

	if (!secret_ok(password))
		return PK_EINVAL;
	if (crypto_pwhash_str_alg(text, password.p, password.n, ARGON_PASSES, ARGON_OCTETS,
	                          crypto_pwhash_ALG_ARGON2ID13) != 0)
		return PK_ENOMEM;
	buf_put(out, slice_str(text));
	return out->failed ? PK_ENOMEM : PK_OK;
}

static bool is_argon(struct slice hash)
{
	return slice_starts(hash, S("$argon2id$")) || slice_starts(hash, S("$argon2i$"));
}

/* The number behind `name` in the parameters of a hash; 0: none. */
static uint64_t parameter(struct slice hash, struct slice name)
{
	for (; hash.n > name.n; hash = slice_skip(hash, 1)) {
		size_t digits = 0;
		struct slice value;
		uint64_t number;

		if (!slice_starts(hash, name))
			continue;
		value = slice_skip(hash, name.n);
		while (digits < value.n && value.p[digits] >= '0' && value.p[digits] <= '9')
			digits++;
		return slice_number(slice_head(value, digits), UINT32_MAX, &number) ? number : 0;
	}
	return 0;
}

/* A hash that somebody else made may ask for any memory and time: within these it is taken. */
static bool bearable(struct slice hash)
{
	if (is_argon(hash))
		return parameter(hash, S("m=")) <= MEMORY_KIB_MAX &&
		       parameter(hash, S("t=")) <= 16 && parameter(hash, S("p=")) <= 16;
	if (slice_starts(hash, S("$2")))
		return parameter(slice_skip(hash, 3), S("$")) <= 14;
	return parameter(hash, S("rounds=")) <= 1000000;
}

static bool crypt_form(struct slice hash)
{
	char setting[HASH_MAX + 1];
	int kind;

	memcpy(setting, hash.p, hash.n);
	setting[hash.n] = '\0';
	kind = crypt_checksalt(setting);
	return hash.p[0] == '$' && (kind == CRYPT_SALT_OK || kind == CRYPT_SALT_METHOD_LEGACY);
}

static bool argon_form(struct slice hash)
{
	char text[crypto_pwhash_STRBYTES];

	if (hash.n >= sizeof(text))
		return false;
	memcpy(text, hash.p, hash.n);
	text[hash.n] = '\0';
	return crypto_pwhash_str_needs_rehash(text, ARGON_PASSES, ARGON_OCTETS) != -1;
}

enum pk_status credential_accept(struct slice hash, struct slice *keep)
{
	static const struct slice schemes[] = {S("{ARGON2ID}"),     S("{ARGON2I}"),
	                                       S("{CRYPT}"),        S("{SHA512-CRYPT}"),
	                                       S("{SHA256-CRYPT}"), S("{BLF-CRYPT}")};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (slice_istarts(hash, schemes[i])) {
			hash = slice_skip(hash, schemes[i].n);
			break;
		}
	if (slice_starts(hash, S("{")))
		return PK_ENOTSUP;
	if (hash.n == 0 || hash.n > HASH_MAX || slice_has(hash, '\0') || !bearable(hash))
		return PK_EINVAL;
	*keep = hash;
	return (is_argon(hash) ? argon_form(hash) : crypt_form(hash)) ? PK_OK : PK_EINVAL;
}

static bool crypt_fits(const char *hash, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *made;
	bool fits;

	if (!data)
		return false;
	made = crypt_rn(password, hash, data, sizeof(*data));
	fits = made && strlen(made) == strlen(hash) && sodium_memcmp(made, hash, strlen(hash)) == 0;
	explicit_bzero(data, sizeof(*data));
	free(data);
	return fits;
}

bool credential_fits(struct slice hash, struct slice password)
{
	char text[HASH_MAX + 1], secret[SECRET_MAX + 1];
	bool fits;

	if (hash.n == 0 || hash.n > HASH_MAX || !secret_ok(password))
		return false;
	memcpy(text, hash.p, hash.n);
	text[hash.n] = '\0';
	if (is_argon(hash))
		return hash.n < crypto_pwhash_STRBYTES &&
		       crypto_pwhash_str_verify(text, password.p, password.n) == 0;
	memcpy(secret, password.p, password.n);
	secret[password.n] = '\0';
	fits = crypt_fits(text, secret);
	explicit_bzero(secret, sizeof(secret));
	return fits;
}

/* Where a sealed row belongs: tenant, user, n. */
static struct slice place_of(const struct key *k)
{
	return key_slice(k);
}

enum pk_status credential_get(struct txn *t, uint64_t acct, uint16_t n, struct buf *plain,
                              struct credential_row *row)
{
	struct key k = key_credential(ACCT_TENANT(acct), ACCT_USER(acct), n);
	struct slice sealed;
	enum pk_status st = txn_get(t, TREE_TENANT, key_slice(&k), &sealed);

	if (st == PK_OK && format_row(sealed).bad)
		st = PK_EIO;
	if (st == PK_OK)
		st = keyring_unwrap(t->volume->keys, place_of(&k), slice_skip(sealed, 1), plain);
	return st == PK_OK ? credential_decode(buf_slice(plain), row) : st;
}

enum pk_status credential_put(struct txn *t, uint64_t acct, uint16_t n,
                              const struct credential_row *row)
{
	struct key k = key_credential(ACCT_TENANT(acct), ACCT_USER(acct), n);
	struct buf plain = {0}, sealed = {0};
	struct user_row user;
	enum pk_status st = user_load(t, acct, &user);

	if (st != PK_OK)
		return st;
	user.credential_version++;
	st = user_save(t, acct, &user);
	credential_encode(&plain, row);
	buf_byte(&sealed, FORMAT_ROW); /* in front of the sealed octets */
	if (st == PK_OK)
		st = plain.failed ? PK_ENOMEM
		                  : keyring_wrap(t->volume->keys, place_of(&k), buf_slice(&plain),
		                                 &sealed);
	if (st == PK_OK)
		st = put_row(t, TREE_TENANT, &k, &sealed);
	buf_wipe(&plain);
	buf_free(&sealed);
	return st;
}
