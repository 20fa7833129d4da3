#include "tls.h"

#include <postkeep/buf.h>
#include <postkeep/messages.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <uthash.h>

#define CIPHERS   "ECDHE+AESGCM:ECDHE+CHACHA20"
#define NAME_MOST 255 /* octets of a DNS name */

struct certificate {
	struct slice name; /* allocated */
	X509 *leaf;
	EVP_PKEY *key;
	STACK_OF(X509) * chain;
	struct certificate *next;
};

/* A name, in lower case, and whose it is. */
struct entry {
	struct certificate *certificate;
	UT_hash_handle hh;
	char name[];
};

struct tls {
	SSL_CTX *ctx;
	struct buf alpn; /* as on the wire: each word behind its length */
	struct certificate *first, *last;
	struct entry *names;
};

const char *tls_fault(void)
{
	unsigned long e = ERR_get_error();
	const char *words = e ? ERR_reason_error_string(e) : NULL;

	ERR_clear_error();
	return words ? words : "connection broken";
}

static void lower(struct slice from, char *to)
{
	for (size_t i = 0; i < from.n; i++)
		to[i] = from.p[i] >= 'A' && from.p[i] <= 'Z' ? (char)(from.p[i] + 'a' - 'A')
		                                             : from.p[i];
}

static struct entry *find_entry(const struct tls *t, struct slice name)
{
	char key[NAME_MOST];
	struct entry *e;

	if (!name.n || name.n > sizeof(key))
		return NULL;
	lower(name, key);
	HASH_FIND(hh, t->names, key, name.n, e);
	return e;
}

/* The name itself, then a wildcard for its first label (RFC 6125 section 6.4.3). */
static struct certificate *choose(const struct tls *t, struct slice name)
{
	struct entry *e = find_entry(t, name);
	char wild[NAME_MOST];
	struct slice rest = name;

	slice_cut(&rest, '.');
	if (!e && rest.n && rest.n + 2 <= sizeof(wild)) {
		memcpy(wild, "*.", 2);
		memcpy(wild + 2, rest.p, rest.n);
		e = find_entry(t, (struct slice){wild, rest.n + 2});
	}
	return e ? e->certificate : t->first;
}

static int on_certificate(SSL *ssl, void *arg)
{
	const struct certificate *c = choose(arg, tls_sni(ssl));

	return c && SSL_use_cert_and_key(ssl, c->leaf, c->key, c->chain, 1) == 1;
}

/* A client that names protocols and none of ours talks to the wrong port (HAZARDS 9). */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                   const unsigned char *in, unsigned in_n, void *arg)
{
	const struct tls *t = arg;
	unsigned char *chosen;

	(void)ssl;
	if (!t->alpn.n)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	if (SSL_select_next_proto(&chosen, out_n, (const unsigned char *)t->alpn.p,
	                          (unsigned)t->alpn.n, in, in_n) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static bool set_up(SSL_CTX *ctx, const char *service)
{
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
	                                 SSL_OP_CIPHER_SERVER_PREFERENCE |
	                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
	                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_num_tickets(ctx, 1);
	SSL_CTX_set_timeout(ctx, 3600);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
	       SSL_CTX_set_cipher_list(ctx, CIPHERS) &&
	       SSL_CTX_set_session_id_context(ctx, (const unsigned char *)service,
	                                      (unsigned)strnlen(service, SSL_MAX_SID_CTX_LENGTH));
}

struct tls *tls_new(const char *service, const char *alpn)
{
	struct tls *t = calloc(1, sizeof(*t));
	struct slice words = slice_str(alpn);

	if (!t)
		return NULL;
	while (words.n) {
		struct slice word = slice_cut(&words, ' ');

		if (!word.n || word.n > 255)
			continue;
		buf_byte(&t->alpn, (char)word.n);
		buf_put(&t->alpn, word);
	}
	t->ctx = SSL_CTX_new(TLS_server_method());
	if (!t->ctx || t->alpn.failed || !set_up(t->ctx, service)) {
		tls_free(t);
		return NULL;
	}
	SSL_CTX_set_cert_cb(t->ctx, on_certificate, t);
	SSL_CTX_set_alpn_select_cb(t->ctx, on_alpn, t);
	return t;
}

static void forget_names(struct tls *t, const struct certificate *of)
{
	struct entry *e, *next;

	HASH_ITER(hh, t->names, e, next)
	{
		if (of && e->certificate != of)
			continue;
		HASH_DEL(t->names, e);
		free(e);
	}
}

static void clear(struct certificate *c)
{
	X509_free(c->leaf);
	EVP_PKEY_free(c->key);
	sk_X509_pop_free(c->chain, X509_free);
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	forget_names(t, NULL);
	while (t->first) {
		struct certificate *c = t->first;

		t->first = c->next;
		clear(c);
		free((char *)(uintptr_t)c->name.p);
		free(c);
	}
	SSL_CTX_free(t->ctx);
	buf_free(&t->alpn);
	free(t);
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

/* The first that claims a name has it. */
static void add_name(struct tls *t, struct certificate *c, struct slice name)
{
	struct entry *e;

	if (!name.n || name.n > NAME_MOST || find_entry(t, name))
		return;
	e = calloc(1, sizeof(*e) + name.n);
	if (!e)
		return;
	e->certificate = c;
	lower(name, e->name);
	HASH_ADD_KEYPTR(hh, t->names, e->name, name.n, e);
}

static void add_names(struct tls *t, struct certificate *c)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(c->leaf, NID_subject_alt_name, NULL, NULL);

	add_name(t, c, c->name);
	for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(all, i);

		if (n->type == GEN_DNS)
			add_name(t, c,
			         (struct slice){(const char *)ASN1_STRING_get0_data(n->d.dNSName),
			                        (size_t)ASN1_STRING_length(n->d.dNSName)});
	}
	GENERAL_NAMES_free(all);
}

/* The certificate of this name; made empty when there is none. */
static struct certificate *place_for(struct tls *t, struct slice name)
{
	struct certificate *c = t->first;
	struct buf copy = {0};

	while (c && !slice_eq(c->name, name))
		c = c->next;
	if (c)
		return c;
	c = calloc(1, sizeof(*c));
	buf_put(&copy, name);
	if (!c || copy.failed) {
		free(c);
		return NULL;
	}
	c->name = buf_slice(&copy);
	if (t->last)
		t->last->next = c;
	else
		t->first = c;
	t->last = c;
	return c;
}

enum pk_status tls_certificate(struct tls *t, const struct pk_ctl_certificate *pair, char *why,
                               size_t why_size)
{
	struct certificate fresh = {0}, *c = NULL;

	ERR_clear_error();
	if (!read_pair(&fresh, pair->chain, pair->key)) {
		snprintf(why, why_size, "%s", tls_fault());
		clear(&fresh);
		return PK_EINVAL;
	}
	ERR_clear_error(); /* the end of the chain is one */
	c = place_for(t, pair->name);
	if (!c) {
		clear(&fresh);
		return PK_ENOMEM;
	}
	forget_names(t, c);
	clear(c);
	c->leaf = fresh.leaf;
	c->key = fresh.key;
	c->chain = fresh.chain;
	add_names(t, c);
	return PK_OK;
}

bool tls_ready(const struct tls *t)
{
	return t->first;
}

SSL *tls_accept(struct tls *t, int fd)
{
	SSL *ssl = SSL_new(t->ctx);

	if (!ssl)
		return NULL;
	if (SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_accept_state(ssl);
	return ssl;
}

uint32_t tls_version(const SSL *ssl)
{
	return (uint32_t)SSL_version(ssl);
}

struct slice tls_sni(const SSL *ssl)
{
	return slice_str(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
}

struct slice tls_alpn(const SSL *ssl)
{
	const unsigned char *p;
	unsigned n;

	SSL_get0_alpn_selected(ssl, &p, &n);
	return (struct slice){(const char *)p, n};
}

/* RFC 9266: before TLS 1.3 only with the extended master secret (RFC 7627). */
static void exporter(SSL *ssl, struct bindings *b)
{
	static const char label[] = "EXPORTER-Channel-Binding";

	if (SSL_version(ssl) < TLS1_3_VERSION && SSL_get_extms_support(ssl) != 1)
		return;
	if (SSL_export_keying_material(ssl, (unsigned char *)b->exporter, sizeof(b->exporter),
	                               label, sizeof(label) - 1, (const unsigned char *)"", 0,
	                               1) == 1)
		b->exporter_octets = sizeof(b->exporter);
}

/* RFC 5929 section 4.1: the hash of the certificate's signature, but SHA-256 for MD5 and SHA-1. */
static void end_point(const X509 *leaf, struct bindings *b)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	const EVP_MD *md = NULL;
	unsigned n;
	int hash;

	if (OBJ_find_sigid_algs(X509_get_signature_nid(leaf), &hash, NULL) && hash != NID_md5 &&
	    hash != NID_sha1)
		md = EVP_get_digestbynid(hash);
	if (X509_digest(leaf, md ? md : EVP_sha256(), digest, &n) != 1 || n > sizeof(b->end_point))
		return;
	memcpy(b->end_point, digest, n);
	b->end_point_octets = n;
}

void tls_bindings(SSL *ssl, struct bindings *b)
{
	const X509 *leaf = SSL_get_certificate(ssl);

	exporter(ssl, b);
	if (leaf)
		end_point(leaf, b);
	ERR_clear_error();
}
