/* Paths: what is taken keeps to its limits, and is taken again as the same path. */
/* links: smtp */
#include "smtp/path.h"

#include <stdlib.h>
#include <string.h>

static void check(const struct path *p)
{
	char again[PATH_MAX_TEXT + 2];
	struct slice in = {again, p->n + 2u};
	struct path twice;

	if (p->n > PATH_MAX_TEXT)
		abort();
	for (size_t i = 0; i < p->n; i++)
		if ((unsigned char)p->text[i] < 32 || p->text[i] == 127 ||
		    ((unsigned char)p->text[i] > 127 && !p->utf8))
			abort();
	again[0] = '<';
	memcpy(again + 1, p->text, p->n);
	again[1 + p->n] = '>';
	if (path_take(&in, &twice) != PK_OK || in.n || twice.utf8 != p->utf8 ||
	    !slice_eq(path_text(p), path_text(&twice)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in = {(const char *)data, n};
	struct path p;

	if (path_take(&in, &p) == PK_OK)
		check(&p);
	(void)path_is_literal((struct slice){(const char *)data, n});
	return 0;
}
