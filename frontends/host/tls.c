#include "tls.h"

#include "certificates.h"
#include "client_ca.h"

#include <postkeep/buf.h>

#include "os/end_point.h"

#include <openssl/err.h>

#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

struct tls {
	SSL_CTX *ctx;
	struct buf alpn; /* as on the wire: each word behind its length */
	struct certificates certificates;
};

const char *tls_fault(void)
{
	unsigned long e = ERR_get_error();
	const char *words = e ? ERR_reason_error_string(e) : NULL;

	ERR_clear_error();
	return words ? words : "connection broken";
}

static int on_certificate(SSL *ssl, void *arg)
{
	struct certificates *cs = &((struct tls *)arg)->certificates;
	struct certificate *c = certificates_choose(cs, tls_sni(ssl));
	const struct pair *p = c ? certificates_pair(cs, c) : NULL;

	return p && SSL_use_cert_and_key(ssl, p->leaf, p->key, p->chain, 1) == 1;
}

/* A client that names protocols and none of ours talks to the wrong port (HAZARDS 9). OpenSSL sets
 * the parameters. NOLINTNEXTLINE(readability-function-size) */
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
	                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF |
	                                 SSL_OP_CLEANSE_PLAINTEXT);
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

void tls_free(struct tls *t)
{
	if (!t)
		return;
	certificates_free(&t->certificates);
	SSL_CTX_free(t->ctx);
	buf_free(&t->alpn);
	free(t);
}

enum pk_status tls_certificate(struct tls *t, const struct pk_ctl_certificate *pair, char *why,
                               size_t why_size)
{
	enum pk_status st = certificates_set(&t->certificates, pair);

	if (st != PK_OK)
		snprintf(why, why_size, "%s", st == PK_EINVAL ? tls_fault() : "out of memory");
	return st;
}

void tls_forget(struct tls *t, struct slice name)
{
	certificates_forget(&t->certificates, name);
}

bool tls_ready(const struct tls *t)
{
	return t->certificates.first;
}

SSL *tls_accept(struct tls *t, int fd, const struct client_ca *ca)
{
	SSL *ssl = SSL_new(t->ctx);

	if (!ssl)
		return NULL;
	if (SSL_set_fd(ssl, fd) != 1 || (ca && !client_ca_ask(ca, ssl))) {
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

struct slice tls_cipher(const SSL *ssl)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);

	return slice_str(cipher ? SSL_CIPHER_standard_name(cipher) : NULL);
}

bool tls_named(const struct tls *t, const SSL *ssl)
{
	struct slice name = tls_sni(ssl);

	return !name.n || certificates_find(&t->certificates, name);
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

void tls_bindings(SSL *ssl, struct bindings *b)
{
	const X509 *leaf = SSL_get_certificate(ssl);

	exporter(ssl, b);
	if (leaf)
		end_point_of(leaf, &b->end_point);
	client_ca_proven(ssl, b);
	ERR_clear_error();
}
