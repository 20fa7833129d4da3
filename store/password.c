#include "password.h"

#include "base/base64.h"

#include <crypt.h>
#include <ctype.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <utf8proc.h>

#define MEMORY_KIB_MAX (1u << 17)
#define ROUNDS_MAX     1000000 /* of PBKDF2 and crypt(3)'s SHA schemes */

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

enum pk_status password_hash(struct slice password, struct buf *out)
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

static void terminate(struct slice s, char text[HASH_MAX + 1])
{
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
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

/* Argon2: a hash that somebody else made may ask for any memory and time. */
static bool argon_form(struct slice hash)
{
	char text[HASH_MAX + 1];

	if (hash.n >= crypto_pwhash_STRBYTES || parameter(hash, S("m=")) > MEMORY_KIB_MAX ||
	    parameter(hash, S("t=")) > 16 || parameter(hash, S("p=")) > 16)
		return false;
	terminate(hash, text);
	return crypto_pwhash_str_needs_rehash(text, ARGON_PASSES, ARGON_OCTETS) != -1;
}

static bool argon_fits(struct slice hash, struct slice password)
{
	char text[HASH_MAX + 1];

	terminate(hash, text);
	return hash.n < crypto_pwhash_STRBYTES &&
	       crypto_pwhash_str_verify(text, password.p, password.n) == 0;
}

/* crypt(3). */
static bool crypt_form(struct slice hash)
{
	char setting[HASH_MAX + 1];
	int kind;

	if (slice_starts(hash, S("$2")) && parameter(slice_skip(hash, 3), S("$")) > 14)
		return false;
	if (parameter(hash, S("rounds=")) > ROUNDS_MAX)
		return false;
	terminate(hash, setting);
	kind = crypt_checksalt(setting);
	return kind == CRYPT_SALT_OK || kind == CRYPT_SALT_METHOD_LEGACY;
}

static bool crypt_fits(struct slice hash, struct slice password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	char text[HASH_MAX + 1], secret[SECRET_MAX + 1];
	const char *made;
	bool fits;

	if (!data)
		return false;
	terminate(hash, text);
	memcpy(secret, password.p, password.n);
	secret[password.n] = '\0';
	made = crypt_rn(secret, text, data, sizeof(*data));
	fits = made && strlen(made) == hash.n && sodium_memcmp(made, text, hash.n) == 0;
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(data, sizeof(*data));
	free(data);
	return fits;
}

/* Digests with and without salt, as RFC 2307 has them: base64 of the digest, then the salt. */
static size_t digest_octets(struct slice hash, const EVP_MD **md)
{
	static const struct {
		struct slice word;
		const EVP_MD *(*md)(void);
	} kinds[] = {
		{S("256}"), EVP_sha256},
		{S("512}"), EVP_sha512},
	};
	struct slice scheme =
		slice_head(hash, (size_t)((const char *)memchr(hash.p, '}', hash.n) - hash.p) + 1);

	*md = EVP_sha1();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (slice_ends(scheme, kinds[i].word))
			*md = kinds[i].md();
	return (size_t)EVP_MD_get_size(*md);
}

static bool digest_parts(struct slice hash, const EVP_MD **md, struct buf *parts, size_t *digest)
{
	struct slice text = hash;

	slice_cut(&text, '}');
	*digest = digest_octets(hash, md);
	return base64_decode(text, parts) && parts->n >= *digest;
}

static bool digest_form(struct slice hash)
{
	bool salted = slice_starts(hash, S("{SS"));
	struct buf parts = {0};
	const EVP_MD *md;
	size_t digest;
	bool good = digest_parts(hash, &md, &parts, &digest) && (parts.n > digest) == salted;

	buf_free(&parts);
	return good;
}

static bool digest_fits(struct slice hash, struct slice password)
{
	unsigned char made[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf parts = {0};
	const EVP_MD *md;
	size_t digest;
	bool fits = ctx && digest_parts(hash, &md, &parts, &digest) &&
	            EVP_DigestInit_ex(ctx, md, NULL) == 1 &&
	            EVP_DigestUpdate(ctx, password.p, password.n) == 1 &&
	            EVP_DigestUpdate(ctx, parts.p + digest, parts.n - digest) == 1 &&
	            EVP_DigestFinal_ex(ctx, made, NULL) == 1 &&
	            sodium_memcmp(made, parts.p, digest) == 0;

	EVP_MD_CTX_free(ctx);
	buf_free(&parts);
	return fits;
}

/* {PBKDF2}$1$salt$rounds$digest: PBKDF2 of RFC 8018 with HMAC-SHA-1, the digest in hexadecimal. */
struct pbkdf2 {
	struct slice salt;
	uint64_t rounds;
	unsigned char digest[20];
};

static bool pbkdf2_parts(struct slice hash, struct pbkdf2 *p)
{
	struct slice rest = slice_skip(hash, S("{PBKDF2}").n);
	size_t n;

	if (!slice_starts(rest, S("$1$")))
		return false;
	rest = slice_skip(rest, 3);
	p->salt = slice_cut(&rest, '$');
	return p->salt.n && slice_number(slice_cut(&rest, '$'), ROUNDS_MAX, &p->rounds) &&
	       p->rounds &&
	       sodium_hex2bin(p->digest, sizeof(p->digest), rest.p, rest.n, NULL, &n, NULL) == 0 &&
	       rest.n == 2 * sizeof(p->digest) && n == sizeof(p->digest);
}

static bool pbkdf2_form(struct slice hash)
{
	struct pbkdf2 p;

	return pbkdf2_parts(hash, &p);
}

static bool pbkdf2_fits(struct slice hash, struct slice password)
{
	unsigned char made[20];
	struct pbkdf2 p;

	return pbkdf2_parts(hash, &p) &&
	       PKCS5_PBKDF2_HMAC(password.p, (int)password.n, (const unsigned char *)p.salt.p,
	                         (int)p.salt.n, (int)p.rounds, EVP_sha1(), sizeof(made),
	                         made) == 1 &&
	       sodium_memcmp(made, p.digest, sizeof(made)) == 0;
}

/* What a kept hash begins with tells its kind; the order matters. */
static const struct scheme {
	struct slice start;
	bool (*form)(struct slice hash);
	bool (*fits)(struct slice hash, struct slice password);
} schemes[] = {
	{S("$argon2id$"), argon_form,  argon_fits },
        {S("$argon2i$"),  argon_form,  argon_fits },
	{S("$"),          crypt_form,  crypt_fits },
        {S("{SSHA}"),     digest_form, digest_fits},
	{S("{SSHA256}"),  digest_form, digest_fits},
        {S("{SSHA512}"),  digest_form, digest_fits},
	{S("{SHA}"),      digest_form, digest_fits},
        {S("{SHA1}"),     digest_form, digest_fits},
	{S("{SHA256}"),   digest_form, digest_fits},
        {S("{SHA512}"),   digest_form, digest_fits},
	{S("{PBKDF2}"),   pbkdf2_form, pbkdf2_fits},
};

static const struct scheme *scheme_of(struct slice hash)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (slice_starts(hash, schemes[i].start))
			return &schemes[i];
	return NULL;
}

/* Words in front of a hash that tells its own kind. */
static struct slice unwrap(struct slice hash)
{
	static const struct slice words[] = {S("{ARGON2ID}"),     S("{ARGON2I}"),
	                                     S("{CRYPT}"),        S("{SHA512-CRYPT}"),
	                                     S("{SHA256-CRYPT}"), S("{BLF-CRYPT}")};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_istarts(hash, words[i]))
			return slice_skip(hash, words[i].n);
	return hash;
}

/* The scheme's word in capitals. */
static void put_folded(struct slice hash, struct buf *out)
{
	bool word = slice_starts(hash, S("{"));

	for (size_t i = 0; i < hash.n; i++) {
		char c = hash.p[i];

		word = word && c != '}';
		if (word)
			c = (char)toupper((unsigned char)c);
		buf_byte(out, c);
	}
}

enum pk_status password_accept(struct slice hash, struct buf *keep)
{
	const struct scheme *scheme;
	size_t from = keep->n;

	hash = unwrap(hash);
	if (!hash.n || hash.n > HASH_MAX || slice_has(hash, '\0'))
		return PK_EINVAL;
	put_folded(hash, keep);
	if (keep->failed)
		return PK_ENOMEM;
	hash = slice_skip(buf_slice(keep), from);
	scheme = scheme_of(hash);
	if (!scheme)
		return slice_starts(hash, S("{")) ? PK_ENOTSUP : PK_EINVAL;
	return scheme->form(hash) ? PK_OK : PK_EINVAL;
}

bool password_fits(struct slice hash, struct slice password)
{
	const struct scheme *scheme = hash.n <= HASH_MAX ? scheme_of(hash) : NULL;

	return scheme && secret_ok(password) && scheme->fits(hash, password);
}

bool password_is_current(struct slice hash)
{
	char text[HASH_MAX + 1];

	if (!slice_starts(hash, S("$argon2id$")) || hash.n >= crypto_pwhash_STRBYTES)
		return false;
	terminate(hash, text);
	return crypto_pwhash_str_needs_rehash(text, ARGON_PASSES, ARGON_OCTETS) == 0;
}
