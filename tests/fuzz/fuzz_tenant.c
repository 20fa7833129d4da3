/* Names, selectors and rows of the tenant tree from any octets. */
/* links: store */
#include "tenant_name.h"
#include "tenant_record.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define TRY(name, type)                                                           \
	static void try_##name(struct slice in)                                   \
	{                                                                         \
		struct type row, again;                                           \
		struct buf once = {0}, twice = {0};                               \
                                                                                  \
		if (name##_decode(in, &row) == PK_OK) {                           \
			name##_encode(&once, &row);                               \
			assert(once.n <= in.n &&                                  \
			       name##_decode(buf_slice(&once), &again) == PK_OK); \
			name##_encode(&twice, &again);                            \
			assert(slice_eq(buf_slice(&once), buf_slice(&twice)));    \
		}                                                                 \
		buf_free(&once);                                                  \
		buf_free(&twice);                                                 \
	}
TRY(tenant, tenant_row)
TRY(domain, domain_row)
TRY(user, user_row)
TRY(credential, credential_row)

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

/* The first octet says what it shall be. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const tries[])(struct slice) = {try_tenant,     try_domain, try_user,
	                                              try_credential, try_text,   try_address,
	                                              try_selector};

	if (n)
		tries[data[0] % (sizeof(tries) / sizeof(*tries))](
			(struct slice){(const char *)data + 1, n - 1});
	return 0;
}
