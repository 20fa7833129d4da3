/* The formats of a data directory, before anything of it is opened. */
#include "format.h"

#include "directory.h"
#include "keyfile.h"
#include "volume.h"

#include <limits.h>
#include <stdio.h>

static enum pk_status look(const char *data, const char *name,
                           enum pk_status (*check)(const char *path))
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", data, name);

	return n < 0 || (size_t)n >= sizeof(path) ? PK_EINVAL : check(path);
}

enum pk_status format_check_data(const char *data, size_t volumes)
{
	enum pk_status st = look(data, "keys", key_files_check);
	char name[32];

	if (st == PK_OK)
		st = look(data, "directory", directory_check);
	for (size_t i = 1; st == PK_OK && i <= volumes; i++) {
		snprintf(name, sizeof(name), "volumes/%02u", (unsigned)i);
		st = look(data, name, volume_check);
	}
	return st;
}
