#ifndef STORE_TENANT_NAME_H
#define STORE_TENANT_NAME_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * What names of tenants, domains and users may look like, and the one form in which they are
 * keys. Bytes are checked before anything uses the name. All of it is safe in every thread.
 */
#define TENANT_NAME_MAX 63
#define DOMAIN_MAX      253 /* RFC 1035 2.3.4, without the last dot */
#define LOCAL_MAX       64  /* octets; RFC 5321 4.5.3.1.1 */
#define ADDRESS_MAX     (LOCAL_MAX + 1 + DOMAIN_MAX)

/* [a-z0-9-]{1,63}. */
#define TENANT_NAME_WORDS "letters a to z, digits and -, at most 63"
bool tenant_name_ok(struct slice name);

/*
 * A domain in lower case, its labels as A-labels (RFC 5891, IDNA 2008): letters, digits and
 * hyphens, no address literal, no dot at the end. PK_EINVAL.
 */
enum pk_status domain_fold(struct slice in, char out[DOMAIN_MAX + 1], struct slice *domain);

/*
 * A local part in NFC, ASCII letters in lower case: so Jane@ and jane@ are one user, as users of
 * other mail servers expect. Atoms between single dots (RFC 5321 4.1.2), other scripts as of RFC
 * 6531; a form that needs quotes is nobody's name here. PK_EINVAL.
 */
enum pk_status local_fold(struct slice in, char out[LOCAL_MAX + 1], struct slice *local);

/* The same without the change of case: how the name is shown. */
enum pk_status local_show(struct slice in, char out[LOCAL_MAX + 1], struct slice *local);

/*
 * An address taken apart and folded. The last "@" divides; a local part between quotes is taken
 * out of them. Slices point into the struct.
 */
struct address {
	struct slice local, domain;
	char local_octets[LOCAL_MAX + 1], domain_octets[DOMAIN_MAX + 1];
};
enum pk_status address_fold(struct slice in, struct address *a);

/* What an administrator names; parts that are not given are empty. PK_EINVAL. */
struct selector {
	struct slice tenant, domain, local, mailbox; /* point into the struct */
	char tenant_octets[TENANT_NAME_MAX + 1];
	struct address address;
	char mailbox_octets[481];
};
enum pk_status selector_parse(struct slice in, struct selector *s);

#endif
