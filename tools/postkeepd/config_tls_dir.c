#include "config_parts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

/*
 * A folder with a folder for every certificate, fullchain.pem and privkey.pem in it, as certbot
 * writes them. One that is broken is said and left out, or the one in use stays: the others are
 * other people's. Who asks for a check wants to hear of it as an error.
 */
#define ENTRIES_MAX 20000
#define DIR_RANK    UINT32_MAX /* all alike: which is shown first depends on their names alone */

static bool has_section(const struct loading *l, const char *name)
{
	return cfg_gettsec(l->c->tree, "certificate", name);
}

static bool is_folder(DIR *dir, const struct dirent *e)
{
	struct stat st;

	return fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static void load_entry(struct loading *l, const char *dir, const char *name)
{
	struct conf_errors said = {.report = l->errors.report, .said = l->errors.said};
	struct conf_errors *errors = l->from->strict ? &l->errors : &said;
	char chain[PATH_MAX], key[PATH_MAX];
	struct pair_files files = {.name = name, .chain = chain, .key = key, .rank = DIR_RANK};
	enum pair_loaded loaded;

	snprintf(chain, sizeof(chain), "%s/%s/fullchain.pem", dir, name);
	snprintf(key, sizeof(key), "%s/%s/privkey.pem", dir, name);
	loaded = load_pair(l, &files);
	if (loaded != PAIR_GOOD)
		conf_error(l->c->tree, errors, "tls_dir %s/%s: %s; %s", dir, name, files.why,
		           loaded == PAIR_KEPT ? "the one in use is kept" : "it is left out");
}

void load_tls_dir(struct loading *l)
{
	const char *path = cfg_getstr(l->c->tree, "tls_dir");
	DIR *dir = path ? opendir(path) : NULL;
	const struct dirent *e;
	unsigned n = 0;

	if (path && !dir)
		conf_error(l->c->tree, &l->errors, "tls_dir %s: %s", path, strerror(errno));
	while (dir && (e = readdir(dir)) && n <= ENTRIES_MAX) {
		if (*e->d_name == '.' || !is_folder(dir, e) || has_section(l, e->d_name))
			continue;
		if (n++ < ENTRIES_MAX)
			load_entry(l, path, e->d_name);
		else
			conf_error(l->c->tree, &l->errors, "tls_dir %s has more than %d entries",
			           path, ENTRIES_MAX);
	}
	if (dir)
		closedir(dir);
}
