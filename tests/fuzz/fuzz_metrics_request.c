/* The request for the metrics, whole and in pieces: the same answer, and none before its end. */
/* links: metrics */
#include "request.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice all = {(const char *)data, n};
	struct request whole, piece;
	bool ended = request_parse(all, &whole);

	for (size_t i = 0; i <= n; i++) {
		if (!request_parse(slice_head(all, i), &piece))
			continue;
		if (!ended || piece.code != whole.code || piece.head != whole.head)
			abort();
		return 0;
	}
	if (ended)
		abort();
	return 0;
}
