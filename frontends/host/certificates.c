#include "certificates.h"

#include <postkeep/buf.h>

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

struct certificate *certificates_find(const struct certificates *cs, struct slice name)
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
	return e ? e->claims->by : NULL;
}

struct certificate *certificates_choose(const struct certificates *cs, struct slice name)
{
	struct certificate *c = certificates_find(cs, name);

	return c ? c : cs->first;
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

static void claim_all(struct certificates *cs, struct certificate *c, const X509 *leaf)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);

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

static void leave_ready(struct certificates *cs, struct certificate *c)
{
	*(c->newer ? &c->newer->older : &cs->newest) = c->older;
	*(c->older ? &c->older->newer : &cs->oldest) = c->newer;
	cs->ready--;
}

static void enter_ready(struct certificates *cs, struct certificate *c)
{
	c->newer = NULL;
	c->older = cs->newest;
	*(cs->newest ? &cs->newest->newer : &cs->oldest) = c;
	cs->newest = c;
	cs->ready++;
}

static void retire(struct certificates *cs, struct certificate *c)
{
	if (!c->pair.leaf)
		return;
	leave_ready(cs, c);
	pair_clear(&c->pair);
}

const struct pair *certificates_pair(struct certificates *cs, struct certificate *c)
{
	struct slice chain = {c->text, c->chain_octets};
	struct slice key = {c->text + c->chain_octets, c->key_octets};

	if (c->pair.leaf) {
		leave_ready(cs, c);
	} else if (pair_read(&c->pair, chain, key) != PK_OK) {
		pair_clear(&c->pair);
		return NULL;
	}
	enter_ready(cs, c);
	if (cs->ready > CERTIFICATES_READY)
		retire(cs, cs->oldest);
	return &c->pair;
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

/* Takes the text of the other in place of its own. */
static void set_text(struct certificate *c, struct certificate *from)
{
	if (c->text)
		explicit_bzero(c->text, c->chain_octets + c->key_octets);
	free(c->text);
	c->text = from->text;
	c->chain_octets = from->chain_octets;
	c->key_octets = from->key_octets;
}

static bool copy_text(struct certificate *c, const struct pk_ctl_certificate *pair)
{
	c->text = malloc(pair->chain.n + pair->key.n + 1);
	if (!c->text)
		return false;
	memcpy(c->text, pair->chain.p, pair->chain.n);
	memcpy(c->text + pair->chain.n, pair->key.p, pair->key.n);
	c->chain_octets = pair->chain.n;
	c->key_octets = pair->key.n;
	return true;
}

/* With a leaf, and a text that nobody else has. */
static enum pk_status put(struct certificates *cs, const struct pk_ctl_certificate *pair,
                          struct certificate *fresh, const X509 *leaf)
{
	struct certificate *c = copy_text(fresh, pair) ? place_for(cs, pair->name) : NULL;

	if (!c)
		return PK_ENOMEM;
	unclaim_all(cs, c);
	retire(cs, c);
	set_text(c, fresh);
	fresh->text = NULL;
	c->pair = fresh->pair;
	fresh->pair = (struct pair){0};
	if (c->pair.leaf)
		enter_ready(cs, c);
	c->rank = pair->rank;
	claim_all(cs, c, leaf);
	if (!cs->first || cs->first == c)
		find_first(cs);
	else if (before(c, cs->first))
		cs->first = c;
	return PK_OK;
}

enum pk_status certificates_set(struct certificates *cs, const struct pk_ctl_certificate *pair)
{
	struct certificate fresh = {0}, *old;
	X509 *leaf = pair_leaf(pair->chain);
	enum pk_status st = leaf ? PK_OK : PK_EINVAL;

	HASH_FIND(hh, cs->all, pair->name.p, pair->name.n, old);
	if (st == PK_OK && (cs->ready < CERTIFICATES_READY || (old && old->pair.leaf)))
		st = pair_read(&fresh.pair, pair->chain, pair->key);
	if (st == PK_OK)
		st = put(cs, pair, &fresh, leaf);
	pair_clear(&fresh.pair);
	free(fresh.text);
	X509_free(leaf);
	return st;
}

static void drop(struct certificates *cs, struct certificate *c)
{
	struct certificate nothing = {0};

	unclaim_all(cs, c);
	HASH_DEL(cs->all, c);
	retire(cs, c);
	set_text(c, &nothing);
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
