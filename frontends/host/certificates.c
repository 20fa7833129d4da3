#include "certificates.h"

#include <postkeep/buf.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define NAME_MOST 255 /* octets of a DNS name */

/* That a certificate has a name in it. */
struct claim {
	struct certificate *by;
	struct served *served;
	struct claim *next;      /* of the same name, the one that is shown first */
	struct claim *also_mine; /* of the same certificate */
};

/* A name, in lower case, and whose it is. */
struct served {
	struct claim *claims;
	UT_hash_handle hh;
	char name[];
};

static void lower(struct slice from, char *to)
{
	for (size_t i = 0; i < from.n; i++)
		to[i] = (char)(from.p[i] >= 'A' && from.p[i] <= 'Z' ? from.p[i] + 'a' - 'A'
		                                                    : from.p[i]);
}

static struct served *find_served(const struct certificates *cs, struct slice name)
{
	char key[NAME_MOST];
	struct served *e;

	if (!name.n || name.n > sizeof(key))
		return NULL;
	lower(name, key);
	HASH_FIND(hh, cs->names, key, name.n, e);
	return e;
}

const struct certificate *certificates_choose(const struct certificates *cs, struct slice name)
{
	struct served *e = find_served(cs, name);
	char wild[NAME_MOST];
	struct slice rest = name;

	slice_cut(&rest, '.');
	if (!e && rest.n && rest.n + 2 <= sizeof(wild)) {
		wild[0] = '*';
		wild[1] = '.';
		memcpy(wild + 2, rest.p, rest.n);
		e = find_served(cs, (struct slice){wild, rest.n + 2});
	}
	return e ? e->claims->by : cs->first;
}

static bool before(const struct certificate *a, const struct certificate *b)
{
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int order;

	if (a->rank != b->rank)
		return a->rank < b->rank;
	order = memcmp(a->name.p, b->name.p, n);
	return order ? order < 0 : a->name.n < b->name.n;
}

static struct served *serve(struct certificates *cs, struct slice name)
{
	struct served *e = find_served(cs, name);

	if (e)
		return e;
	e = calloc(1, sizeof(*e) + name.n);
	if (!e)
		return NULL;
	lower(name, e->name);
	HASH_ADD_KEYPTR(hh, cs->names, e->name, name.n, e);
	return e;
}

static void claim(struct certificates *cs, struct certificate *c, struct slice name)
{
	struct served *e = name.n && name.n <= NAME_MOST ? serve(cs, name) : NULL;
	struct claim *new = e ? calloc(1, sizeof(*new)) : NULL, **at;

	if (!e)
		return;
	for (at = &e->claims; new &&*at &&before((*at)->by, c);)
		at = &(*at)->next;
	if (new && !(*at && (*at)->by == c)) {
		*new = (struct claim){c, e, *at, c->claims};
		*at = c->claims = new;
	} else {
		free(new);
	}
	if (e->claims)
		return;
	HASH_DEL(cs->names, e);
	free(e);
}

static void claim_all(struct certificates *cs, struct certificate *c)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(c->leaf, NID_subject_alt_name, NULL, NULL);

	claim(cs, c, c->name);
	for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(all, i);

		if (n->type == GEN_DNS)
			claim(cs, c,
			      (struct slice){(const char *)ASN1_STRING_get0_data(n->d.dNSName),
			                     (size_t)ASN1_STRING_length(n->d.dNSName)});
	}
	GENERAL_NAMES_free(all);
}

static void unclaim_all(struct certificates *cs, struct certificate *c)
{
	while (c->claims) {
		struct claim *gone = c->claims, **at = &gone->served->claims;
		struct served *e = gone->served;

		while (*at != gone)
			at = &(*at)->next;
		*at = gone->next;
		c->claims = gone->also_mine;
		free(gone);
		if (e->claims)
			continue;
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is in it */
		HASH_DEL(cs->names, e);
		free(e);
	}
}

static void find_first(struct certificates *cs)
{
	struct certificate *c, *next;

	cs->first = cs->all;
	HASH_ITER(hh, cs->all, c, next)
	{
		if (before(c, cs->first))
			cs->first = c;
	}
}

static void clear_pair(struct certificate *c)
{
	X509_free(c->leaf);
	EVP_PKEY_free(c->key);
	sk_X509_pop_free(c->chain, X509_free);
}

static bool read_pair(struct certificate *c, struct slice chain, struct slice key)
{
	BIO *certs = BIO_new_mem_buf(chain.p, (int)chain.n);
	BIO *keys = BIO_new_mem_buf(key.p, (int)key.n);
	X509 *above;

	c->chain = sk_X509_new_null();
	c->leaf = certs ? PEM_read_bio_X509(certs, NULL, NULL, NULL) : NULL;
	c->key = keys ? PEM_read_bio_PrivateKey(keys, NULL, NULL, NULL) : NULL;
	while (c->leaf && c->chain && (above = PEM_read_bio_X509(certs, NULL, NULL, NULL)))
		if (!sk_X509_push(c->chain, above))
			X509_free(above);
	BIO_free(certs);
	BIO_free(keys);
	return c->leaf && c->key && c->chain && X509_check_private_key(c->leaf, c->key) == 1;
}

/* The certificate of this name; made empty when there is none. */
static struct certificate *place_for(struct certificates *cs, struct slice name)
{
	struct certificate *c;
	struct buf copy = {0};

	HASH_FIND(hh, cs->all, name.p, name.n, c);
	if (c)
		return c;
	c = calloc(1, sizeof(*c));
	buf_put(&copy, name);
	if (!c || copy.failed || !name.n) {
		buf_free(&copy);
		free(c);
		return NULL;
	}
	c->name = buf_slice(&copy);
	HASH_ADD_KEYPTR(hh, cs->all, c->name.p, c->name.n, c);
	return c;
}

enum pk_status certificates_set(struct certificates *cs, const struct pk_ctl_certificate *pair)
{
	struct certificate fresh = {0}, *c = NULL;

	ERR_clear_error();
	if (!read_pair(&fresh, pair->chain, pair->key)) {
		clear_pair(&fresh);
		return PK_EINVAL;
	}
	ERR_clear_error(); /* the end of the chain is one */
	c = place_for(cs, pair->name);
	if (!c) {
		clear_pair(&fresh);
		return PK_ENOMEM;
	}
	unclaim_all(cs, c);
	clear_pair(c);
	c->leaf = fresh.leaf;
	c->key = fresh.key;
	c->chain = fresh.chain;
	c->rank = pair->rank;
	claim_all(cs, c);
	if (!cs->first || cs->first == c)
		find_first(cs);
	else if (before(c, cs->first))
		cs->first = c;
	return PK_OK;
}

static void drop(struct certificates *cs, struct certificate *c)
{
	unclaim_all(cs, c);
	HASH_DEL(cs->all, c);
	clear_pair(c);
	free((char *)(uintptr_t)c->name.p);
	free(c);
}

void certificates_forget(struct certificates *cs, struct slice name)
{
	struct certificate *c;

	HASH_FIND(hh, cs->all, name.p, name.n, c);
	if (!c)
		return;
	drop(cs, c);
	if (cs->first == c)
		find_first(cs);
}

void certificates_free(struct certificates *cs)
{
	while (cs->all) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): dropping moves the head */
		drop(cs, cs->all);
	cs->first = NULL;
}
