/* Any address list: texts are clean lines, groups balance, and no more comes out than went in. */
/* links: */
#include "mime/address.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t clean(struct slice s)
{
	assert(!slice_has(s, '\0') && !slice_has(s, '\r') && !slice_has(s, '\n'));
	return s.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct address_parser p;
	struct mime_address a;
	size_t octets = 0, count = 0;
	int open = 0;

	address_start(&p, (struct slice){(const char *)data, size});
	while (address_next(&p, &a)) {
		octets += clean(a.name) + clean(a.route) + clean(a.mailbox) + clean(a.host);
		count++;
		if (a.kind == MIME_ADDRESS)
			assert(a.mailbox.p && a.host.p);
		else
			open += a.kind == MIME_GROUP_START ? 1 : -1;
		assert(open == 0 || open == 1);
	}
	assert(!p.text.failed && !open);
	assert(octets <= 2 * size && count <= size + 1);
	address_free(&p);
	return 0;
}
