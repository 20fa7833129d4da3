#include "credential.h"

#include "base/base64.h"

#include <sodium.h>

/* Letters that are not mistaken for each other: 5 bits each. */
static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
_Static_assert(sizeof(letters) == 32 + 1, "5 bits a letter");

void drawn_make(char out[DRAWN_LETTERS + 1])
{
	unsigned char chance[DRAWN_LETTERS];

	randombytes_buf(chance, sizeof(chance));
	for (size_t i = 0; i < DRAWN_LETTERS; i++)
		out[i] = letters[chance[i] % 32];
	out[DRAWN_LETTERS] = '\0';
	sodium_memzero(chance, sizeof(chance));
}

void drawn_hash(struct slice in, unsigned char hash[32])
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, 32);
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i] != ' ' && in.p[i] != '-')
			crypto_generichash_update(&h, (const unsigned char *)in.p + i, 1);
	crypto_generichash_final(&h, hash, 32);
	sodium_memzero(&h, sizeof(h));
}

enum pk_status secret_scram(struct slice password, struct secret *s)
{
	enum pk_status st;

	s->scram = (struct scram_keys){.iterations = SCRAM_ITERATIONS, .salt_octets = SCRAM_SALT};
	randombytes_buf(s->scram.salt, SCRAM_SALT);
	st = scram_derive(password, &s->scram);
	if (st != PK_OK)
		s->scram.iterations = 0;
	return st == PK_ENOMEM ? st : PK_OK;
}

enum pk_status secret_make(struct slice password, struct secret *s)
{
	enum pk_status st = password_hash(password, &s->hash);

	return st == PK_OK ? secret_scram(password, s) : st;
}

void secret_row(const struct secret *s, struct credential_row *r)
{
	r->hash = buf_slice(&s->hash);
	r->scram_iterations = s->scram.iterations;
	if (!s->scram.iterations)
		return;
	r->scram_salt = (struct slice){(const char *)s->scram.salt, s->scram.salt_octets};
	r->scram_stored = (struct slice){(const char *)s->scram.stored, SCRAM_HASH};
	r->scram_server = (struct slice){(const char *)s->scram.server, SCRAM_HASH};
}

bool secret_keys(const struct credential_row *r, struct scram_keys *k)
{
	if (!r->scram_iterations || r->scram_salt.n > sizeof(k->salt) ||
	    r->scram_stored.n != SCRAM_HASH || r->scram_server.n != SCRAM_HASH)
		return false;
	*k = (struct scram_keys){.iterations = r->scram_iterations, .salt_octets = r->scram_salt.n};
	memcpy(k->salt, r->scram_salt.p, r->scram_salt.n);
	memcpy(k->stored, r->scram_stored.p, SCRAM_HASH);
	memcpy(k->server, r->scram_server.p, SCRAM_HASH);
	return true;
}

bool secret_fits(const struct credential_row *r, struct slice password)
{
	struct scram_keys kept, made;
	bool fits;

	if (r->hash.n || !secret_ok(password) || !secret_keys(r, &kept))
		return password_fits(r->hash, password);
	made = kept;
	fits = scram_derive(password, &made) == PK_OK &&
	       sodium_memcmp(made.stored, kept.stored, SCRAM_HASH) == 0;
	sodium_memzero(&made, sizeof(made));
	return fits;
}

static bool take_octets(struct slice text, unsigned char *to, size_t *n, size_t most)
{
	struct buf b = {0};
	bool good = base64_decode(text, &b) && b.n && b.n <= most;

	if (good) {
		memcpy(to, b.p, b.n);
		*n = b.n;
	}
	buf_wipe(&b);
	return good;
}

/* ITERATIONS,SALT,STORED,SERVER as Dovecot writes them. */
static bool take_scram(struct slice rest, struct scram_keys *k)
{
	size_t stored = 0, server = 0;
	uint64_t iterations;

	if (!slice_number(slice_cut(&rest, ','), SCRAM_ITERATIONS_MAX, &iterations) ||
	    iterations < SCRAM_ITERATIONS_MIN)
		return false;
	k->iterations = (uint32_t)iterations;
	return take_octets(slice_cut(&rest, ','), k->salt, &k->salt_octets, sizeof(k->salt)) &&
	       take_octets(slice_cut(&rest, ','), k->stored, &stored, SCRAM_HASH) &&
	       take_octets(rest, k->server, &server, SCRAM_HASH) && stored == SCRAM_HASH &&
	       server == SCRAM_HASH;
}

static const struct slice scram_word = S("{SCRAM-SHA-256}");

static enum pk_status take_one(struct slice hash, struct secret *s)
{
	if (!slice_istarts(hash, scram_word))
		return s->hash.n ? PK_EINVAL : password_accept(hash, &s->hash);
	if (!s->scram.iterations && take_scram(slice_skip(hash, scram_word.n), &s->scram))
		return PK_OK;
	s->scram.iterations = 0;
	return PK_EINVAL;
}

enum pk_status secret_take(struct slice hashes, struct secret *s)
{
	enum pk_status st = PK_OK;

	do
		st = take_one(slice_cut(&hashes, ' '), s);
	while (st == PK_OK && hashes.n);
	return st;
}

void secret_text(const struct secret *s, struct buf *out)
{
	const unsigned char *keys[] = {s->scram.stored, s->scram.server};

	buf_put(out, buf_slice(&s->hash));
	if (!s->scram.iterations)
		return;
	buf_printf(out, "%s%.*s%u,", s->hash.n ? " " : "", (int)scram_word.n, scram_word.p,
	           (unsigned)s->scram.iterations);
	base64_encode((struct slice){(const char *)s->scram.salt, s->scram.salt_octets}, out);
	for (size_t i = 0; i < 2; i++) {
		buf_byte(out, ',');
		base64_encode((struct slice){(const char *)keys[i], SCRAM_HASH}, out);
	}
}

void secret_free(struct secret *s)
{
	buf_wipe(&s->hash);
	sodium_memzero(&s->scram, sizeof(s->scram));
}
