/* Base64: what decodes is the only form of what it means, and what is encoded decodes. */
/* links: */
#include "base/base64.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in = {(const char *)data, n};
	struct buf raw = {0}, text = {0}, back = {0};

	if (base64_decode(in, &raw)) {
		base64_encode(buf_slice(&raw), &text);
		if (!slice_eq(buf_slice(&text), in))
			abort();
	} else if (raw.n) {
		abort();
	}
	buf_clear(&text);
	base64_encode(in, &text);
	if (!base64_decode(buf_slice(&text), &back) || !slice_eq(buf_slice(&back), in))
		abort();
	buf_free(&raw);
	buf_free(&text);
	buf_free(&back);
	return 0;
}
