#ifndef HOST_CLIENT_CA_H
#define HOST_CLIENT_CA_H

#include "service.h"

#include <openssl/ssl.h>

/*
 * Authorities whose certificates clients of a listener may log in with (SASL EXTERNAL). A client is
 * asked for one and need not have any; one that these have not signed ends the handshake. Without
 * such authorities no client is asked, and nothing of a client's certificate is ever parsed
 * (HAZARDS 13).
 */
struct client_ca;

/* pem: certificates. listener: told apart from others when sessions are resumed. NULL: it is none.
 */
struct client_ca *client_ca_new(struct slice pem, struct slice listener);
void client_ca_free(struct client_ca *ca); /* accepts NULL */

/* For a connection before its handshake. False: out of memory. */
bool client_ca_ask(const struct client_ca *ca, SSL *ssl);

bool client_ca_proves(const SSL *ssl); /* the client has a certificate of theirs */
/* What the client has proven: the certificate of b, and the address in it. */
void client_ca_proven(const SSL *ssl, struct bindings *b);

#endif
