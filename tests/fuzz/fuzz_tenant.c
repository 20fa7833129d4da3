/* Names, selectors and rows of the tenant tree from any octets. */
/* links: store */
#include "fuzz_rows.h"

#include "tenant_name.h"
#include "tenant_record.h"

FUZZ_ROW(tenant, tenant_row)
FUZZ_ROW(domain, domain_row)
FUZZ_ROW(user, user_row)
FUZZ_ROW(credential, credential_row)

static void try_text(struct slice in)
{
	struct slice text, local;
	uint32_t id;
	uint16_t number;

	(void)!text_decode(in, &text);
	(void)!id_decode(in, &id);
	(void)key_alias_split(in, &id, &local, &number);
}

/* What was folded once is folded: the same name is the same key for ever. */
static void try_address(struct slice in)
{
	struct address a, b;
	char text[ADDRESS_MAX + 1];
	int n;

	if (address_fold(in, &a) != PK_OK)
		return;
	assert(a.local.n && a.local.n <= LOCAL_MAX && a.domain.n && a.domain.n <= DOMAIN_MAX);
	n = snprintf(text, sizeof(text), "%.*s@%.*s", (int)a.local.n, a.local.p, (int)a.domain.n,
	             a.domain.p);
	assert(address_fold((struct slice){text, (size_t)n}, &b) == PK_OK);
	assert(slice_eq(a.local, b.local) && slice_eq(a.domain, b.domain));
}

static void try_selector(struct slice in)
{
	struct selector s;

	if (selector_parse(in, &s) == PK_OK)
		assert(s.tenant.n || s.domain.n);
}

FUZZ_TRIES(try_tenant, try_domain, try_user, try_credential, try_text, try_address, try_selector)
