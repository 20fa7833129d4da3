#ifndef HOST_TLS_H
#define HOST_TLS_H

#include "service.h"

#include <openssl/ssl.h>

/*
 * TLS of one service: version 1.2 and up, no renegotiation, sessions that no other service
 * resumes, ALPN checked against the plugin's words, a certificate chosen by the name the client
 * asked for (SNI), see certificates.h.
 */
struct tls;

/* alpn: the plugin's words between spaces, or NULL. NULL: OpenSSL failed. */
struct tls *tls_new(const char *service, const char *alpn);
void tls_free(struct tls *t);

/*
 * Adds a certificate chain and its key, both PEM, or puts it in the place of the one of this
 * name. Not PK_OK: `why` says what is wrong and the old one stays.
 */
struct pk_ctl_certificate;
enum pk_status tls_certificate(struct tls *t, const struct pk_ctl_certificate *pair, char *why,
                               size_t why_size);
void tls_forget(struct tls *t, struct slice name); /* the certificate is shown no more */
bool tls_ready(const struct tls *t);               /* it has a certificate */

/* A connection on a socket, waiting for its handshake. ca: whose certificates the client is asked
 * for; NULL: it is not. NULL: out of memory. */
struct client_ca;
SSL *tls_accept(struct tls *t, int fd, const struct client_ca *ca);

uint32_t tls_version(const SSL *ssl);    /* 0x0303, 0x0304 */
struct slice tls_cipher(const SSL *ssl); /* its registered name */
struct slice tls_sni(const SSL *ssl);
bool tls_named(const struct tls *t, const SSL *ssl); /* SNI is none, or of a certificate */
struct slice tls_alpn(const SSL *ssl);
void tls_bindings(SSL *ssl, struct bindings *b);

/* The words for OpenSSL's oldest error, and forgets them all. */
const char *tls_fault(void);

#endif
