#include "client_ca.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

struct client_ca {
	X509_STORE *store;
	STACK_OF(X509_NAME) * names; /* told to clients, who choose by them */
	unsigned char context[32];   /* of sessions: they resume on this listener, under these
	                                authorities */
};

static bool add(struct client_ca *ca, X509 *authority)
{
	X509_NAME *name = X509_NAME_dup(X509_get_subject_name(authority));

	if (!name || !sk_X509_NAME_push(ca->names, name)) {
		X509_NAME_free(name);
		return false;
	}
	return X509_STORE_add_cert(ca->store, authority) == 1;
}

/* False: one was bad, or there was none. */
static bool add_all(struct client_ca *ca, struct slice pem)
{
	BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
	bool good = in;
	X509 *one;

	while (good && (one = PEM_read_bio_X509(in, NULL, NULL, NULL))) {
		good = add(ca, one);
		X509_free(one);
	}
	BIO_free(in);
	ERR_clear_error(); /* the end is one */
	return good && sk_X509_NAME_num(ca->names) > 0;
}

static bool make_context(struct client_ca *ca, struct slice pem, struct slice listener)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) &&
	            EVP_DigestUpdate(c, listener.p, listener.n) && EVP_DigestUpdate(c, "", 1) &&
	            EVP_DigestUpdate(c, pem.p, pem.n) && EVP_DigestFinal_ex(c, ca->context, NULL);

	EVP_MD_CTX_free(c);
	return good;
}

struct client_ca *client_ca_new(struct slice pem, struct slice listener)
{
	struct client_ca *ca = calloc(1, sizeof(*ca));

	if (!ca)
		return NULL;
	ca->store = X509_STORE_new();
	ca->names = sk_X509_NAME_new_null();
	if (ca->store && ca->names && add_all(ca, pem) && make_context(ca, pem, listener))
		return ca;
	client_ca_free(ca);
	return NULL;
}

void client_ca_free(struct client_ca *ca)
{
	if (!ca)
		return;
	X509_STORE_free(ca->store);
	sk_X509_NAME_pop_free(ca->names, X509_NAME_free);
	free(ca);
}

bool client_ca_ask(const struct client_ca *ca, SSL *ssl)
{
	STACK_OF(X509_NAME) *names = SSL_dup_CA_list(ca->names);

	if (!names)
		return false;
	SSL_set_client_CA_list(ssl, names);
	SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	return SSL_set1_verify_cert_store(ssl, ca->store) == 1 &&
	       SSL_set_session_id_context(ssl, ca->context, sizeof(ca->context)) == 1;
}

/* The address of a certificate that names exactly one. */
static void set_address(const X509 *cert, struct bindings *b)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	const ASN1_IA5STRING *address = NULL;
	unsigned found = 0;
	size_t n;

	for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);

		if (name->type != GEN_EMAIL)
			continue;
		address = name->d.rfc822Name;
		found++;
	}
	n = address ? (size_t)ASN1_STRING_length(address) : 0;
	if (found == 1 && n <= sizeof(b->address) &&
	    !memchr(ASN1_STRING_get0_data(address), 0, n)) {
		memcpy(b->address, ASN1_STRING_get0_data(address), n);
		b->address_octets = n;
	}
	GENERAL_NAMES_free(all);
}

bool client_ca_proves(const SSL *ssl)
{
	return SSL_get0_peer_certificate(ssl) && SSL_get_verify_result(ssl) == X509_V_OK;
}

void client_ca_proven(const SSL *ssl, struct bindings *b)
{
	const X509 *cert = SSL_get0_peer_certificate(ssl);
	unsigned n;

	if (!client_ca_proves(ssl) ||
	    X509_digest(cert, EVP_sha256(), (unsigned char *)b->certificate, &n) != 1)
		return;
	b->certificate_octets = n;
	set_address(cert, b);
}
