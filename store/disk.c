#include "disk.h"

#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

static const char *const op_names[] = {
	[DISK_OPEN] = "open",     [DISK_CREATE] = "create", [DISK_WRITE] = "write",
	[DISK_READ] = "read",     [DISK_SYNC] = "sync",     [DISK_SYNC_DIR] = "sync-directory",
	[DISK_RENAME] = "rename", [DISK_UNLINK] = "unlink",
};

static const struct disk_hook *test_hook;

void disk_hook(const struct disk_hook *hook)
{
	test_hook = hook;
}

/* False, with errno set, when a test wants this operation to fail. */
static bool may(enum disk_op op, const char *name, uint64_t offset, size_t octets)
{
	int error;

	if (!test_hook)
		return true;
	error = test_hook->before(test_hook->arg, op, name, offset, octets);
	if (error)
		errno = error;
	return !error;
}

/* The status of errno; what is not an answer in itself is told here. */
static enum pk_status failed(enum disk_op op, const char *name)
{
	int error = errno;

	if (error == ENOENT && (op == DISK_OPEN || op == DISK_UNLINK))
		return PK_ENOTFOUND;
	if (error == EEXIST && op == DISK_CREATE)
		return PK_EEXISTS;
	LOG(PK_LOG_ERROR, "disk", LOG_CSTR("op", op_names[op]), LOG_CSTR("file", name),
	    LOG_NUMBER("errno", error), LOG_CSTR("error", strerrordesc_np(error)));
	return error == ENOSPC || error == EDQUOT ? PK_EFULL : PK_EIO;
}

static enum pk_status open_file(enum disk_op op, int dir, const char *name, int flags, int *fd)
{
	*fd = may(op, name, 0, 0) ? openat(dir, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	return *fd < 0 ? failed(op, name) : PK_OK;
}

/* Makes a directory durable in the one above it. */
static enum pk_status made_dir(int dir, const char *path)
{
	enum pk_status st;
	int above = openat(dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	st = above < 0 ? failed(DISK_OPEN, path) : disk_sync_dir(above, path);
	disk_close(above);
	return st;
}

enum pk_status disk_open_dir(int at, const char *path, bool create, int *dir)
{
	enum pk_status st = PK_OK;
	bool made = false;

	*dir = -1;
	if (create) {
		made = may(DISK_CREATE, path, 0, 0) && !mkdirat(at, path, 0700);
		if (!made && errno != EEXIST)
			return failed(DISK_CREATE, path);
	}
	if (may(DISK_OPEN, path, 0, 0))
		*dir = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return failed(DISK_OPEN, path);
	if (made)
		st = made_dir(*dir, path);
	if (st != PK_OK) {
		disk_close(*dir);
		*dir = -1;
	}
	return st;
}

enum pk_status disk_create(int dir, const char *name, int *fd)
{
	return open_file(DISK_CREATE, dir, name, O_RDWR | O_CREAT | O_EXCL, fd);
}

enum pk_status disk_open(int dir, const char *name, bool write, int *fd)
{
	return open_file(DISK_OPEN, dir, name, write ? O_RDWR : O_RDONLY, fd);
}

enum pk_status disk_write(int fd, const char *name, struct slice bytes, uint64_t offset)
{
	if (!may(DISK_WRITE, name, offset, bytes.n))
		return failed(DISK_WRITE, name);
	while (bytes.n) {
		ssize_t n = pwrite(fd, bytes.p, bytes.n, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n ? errno : ENOSPC;
			return failed(DISK_WRITE, name);
		}
		bytes = slice_skip(bytes, (size_t)n);
		offset += (uint64_t)n;
	}
	return PK_OK;
}

enum pk_status disk_read(int fd, const char *name, void *to, size_t n, uint64_t offset)
{
	char *p = to;

	if (!may(DISK_READ, name, offset, n))
		return failed(DISK_READ, name);
	while (n) {
		ssize_t got = pread(fd, p, n, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			errno = got ? errno : ENODATA;
			return failed(DISK_READ, name);
		}
		p += got;
		n -= (size_t)got;
		offset += (uint64_t)got;
	}
	return PK_OK;
}

enum pk_status disk_sync(int fd, const char *name)
{
	return may(DISK_SYNC, name, 0, 0) && !fdatasync(fd) ? PK_OK : failed(DISK_SYNC, name);
}

enum pk_status disk_sync_dir(int dir, const char *name)
{
	return may(DISK_SYNC_DIR, name, 0, 0) && !fsync(dir) ? PK_OK : failed(DISK_SYNC_DIR, name);
}

enum pk_status disk_rename(int dir, const char *from, const char *to)
{
	return may(DISK_RENAME, to, 0, 0) && !renameat(dir, from, dir, to)
	               ? PK_OK
	               : failed(DISK_RENAME, to);
}

enum pk_status disk_unlink(int dir, const char *name)
{
	return may(DISK_UNLINK, name, 0, 0) && !unlinkat(dir, name, 0) ? PK_OK
	                                                               : failed(DISK_UNLINK, name);
}

enum pk_status disk_size(int fd, const char *name, uint64_t *octets)
{
	struct stat sb;

	if (fstat(fd, &sb))
		return failed(DISK_READ, name);
	*octets = (uint64_t)sb.st_size;
	return PK_OK;
}

enum pk_status disk_list(int dir, void (*each)(void *, const char *name), void *arg)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int error;

	if (!d) {
		disk_close(fd);
		return failed(DISK_READ, ".");
	}
	while (errno = 0, (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			each(arg, entry->d_name);
	error = errno;
	closedir(d);
	errno = error;
	return error ? failed(DISK_READ, ".") : PK_OK;
}

void disk_close(int fd)
{
	if (fd >= 0)
		close(fd);
}
