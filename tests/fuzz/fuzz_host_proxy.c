/* PROXY headers: whatever comes is whole, the beginning of one, or refused, however it is cut. */
/* links: host */
#include "proxy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice all = {(const char *)data, n};
	struct proxy_header whole, part;
	enum pk_status st = proxy_parse(all, &whole), before = PK_ERETRY;
	size_t octets = 0;

	if (st != PK_OK && (whole.known || (st == PK_ERETRY && n >= PROXY_HEADER_MAX)))
		abort();
	/* As it comes octet by octet: it waits, then it is decided for good. */
	for (size_t i = 0; before == PK_ERETRY && i <= n && i <= PROXY_HEADER_MAX; i++) {
		before = proxy_parse(slice_head(all, i), &part);
		octets = i;
	}
	if (before != st)
		abort();
	if (st == PK_OK && (whole.octets != octets || whole.known != part.known ||
	                    memcmp(&whole.from, &part.from, sizeof(part.from)) != 0 ||
	                    memcmp(&whole.to, &part.to, sizeof(part.to)) != 0))
		abort();
	return 0;
}
