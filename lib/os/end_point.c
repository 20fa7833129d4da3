#include "os/end_point.h"

/* The hash of the certificate's signature, but SHA-256 for MD5 and SHA-1, and where the signature
 * names none. */
void end_point_of(const X509 *certificate, struct end_point *e)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	const EVP_MD *md = NULL;
	unsigned n;
	int hash;

	e->octets = 0;
	if (OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &hash, NULL) &&
	    hash != NID_md5 && hash != NID_sha1)
		md = EVP_get_digestbynid(hash);
	if (X509_digest(certificate, md ? md : EVP_sha256(), digest, &n) != 1 ||
	    n > sizeof(e->hash))
		return;
	memcpy(e->hash, digest, n);
	e->octets = n;
}
