#ifndef SCRATCH_H
#define SCRATCH_H

#include "unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A directory of a test's own; $TMPDIR says where (a memory disk is fastest). */
struct scratch {
	char path[256];
};

static inline void scratch_make(struct scratch *s)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(s->path, sizeof s->path, "%s/postkeep-unit-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(s->path));
}

static inline int scratch_remove_one(const char *path, const struct stat *sb, int type,
                                     struct FTW *ftw)
{
	(void)sb, (void)type, (void)ftw;
	return remove(path);
}

static inline void scratch_remove(struct scratch *s)
{
	assert_int_equal(nftw(s->path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
