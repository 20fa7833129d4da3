#include "init_files.h"

#include <postkeep/slice.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define KEY_BYTES 32

static bool fault(const char *path)
{
	fprintf(stderr, "pkctl: %s: %s\n", path, strerror(errno));
	return false;
}

static int refuse(int status, const char *path, const char *why)
{
	fprintf(stderr, "pkctl: %s %s\n", path, why);
	return status;
}

bool init_user(const char *name, uid_t *uid, gid_t *gid)
{
	const struct passwd *user = getpwnam(name);

	if (!user)
		return false;
	*uid = user->pw_uid;
	*gid = user->pw_gid;
	return true;
}

/* Without links: of what is not there yet only the part that is. place[PATH_MAX]. */
static bool real_place(const char *path, char *place)
{
	char part[PATH_MAX], there[PATH_MAX];
	size_t n = strlen(path);

	if (*path != '/' || n >= sizeof(part)) {
		errno = *path == '/' ? ENAMETOOLONG : EINVAL;
		return fault(path);
	}
	memcpy(part, path, n + 1);
	while (!realpath(part, there)) {
		if (errno != ENOENT)
			return fault(path);
		do
			part[n--] = 0;
		while (n && part[n] != '/');
		if (n)
			part[n] = 0;
		else
			memcpy(part, "/", 2);
	}
	return snprintf(place, PATH_MAX, "%s/%s", there, path + strlen(part)) < PATH_MAX;
}

/* Whether the key would lie in the data directory, also by way of links. */
static int check_place(const struct init_files *f)
{
	char data[PATH_MAX], key[PATH_MAX];
	size_t n;

	if (strstr(f->data, "/../") || strstr(f->key, "/../"))
		return refuse(EX_USAGE, f->key,
		              "or the data directory: a path without '..', please");
	if (!real_place(f->data, data) || !real_place(f->key, key))
		return EX_USAGE;
	n = strlen(data);
	while (n > 1 && data[n - 1] == '/')
		n--;
	if (strncmp(key, data, n) == 0 && (key[n] == '/' || n == 1))
		return refuse(
			EX_USAGE, f->key,
			"lies inside the data directory: whoever copies that would have the key");
	return EX_OK;
}

/* 1: entries, 0: none or no folder, -1: cannot be read. */
static int has_entries(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	int found = 0;

	if (!d)
		return errno == ENOENT ? 0 : -1;
	while (!found && (e = readdir(d)))
		found = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return found;
}

int init_check(const struct init_files *f)
{
	int used, status = check_place(f);

	if (status != EX_OK)
		return status;
	used = has_entries(f->data);
	if (used < 0) {
		fault(f->data);
		return EX_NOPERM;
	}
	if (used && access(f->key, F_OK) < 0)
		return refuse(
			EX_CONFIG, f->key,
			"is missing, and there is mail that was sealed under it: put its copy "
			"back. Nothing was made");
	return EX_OK;
}

/* Makes the folder and those above it. */
static bool make_folders(const char *path, mode_t mode)
{
	char part[PATH_MAX];

	for (size_t n = 1; n <= strlen(path); n++) {
		if (path[n] != '/' && path[n])
			continue;
		memcpy(part, path, n);
		part[n] = 0;
		if (mkdir(part, path[n] ? 0755 : mode) < 0 && errno != EEXIST)
			return fault(part);
	}
	return true;
}

/* An empty data directory gets its owner and mode; of one in use they are looked at. */
static int make_data(const struct init_files *f)
{
	struct stat st;
	int fd;

	if (!make_folders(f->data, 0700))
		return EX_CANTCREAT;
	fd = open(f->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		fault(f->data);
		if (fd >= 0)
			close(fd);
		return EX_CANTCREAT;
	}
	if (has_entries(f->data) == 0 && (fchown(fd, f->data_user, f->data_group) < 0 ||
	                                  fchmod(fd, 0700) < 0 || fstat(fd, &st) < 0)) {
		fault(f->data);
		close(fd);
		return EX_CANTCREAT;
	}
	close(fd);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return refuse(EX_CONFIG, f->data, "is open to others than its owner: chmod 0700");
	if (f->data_user != (uid_t)-1 && st.st_uid != f->data_user)
		return refuse(EX_CONFIG, f->data, "is not the store's: chown -R it");
	return EX_OK;
}

static bool sync_folder_of(const char *path)
{
	char copy[PATH_MAX];
	int fd, result;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	result = fd < 0 ? -1 : fsync(fd);
	if (fd >= 0)
		close(fd);
	return result == 0 || fault(path);
}

/* 32 random octets as hex and a line end. */
static bool write_key(const struct init_files *f, int fd)
{
	char text[2 * KEY_BYTES + 1];
	unsigned char key[KEY_BYTES];
	bool good;

	randombytes_buf(key, sizeof(key));
	sodium_bin2hex(text, sizeof(text), key, sizeof(key));
	text[sizeof(text) - 1] = '\n';
	good = write(fd, text, sizeof(text)) == sizeof(text) && fchmod(fd, 0600) == 0 &&
	       fchown(fd, f->key_user, f->key_group) == 0 && fsync(fd) == 0;
	sodium_memzero(key, sizeof(key));
	sodium_memzero(text, sizeof(text));
	return good || fault(f->key);
}

/* One that exists stays: all mail hangs on it. A half one goes. */
static bool make_key(struct init_files *f)
{
	char folder[PATH_MAX];
	bool good;
	int fd;

	snprintf(folder, sizeof(folder), "%s", f->key);
	if (!make_folders(dirname(folder), 0755))
		return false;
	fd = open(f->key, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f->key_made = fd >= 0;
	if (fd < 0)
		return errno == EEXIST || fault(f->key);
	good = write_key(f, fd) && sync_folder_of(f->key);
	close(fd);
	if (!good)
		unlink(f->key);
	return good;
}

int init_make(struct init_files *f)
{
	int status = sodium_init() < 0 ? EX_SOFTWARE : make_data(f);

	if (status != EX_OK)
		return status;
	return make_key(f) ? EX_OK : EX_CANTCREAT;
}
