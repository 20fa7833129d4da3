/*
 * Preloaded into pkstored: stands between it and the kernel for files below one folder, and for
 * memory. Settings come from the environment:
 *
 *	SHIM_DIR     the folder; files elsewhere are left alone
 *	SHIM_LOG     every change of those files is appended here, in the order it happened: struct
 *	             record of powercut.py. A sync is logged after it returned
 *	SHIM_NOSYNC  1: syncs are not done and not logged (the control run)
 *	SHIM_FAIL    N:ERROR[:on] the N-th change or sync since it was armed fails with EIO, ENOSPC,
 *	             is SHORT (half of it is written) or KILLs the process; on: and all after it
 *	SHIM_MALLOC  N[:on]       the N-th allocation since it was armed fails
 *	SHIM_ARM     a file: counting starts when it exists (looked for at each change)
 *	SHIM_HIT     a file, made empty; something is in it when a fault was injected
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096

enum kind {
	WRITE = 'w',
	SYNC = 's',
	TRUNCATE = 't',
	CREATE = 'c',
	RENAME = 'r',
	UNLINK = 'u',
	SYNC_DIR = 'd'
};

/* What the log holds, followed by two names and the octets that were written. */
struct record {
	uint8_t kind, synced; /* synced: the write was through an O_DSYNC descriptor */
	uint16_t name, to;    /* octets of the names, relative to SHIM_DIR */
	uint32_t octets;
	uint64_t offset;
};

struct file {
	char *name; /* relative; NULL: not below the folder */
	bool dsync, dir;
};

static struct shim {
	const char *dir, *arm;
	int log, hit;
	bool nosync, armed, fail_on, malloc_on;
	long fail_at, malloc_at;
	char error[8];
	struct file files[FDS];
	pthread_mutex_t lock;
	atomic_long calls, mallocs;
} shim = {.log = -1, .hit = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static ssize_t real_pwrite(int fd, const void *p, size_t n, off_t at)
{
	static __typeof__(&pwrite) real;

	if (!real)
		real = REAL(pwrite);
	return real(fd, p, n, at);
}

/* The file is open from the start: a store that is confined opens none elsewhere. */
static void mark_hit(void)
{
	if (shim.hit >= 0 && real_pwrite(shim.hit, "1", 1, 0) < 0)
		abort(); /* a fault that nobody knows of proves nothing */
}

__attribute__((constructor)) static void begin(void)
{
	const char *fail = getenv("SHIM_FAIL"), *mallocs = getenv("SHIM_MALLOC"),
		   *log = getenv("SHIM_LOG"), *hit = getenv("SHIM_HIT");

	shim.dir = getenv("SHIM_DIR");
	shim.arm = getenv("SHIM_ARM");
	shim.nosync = getenv("SHIM_NOSYNC") != NULL;
	shim.armed = !shim.arm;
	if (log)
		shim.log = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (hit)
		shim.hit = REAL(open)(hit, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fail && sscanf(fail, "%ld:%7[A-Z]", &shim.fail_at, shim.error) == 2)
		shim.fail_on = strstr(fail, ":on") != NULL;
	if (mallocs && sscanf(mallocs, "%ld", &shim.malloc_at) == 1)
		shim.malloc_on = strstr(mallocs, ":on") != NULL;
}

static const char *below(const char *path)
{
	size_t n = shim.dir ? strlen(shim.dir) : 0;

	return n && !strncmp(path, shim.dir, n) && path[n] == '/' ? path + n + 1 : NULL;
}

/* Where a path that is relative to an open folder lies. */
static const char *full_path(int at, const char *path, char full[PATH_MAX])
{
	char link[64];
	ssize_t n = 0;

	if (*path != '/') {
		if (at == AT_FDCWD)
			snprintf(link, sizeof(link), "/proc/self/cwd");
		else
			snprintf(link, sizeof(link), "/proc/self/fd/%d", at);
		n = readlink(link, full, PATH_MAX - 1);
		if (n < 0)
			n = 0;
	}
	if (!strcmp(path, ".") && n)
		full[n] = '\0';
	else
		snprintf(full + n, (size_t)(PATH_MAX - n), "%s%s", n ? "/" : "", path);
	return full;
}

static struct file *file_of(int fd)
{
	return fd >= 0 && fd < FDS && shim.files[fd].name ? &shim.files[fd] : NULL;
}

/* True: this call is the one that fails. */
static bool its_turn(void)
{
	long n;

	if (!shim.armed && shim.arm && access(shim.arm, F_OK) == 0)
		shim.armed = true;
	if (!shim.armed || !*shim.error)
		return false;
	n = atomic_fetch_add(&shim.calls, 1);
	if (n != shim.fail_at && !(shim.fail_on && n > shim.fail_at))
		return false;
	mark_hit();
	if (!strcmp(shim.error, "KILL"))
		kill(getpid(), SIGKILL);
	return true;
}

static bool is_short(void)
{
	return !strcmp(shim.error, "SHORT");
}

static int fail_now(void)
{
	errno = strcmp(shim.error, "ENOSPC") ? EIO : ENOSPC;
	return -1;
}

static void log_change(struct record r, const char *name, const char *to, const struct iovec *parts,
                       int count)
{
	struct iovec all[3 + IOV_MAX];
	int n = 0;

	if (shim.log < 0)
		return;
	r.name = (uint16_t)strlen(name);
	r.to = (uint16_t)(to ? strlen(to) : 0);
	all[n++] = (struct iovec){&r, sizeof(r)};
	all[n++] = (struct iovec){(void *)(uintptr_t)name, r.name};
	if (r.to)
		all[n++] = (struct iovec){(void *)(uintptr_t)to, r.to};
	for (int i = 0; i < count && n < IOV_MAX; i++)
		all[n++] = parts[i];
	if (REAL(writev)(shim.log, all, n) < 0)
		abort(); /* a log with a hole proves nothing */
}

static size_t octets_of(const struct iovec *parts, int count)
{
	size_t n = 0;

	for (int i = 0; i < count; i++)
		n += parts[i].iov_len;
	return n;
}

/* Cuts the list of parts down to `keep` octets, into out; how many parts remain. */
static int cut(const struct iovec *parts, int count, size_t keep, struct iovec *out)
{
	int n = 0;

	for (; n < count && keep; n++) {
		out[n] = parts[n];
		if (out[n].iov_len > keep)
			out[n].iov_len = keep;
		keep -= out[n].iov_len;
	}
	return n;
}

/* at -1: at the descriptor's own place. */
static ssize_t change(int fd, struct file *f, const struct iovec *parts, int count, off_t at)
{
	struct iovec kept[IOV_MAX];
	size_t n = octets_of(parts, count);
	off_t from;
	ssize_t done;

	if (its_turn()) {
		if (!is_short() || n < 2)
			return fail_now();
		count = cut(parts, count, n / 2, kept);
		parts = kept;
	}
	pthread_mutex_lock(&shim.lock);
	from = at >= 0 ? at : lseek(fd, 0, SEEK_CUR);
	done = REAL(pwritev)(fd, parts, count, from);
	if (done > 0) {
		struct iovec written[IOV_MAX];
		int w = cut(parts, count, (size_t)done, written);

		if (at < 0)
			lseek(fd, from + done, SEEK_SET);
		log_change((struct record){.kind = WRITE,
		                           .synced = f->dsync && !shim.nosync,
		                           .octets = (uint32_t)done,
		                           .offset = (uint64_t)from},
		           f->name, NULL, written, w);
	}
	pthread_mutex_unlock(&shim.lock);
	return done;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	struct file *f = file_of(fd);

	return f ? change(fd, f, &(struct iovec){(void *)(uintptr_t)p, n}, 1, at)
	         : real_pwrite(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return pwrite(fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
	static __typeof__(&write) real;
	struct file *f = file_of(fd);

	if (!real)
		real = REAL(write);
	return f ? change(fd, f, &(struct iovec){(void *)(uintptr_t)p, n}, 1, -1) : real(fd, p, n);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	static __typeof__(&writev) real;
	struct file *f = file_of(fd);

	if (!real)
		real = REAL(writev);
	return f ? change(fd, f, parts, count, -1) : real(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
	static __typeof__(&pwritev) real;
	struct file *f = file_of(fd);

	if (!real)
		real = REAL(pwritev);
	return f ? change(fd, f, parts, count, at) : real(fd, parts, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at)
{
	return pwritev(fd, parts, count, at);
}

/* Syncing a file makes its octets durable, syncing a folder its names. */
static int sync_file(int fd, struct file *f, int (*real)(int))
{
	int rc;

	if (its_turn())
		return fail_now();
	if (shim.nosync)
		return 0;
	pthread_mutex_lock(&shim.lock);
	rc = real(fd);
	if (!rc)
		log_change((struct record){.kind = f->dir ? SYNC_DIR : SYNC}, f->name, NULL, NULL,
		           0);
	pthread_mutex_unlock(&shim.lock);
	return rc;
}

int fdatasync(int fd)
{
	struct file *f = file_of(fd);

	return f ? sync_file(fd, f, REAL(fdatasync)) : REAL(fdatasync)(fd);
}

int fsync(int fd)
{
	struct file *f = file_of(fd);

	return f ? sync_file(fd, f, REAL(fsync)) : REAL(fsync)(fd);
}

int ftruncate(int fd, off_t n)
{
	struct file *f = file_of(fd);
	int rc;

	if (f && its_turn())
		return fail_now();
	pthread_mutex_lock(&shim.lock);
	rc = REAL(ftruncate)(fd, n);
	if (f && !rc)
		log_change((struct record){.kind = TRUNCATE, .offset = (uint64_t)n}, f->name, NULL,
		           NULL, 0);
	pthread_mutex_unlock(&shim.lock);
	return rc;
}

int ftruncate64(int fd, off_t n)
{
	return ftruncate(fd, n);
}

static int remember(int fd, const char *path, int flags, bool new)
{
	const char *name = below(path);
	struct stat st;

	if (fd < 0 || fd >= FDS)
		return fd;
	pthread_mutex_lock(&shim.lock);
	free(shim.files[fd].name);
	shim.files[fd] = (struct file){0};
	if (name) {
		shim.files[fd] = (struct file){strdup(name), (flags & O_DSYNC) != 0,
		                               !fstat(fd, &st) && S_ISDIR(st.st_mode)};
		if (new)
			log_change((struct record){.kind = CREATE}, name, NULL, NULL, 0);
	}
	pthread_mutex_unlock(&shim.lock);
	return fd;
}

static int open_file(int at, const char *path, int flags, mode_t mode)
{
	char full[PATH_MAX];
	bool new = flags &O_CREAT &&shim.dir &&faccessat(at, path, F_OK, 0);

	full_path(at, path, full);
	if (new &&below(full) && its_turn())
		return fail_now();
	return remember(REAL(openat)(at, path, flags, mode), full, flags, new);
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? (mode_t)va_arg(args, int) : 0;
}

#define OPEN(name, ...)                                           \
	{                                                         \
		va_list args;                                     \
		mode_t mode;                                      \
                                                                  \
		va_start(args, flags);                            \
		mode = mode_of(flags, args);                      \
		va_end(args);                                     \
		return open_file(__VA_ARGS__, path, flags, mode); \
	}
int open(const char *path, int flags, ...)
	OPEN(open, AT_FDCWD) int open64(const char *path, int flags, ...)
		OPEN(open64, AT_FDCWD) int openat(int at, const char *path, int flags, ...)
			OPEN(openat, at) int openat64(int at, const char *path, int flags, ...)
				OPEN(openat64, at)

					int close(int fd)
{
	static __typeof__(&close) real;

	if (!real)
		real = REAL(close);
	if (file_of(fd)) {
		pthread_mutex_lock(&shim.lock);
		free(shim.files[fd].name);
		shim.files[fd] = (struct file){0};
		pthread_mutex_unlock(&shim.lock);
	}
	return real(fd);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
	char full_from[PATH_MAX], full_to[PATH_MAX];
	const char *a = below(full_path(from_at, from, full_from));
	const char *b = below(full_path(to_at, to, full_to));
	int rc;

	if (a && b && its_turn())
		return fail_now();
	pthread_mutex_lock(&shim.lock);
	rc = REAL(renameat)(from_at, from, to_at, to);
	if (a && b && !rc)
		log_change((struct record){.kind = RENAME}, a, b, NULL, 0);
	pthread_mutex_unlock(&shim.lock);
	return rc;
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int at, const char *path, int flags)
{
	char full[PATH_MAX];
	const char *name = below(full_path(at, path, full));
	int rc;

	if (name && its_turn())
		return fail_now();
	pthread_mutex_lock(&shim.lock);
	rc = REAL(unlinkat)(at, path, flags);
	if (name && !rc)
		log_change((struct record){.kind = UNLINK}, name, NULL, NULL, 0);
	pthread_mutex_unlock(&shim.lock);
	return rc;
}

int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

/* Memory. The C library's own names for the real ones need no lookup that would allocate. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static bool memory_fails(void)
{
	long n;

	if (!shim.malloc_at || !shim.armed)
		return false;
	n = atomic_fetch_add(&shim.mallocs, 1) + 1;
	if (n != shim.malloc_at && !(shim.malloc_on && n > shim.malloc_at))
		return false;
	if (n == shim.malloc_at)
		mark_hit();
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return memory_fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	return memory_fails() ? NULL : __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	return memory_fails() ? NULL : __libc_realloc(p, n);
}
