#include "ctl.h"
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <sys/stat.h>

#define KEY_BYTES 32

static bool fault(const char *path)
{
	fprintf(stderr, "pkctl: %s: %s\n", path, strerror(errno));
	return false;
}

/* Makes the folder and those above it. */
static bool make_folders(const char *path, mode_t mode)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return fault(path);
	}
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

/* 32 random octets as hex and a line end. One that exists stays: all mail hangs on it. */
static bool make_key(const char *path, bool *made)
{
	char folder[PATH_MAX], text[2 * KEY_BYTES + 1];
	unsigned char key[KEY_BYTES];
	bool good;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	if (!make_folders(dirname(folder), 0755))
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	*made = fd >= 0;
	if (fd < 0)
		return errno == EEXIST || fault(path);
	randombytes_buf(key, sizeof(key));
	sodium_bin2hex(text, sizeof(text), key, sizeof(key));
	text[sizeof(text) - 1] = '\n';
	good = write(fd, text, sizeof(text)) == sizeof(text) && fsync(fd) == 0;
	sodium_memzero(key, sizeof(key));
	sodium_memzero(text, sizeof(text));
	close(fd);
	return good ? sync_folder_of(path) : fault(path);
}

static int init(struct ctl *ctl, int count, char **args)
{
	const char *data = ctl->opt.data ? ctl->opt.data : "/var/lib/postkeep";
	const char *key = ctl->opt.key ? ctl->opt.key : "/etc/postkeep/operator.key";
	size_t n = strlen(data);
	bool made;

	(void)count, (void)args;
	if (strncmp(key, data, n) == 0 && key[n] == '/') {
		fputs("pkctl: the key must not lie inside the data directory\n", stderr);
		return EX_USAGE;
	}
	if (sodium_init() < 0)
		return EX_SOFTWARE;
	if (!make_folders(data, 0700) || !make_key(key, &made))
		return EX_CANTCREAT;
	json_object_set_new(ctl->doc, "data", out_text(slice_str(data)));
	json_object_set_new(ctl->doc, "key", out_text(slice_str(key)));
	json_object_set_new(ctl->doc, "key_made", json_boolean(made));
	fprintf(stderr,
	        "%s\nKeep a copy of it apart from the data: without it the mail cannot be read.\n"
	        "Next: write postkeep.conf(5), start postkeepd(8), then\n"
	        "  pkctl tenant create acme\n"
	        "  pkctl domain create acme/example.org\n"
	        "  pkctl user create jane@example.org\n",
	        made ? "A new operator key was made." : "The operator key was there already.");
	return EX_OK;
}

/* clang-format off */
const struct command init_commands[] = {
	{"init", NULL, "", "DK",
	 "make the data directory and the operator key", 0, 0, true, init},
	{0},
};
