#ifndef OS_END_POINT_H
#define OS_END_POINT_H

#include <postkeep/slice.h>

#include <openssl/x509.h>

/*
 * What a server's certificate binds a login to: tls-server-end-point (RFC 5929 section 4.1). The
 * host announces that of each session, the supervisor tells the store which there are.
 */
#define END_POINT_MAX 64 /* octets of SHA-512 */

struct end_point {
	size_t octets; /* 0: it has none */
	char hash[END_POINT_MAX];
};

void end_point_of(const X509 *certificate, struct end_point *e);

static inline struct slice end_point_slice(const struct end_point *e)
{
	return (struct slice){e->hash, e->octets};
}

#endif
